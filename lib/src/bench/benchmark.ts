import type { OnProgress } from "../base/progress";
import type { Tensor } from "../formats/safetensors";

/** How large the work is: seconds in all, or the sizes of the paper. */
export type BenchSize = "small" | "full";

/** One way of doing the work, which is asked for one more unit at a time. */
export interface Contender {
  name: string;
  /** "ours" is what the library chooses by itself, "form" another form of it, "peer" another program. */
  role: "ours" | "form" | "peer";
  /** Do one more unit; seconds that it took. */
  round(): Promise<number>;
  /** End what it keeps running. */
  close(): Promise<void>;
}

/** What a contender has come to after all rounds. */
export interface Outcome {
  values: Record<string, number>;
  arrays: Record<string, Tensor>;
}

/** What the peers need to do the same work: a module of `bench/peers`, the arrays and the settings. */
export interface PeerWork {
  module: string;
  arrays: Record<string, Tensor>;
  config: Record<string, unknown>;
  /** What a round's seconds are multiplied by, where peers do a sample of what ours does in full; 1 if absent. */
  scale?: number;
}

/** Work made ready: the contenders of our side, and what the peers need to do the same. */
export interface Prepared {
  /** The work in words, with its sizes. */
  what: string;
  /** What a round is: "step", "iteration", "epoch", "400,000 users". */
  unit: string;
  /** What a reader has to know to judge the comparison. */
  note?: string;
  ours: Contender[];
  peers?: PeerWork;
  /** Multiply-adds count as two; 0 where the work is no arithmetic. */
  flops: number;
  /** Bytes of factors, rows or weights read and written in a unit, if each is moved once. */
  bytes: number;
  /**
   * What ours has come to after all rounds, and whether the peer's agrees.
   *
   * @param peer the outcome of one peer, absent for our own figure
   */
  check(peer?: Outcome): Check | Promise<Check>;
}

/** A figure of the result: the same work must come to the same. */
export interface Check {
  /** "objective", "log loss", "lists that are equal". */
  what: string;
  value: number;
}

/** What a benchmark may be given to make its work from. */
export interface PrepareOptions {
  /** Folder of raw files, for the benchmark that reads such. */
  data?: string;
  onProgress?: OnProgress;
}

/** A benchmark by name; new ones are a file and a line in the registry. */
export interface Benchmark {
  name: string;
  /** Rounds that are measured, after one to warm up. */
  rounds: Readonly<Record<BenchSize, number>>;
  prepare(size: BenchSize, rounds: number, options: PrepareOptions): Prepared | Promise<Prepared>;
}
