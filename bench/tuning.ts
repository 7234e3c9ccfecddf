/**
 * What the tuning of iALS is worth: on three sets of data, NDCG@10 on the test split of the settings that the lab chooses without
 * looking at it, beside the best of 30 fixed settings by that same test split, and the defaults where nothing is tuned. On the
 * dense one implicit (PyPI) fits the same 30 settings on the same split. Writes bench/tuning.json and bench/tuning.md; takes minutes.
 *
 *   node --import tsx bench/tuning.ts [--clothing DIR] [--peers PYTHON]
 *
 * DIR holds ratings.csv.gz and items.jsonl.gz of clothing-sized data; without it that row is left as it was measured before.
 * PYTHON has numpy, scipy and implicit; without it implicit's figures are left as they were.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { splitInteractions } from "../lib/src/data/split";
import { openLab } from "../lib/src/lab/lab";
import { againstPopularity } from "../lib/src/metrics/against-popularity";
import { bootstrapMean } from "../lib/src/metrics/bootstrap";
import { evaluateLists, type ListQuality } from "../lib/src/metrics/ranking";
import { fitIals, IALS_DEFAULTS } from "../lib/src/mf/ials";
import { popularityFactors } from "../lib/src/mf/popularity";
import { tuneIals } from "../lib/src/mf/tune-ials";
import type { Csr } from "../lib/src/records/interactions";
import { dense } from "./dense";

const ALPHAS = [1, 2, 5, 15, 50, 200];
const REGS = [1, 10, 30, 100, 500];
const SEED = 42;

interface Data {
  users: string[];
  items: string[];
  train: Csr;
  test: Csr;
}

/** One data set's figures. */
interface Row {
  shape: string;
  tuned: { alpha: number; reg: number; sweeps: number; converged: boolean; ndcgAt10: number; tuningSeconds: number };
  best: { alpha: number; reg: number; ndcgAt10: number };
  untuned: number;
  popularity: number;
  lead: { mean: number; low: number; high: number };
  implicit?: {
    alpha: number;
    reg: number;
    ndcgAt10: number;
    oursMinusIts: { mean: number; low: number; high: number };
  };
}

async function measure({ users, items, train, test }: Data, peers?: string): Promise<Row> {
  const data = { users, items, csr: train };
  const ranked = (factors: Parameters<typeof evaluateLists>[0]): Promise<ListQuality> =>
    evaluateLists(factors, train, test);
  const fit = async (alpha: number, reg: number) => {
    const factors = await fitIals(data, { ...IALS_DEFAULTS, alpha, reg, seed: SEED });
    return { factors, quality: await ranked(factors) };
  };
  const { alpha: _alpha, reg: _reg, tolerance: _tolerance, ...settings } = { ...IALS_DEFAULTS, seed: SEED };
  const started = performance.now();
  const { chosen } = await tuneIals(
    data,
    settings,
    async (factors, fitted, heldOut, onProgress, threads) =>
      (await evaluateLists(factors, fitted, heldOut, { onProgress, threads })).ndcgAt10,
  );
  const tuningSeconds = (performance.now() - started) / 1000;
  const tuned = await fit(chosen.alpha, chosen.reg);
  const popularity = await ranked(popularityFactors(data));
  const grid: { alpha: number; reg: number; quality: ListQuality }[] = [];
  for (const alpha of ALPHAS)
    for (const reg of REGS) {
      grid.push({ alpha, reg, quality: (await fit(alpha, reg)).quality });
      console.error(`alpha ${alpha}, reg ${reg}: ${grid[grid.length - 1].quality.ndcgAt10.toFixed(4)}`);
    }
  const best = grid.reduce((a, b) => (b.quality.ndcgAt10 > a.quality.ndcgAt10 ? b : a));
  const { objective, converged } = tuned.factors.fit;
  const n = (value: number): string => value.toLocaleString("en");
  return {
    shape: `${n(train.rows)} users × ${n(train.cols)} items, ${n(train.indices.length + test.indices.length)} interactions`,
    tuned: {
      ...{ alpha: chosen.alpha, reg: chosen.reg, sweeps: objective.length, converged },
      ...{ ndcgAt10: tuned.quality.ndcgAt10, tuningSeconds },
    },
    best: { alpha: best.alpha, reg: best.reg, ndcgAt10: best.quality.ndcgAt10 },
    untuned: (await fit(IALS_DEFAULTS.alpha, IALS_DEFAULTS.reg)).quality.ndcgAt10,
    popularity: popularity.ndcgAt10,
    lead: (await againstPopularity(tuned.quality, popularity, { seed: SEED })).ndcgAt10,
    ...(peers === undefined
      ? {}
      : { implicit: await implicitGrid({ users, items, train, test }, best.quality, peers) }),
  };
}

