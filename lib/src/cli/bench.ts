import { resolve } from "node:path";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import type { BenchSize } from "../bench/benchmark";
import { growth } from "../bench/growth";
import { describeMachine } from "../bench/machine";
import { type BenchResult, measure } from "../bench/measure";
import { peerVersions } from "../bench/peer";
import { BENCHMARKS } from "../bench/registry";
import { asText, type BenchReport, keepReport, REPORT_FILES } from "../bench/report";
import { refuseForeign } from "../lab/own-files";
import type { Terminal } from "./terminal";
import { terminalRunner } from "./terminal-progress";

/** Options of `msae-lab bench`. */
export interface BenchOptions {
  only?: string[];
  peers?: string;
  size: BenchSize;
  rounds?: number;
  /** Folder whose results, README and figures are brought up to date. */
  readme?: string;
  /** Folder of raw files for `ingest`; default: planted ones, written once to data/bench. */
  data?: string;
  json?: boolean;
}

/** The growth of cost is measured under this name. */
const GROWTH = "growth";

/** Measure our side, and the peers beside it where a Python has them. */
export async function bench(options: BenchOptions, terminal: Terminal): Promise<void> {
  const names = [...BENCHMARKS.map(({ name }) => name), GROWTH];
  const unknown = options.only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new InputError(`There is no benchmark ${quote(unknown)}: choose from ${names.join(", ")}.`);
  const wanted = (name: string): boolean =>
    options.only?.includes(name) ?? (name !== GROWTH || options.size === "full");
  if (options.rounds === 0) throw new InputError("No round is to be measured: ask for one or more with --rounds.");
  if (options.readme !== undefined) refuseForeign(resolve(options.readme), REPORT_FILES, "--readme");
  const versions = options.peers === undefined ? {} : peerVersions(options.peers);
  const runner = terminalRunner(terminal, "bench");
  const report: BenchReport = { machine: await describeMachine(), peers: versions, results: [] };
  const { size, rounds, peers: python, data } = options;
  for (const benchmark of BENCHMARKS.filter(({ name }) => wanted(name))) {
    const result: BenchResult = await runner(benchmark.name, (onProgress) =>
      measure(benchmark, { size, rounds, python, data, onProgress }),
    );
    report.results.push(result);
    if (!options.json) terminal.out(asText(result, report.machine.peak));
  }
  if (wanted(GROWTH)) report.growth = await runner(GROWTH, (onProgress) => growth(onProgress));
  if (options.readme !== undefined)
    for (const file of await keepReport(report, options.readme)) terminal.err(`written: ${file}\n`);
  if (options.json) terminal.out(`${JSON.stringify(report)}\n`);
}
