import { InputError } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { median } from "../base/quantiles";
import type { Benchmark, BenchSize, Check, Contender, Prepared } from "./benchmark";
import { type PeerContender, startPeers } from "./peer";

/** One contender's figures. */
export interface BenchRow {
  name: string;
  role: Contender["role"];
  /** Median seconds a unit. */
  seconds: number;
  /** Seconds a unit of every measured round, in order. */
  rounds: number[];
  check?: Check;
}

/** One benchmark's figures. */
export interface BenchResult {
  name: string;
  size: BenchSize;
  what: string;
  unit: string;
  note?: string;
  rows: BenchRow[];
  /** The fastest peer's median over ours: above 1 we are faster. */
  ratio?: number;
  /** What our side achieves, by the operations and bytes that the work needs at least. */
  achieved: { gflops: number; gbs: number };
  /** Why peers were asked for and are not here. */
  missing?: string;
}

/** How a benchmark is run. */
export interface MeasureOptions {
  size: BenchSize;
  /** Measured rounds; default: the benchmark's own. */
  rounds?: number;
  /** A Python that holds peers. */
  python?: string;
  /** Folder of raw files, for the benchmark that reads such. */
  data?: string;
  onProgress?: OnProgress;
}

/**
 * Run one benchmark: all contenders take turns, a unit each a round, one round to warm up and then the measured ones, so that
 * whatever else the machine does meets all of them.
 */
export async function measure(
  benchmark: Benchmark,
  { size, rounds = benchmark.rounds[size], python, data, onProgress }: MeasureOptions,
): Promise<BenchResult> {
  const report = (done: number): void | Promise<void> =>
    onProgress?.({ phase: benchmark.name, done, total: rounds + 1, unit: "rounds" });
  await report(0);
  const prepared = await benchmark.prepare(size, rounds + 1, { data, onProgress });
  let peers: PeerContender[] = [];
  let missing: string | undefined;
  if (python && prepared.peers)
    try {
      peers = await startPeers(python, prepared.peers);
    } catch (error) {
      if (error instanceof InputError) throw error;
      missing = (error as Error).message;
    }
  const contenders = [...prepared.ours, ...peers];
  try {
    const times = contenders.map((): number[] => []);
    for (let round = 0; round <= rounds; round++) {
      for (const [index, contender] of contenders.entries()) {
        const scale = contender.role === "peer" ? (prepared.peers?.scale ?? 1) : 1;
        const seconds = (await contender.round()) * scale;
        if (round > 0) times[index].push(seconds);
        await report(round);
      }
    }
    const rows = contenders.map(
      ({ name, role }, index): BenchRow => ({
        name,
        role,
        seconds: median(times[index]),
        rounds: times[index],
      }),
    );
    await addChecks(rows, prepared, peers);
    return { name: benchmark.name, size, ...summary(prepared, rows), missing };
  } finally {
    for (const contender of contenders) await contender.close();
  }
}

async function addChecks(
  rows: readonly BenchRow[],
  prepared: Prepared,
  peers: readonly PeerContender[],
): Promise<void> {
  for (const row of rows) {
    if (row.role === "ours") row.check = await prepared.check();
    const peer = peers.find(({ name }) => row.role === "peer" && name === row.name);
    if (peer) row.check = await prepared.check(await peer.result());
  }
}

function summary(
  { what, unit, note, flops, bytes }: Prepared,
  rows: BenchRow[],
): Omit<BenchResult, "name" | "size" | "missing"> {
  const ours = Math.min(...rows.filter(({ role }) => role === "ours").map(({ seconds }) => seconds));
  const others = rows.filter(({ role }) => role === "peer").map(({ seconds }) => seconds);
  return {
    what,
    unit,
    note,
    rows,
    ratio: others.length > 0 ? Math.min(...others) / ours : undefined,
    achieved: { gflops: flops / ours / 1e9, gbs: bytes / ours / 1e9 },
  };
}