/** implicit on the same split and grid, and ours minus its best, paired over users. */
async function implicitGrid({ train, test }: Data, ours: ListQuality, python: string): Promise<Row["implicit"]> {
  const folder = mkdtempSync(join(tmpdir(), "msae-tuning-"));
  const file = join(folder, "work.json");
  const csr = ({ rows, cols, indptr, indices }: Csr) => ({ rows, cols, indptr: [...indptr], indices: [...indices] });
  const sweeps = IALS_DEFAULTS.iterations / 2;
  const work = {
    train: csr(train),
    test: csr(test),
    alphas: ALPHAS,
    regs: REGS,
    d: IALS_DEFAULTS.d,
    sweeps,
    seed: SEED,
  };
  writeFileSync(file, JSON.stringify(work));
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1" };
  const said = execFileSync(python, [join(__dirname, "peers", "tuning.py"), file], { env, maxBuffer: 1 << 28 });
  const { alpha, reg, rows, ndcg } = JSON.parse(said.toString()) as {
    alpha: number;
    reg: number;
    rows: number[];
    ndcg: number[];
  };
  if (rows.some((row, at) => row !== ours.perUser.rows[at])) throw new Error("implicit was ranked for other users.");
  const differences = ndcg.map((value, at) => ours.perUser.ndcgAt10[at] - value);
  const oursMinusIts = await bootstrapMean(differences, { seed: SEED, name: "bench/tuning" });
  return { alpha, reg, ndcgAt10: ndcg.reduce((sum, value) => sum + value, 0) / ndcg.length, oursMinusIts };
}

function page(rows: Record<string, Row>): string {
  const four = (value: number): string => value.toFixed(4);
  const span = ({ mean, low, high }: Row["lead"]): string => `${four(mean)} (${four(low)} to ${four(high)})`;
  const table = Object.entries(rows).map(([name, { shape, tuned, best, untuned, popularity, lead }]) =>
    [
      "",
      `${name}: ${shape}`,
      `**${four(tuned.ndcgAt10)}** (alpha ${tuned.alpha}, reg ${tuned.reg}; ${tuned.sweeps} sweeps, ${tuned.converged ? "converged" : "not converged"})`,
      `${four(best.ndcgAt10)} (alpha ${best.alpha}, reg ${best.reg})`,
      `${(100 * (tuned.ndcgAt10 / best.ndcgAt10 - 1)).toFixed(1)} %`,
      four(untuned),
      four(popularity),
      span(lead),
      `${tuned.tuningSeconds.toFixed(1)} s`,
      "",
    ]
      .join(" | ")
      .trim(),
  );
  const peers = Object.entries(rows).flatMap(([name, { best, implicit }]) =>
    implicit
      ? [
          "",
          `On the ${name} data implicit, on the same split, the same ${ALPHAS.length * REGS.length} settings (its alpha is ours plus 1) and ${IALS_DEFAULTS.iterations / 2} sweeps, reaches ${four(implicit.ndcgAt10)} at best (alpha ${implicit.alpha}, reg ${implicit.reg}), ours ${four(best.ndcgAt10)}; ours minus its, paired over users: ${span(implicit.oursMinusIts)}.`,
        ]
      : [],
  );
  return [
    "# What the tuning of iALS is worth",
    "",
    "NDCG@10 on the test split, full ranking, d = 20, split and start by seed 42. *Tuned* is what the preset `calibrated` does by itself: alpha and reg are chosen on a validation part of the train split.",
    `*Best of 30* is chosen by the test split, which no honest method may do: alpha ${ALPHAS.join(", ")} × reg ${REGS.join(", ")}. All fits run to the same tolerance. Times are those of the run that measured, on a busy machine or a quiet one. This page is written by \`node --import tsx bench/tuning.ts\`.`,
    "",
    `| data | tuned | best of 30, by the test split | tuned against it | alpha ${IALS_DEFAULTS.alpha}, reg ${IALS_DEFAULTS.reg}, not tuned | popularity | tuned minus popularity, paired over users | tuning took |`,
    "|---|---|---|---|---|---|---|---|",
    ...table,
    ...peers,
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { clothing: { type: "string" }, peers: { type: "string" } } });
  const file = join(__dirname, "tuning.json");
  const rows: Record<string, Row> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const runs = mkdtempSync(join(tmpdir(), "msae-tuning-"));
  const csr = dense(SEED).csr;
  const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
  const whole = { users: ids("u", csr.rows), items: ids("i", csr.cols), csr };
  const sets: Record<string, () => Promise<Data>> = {
    planted: async () => (await openLab({ runs })).split(),
    dense: async () => ({ ...whole, ...splitInteractions(whole, { kind: "random", trainShare: 0.8, seed: SEED }) }),
  };
  const { clothing } = values;
  if (clothing !== undefined)
    sets.clothing = async () =>
      (
        await openLab({ ratings: join(clothing, "ratings.csv.gz"), items: join(clothing, "items.jsonl.gz"), runs })
      ).split();
  for (const [name, data] of Object.entries(sets)) {
    const before = rows[name]?.implicit;
    rows[name] = await measure(await data(), name === "dense" ? values.peers : undefined);
    if (before && !rows[name].implicit) rows[name].implicit = before;
    writeFileSync(file, `${JSON.stringify(rows, null, 1)}\n`);
    writeFileSync(join(__dirname, "tuning.md"), page(rows));
    console.error(`${name}: ${JSON.stringify(rows[name])}`);
  }
}

void main();
