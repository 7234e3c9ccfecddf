import type { Dataset } from "../../data/ingest";
import { type Rewired, rewire } from "../../data/rewire";
import { splitSummary } from "../../data/split";
import { alignment } from "../../metrics/alignment";
import { meanScore, monosemanticityAll, usableRows } from "../../metrics/monosemanticity";
import { overDraws, type ScoreNull } from "../../metrics/nulls/null";
import { verdictOf } from "../../metrics/verdict";
import { begin } from "../../progress";
import { hash32 } from "../../random";
import { encodeAll } from "../../sae/encode";
import type { TrainedSae } from "../../sae/train";
import type { LabConfig } from "../config";
import { gatherRows } from "../rows";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import type { AlignmentFloor, AlignmentResult } from "./alignment";
import { factorsStage } from "./factors";
import { saeStage } from "./sae";
import type { ScoresResult } from "./scores";
import type { SplitResult } from "./split";

/** How a run's train interactions were rewired: {@link Rewired} without the matrix. */
export type Mixing = Omit<Rewired, "csr">;

/** One whole line on rewired data. */
export interface RewiredRun {
  mixing: Mixing;
  /** [k] exact scores of its latents over its own factors */
  perLatent: Float64Array;
  mean: number;
  /** Its latents against the categories, absent where the data has none. */
  alignment?: Omit<AlignmentFloor, "what">;
}

/** The null `rewired`: everyone's and everything's counts kept, who took what with what destroyed, the whole line again. */
export interface RewiredResult {
  runs: RewiredRun[];
}

/** Run the line `config.rewired.runs` times on rewired train interactions, each run with seeds of its own. */
export async function rewiredStage(
  context: StageContext,
  config: LabConfig,
  data: Artifact<Dataset>,
  split: Artifact<SplitResult>,
): Promise<Artifact<RewiredResult>> {
  const trained: { mixing: Mixing; sae: Artifact<TrainedSae>; items: Float32Array; itemIds: string[] }[] = [];
  let seconds = 0;
  for (let run = 0; run < config.rewired.runs; run++) {
    const own = { ...context, seed: hash32(`${context.seed}/rewired/${run}`) >>> 1 };
    const rewired = await rewireStage(own, split);
    const factors = await factorsStage(own, config, data, rewired);
    const { mixing } = rewired.value;
    const sae = await saeStage(own, config, factors);
    trained.push({ mixing, sae, items: factors.value.items, itemIds: factors.value.itemIds });
    for (const { manifest } of [rewired, factors, sae]) seconds += manifest.seconds;
  }
  const measured = await runStage<RewiredResult>(context, {
    stage: "rewired",
    phase: "scores on rewired data",
    config: { q: config.alignment.q },
    inputs: {
      data: data.manifest.hash,
      ...Object.fromEntries(trained.map(({ sae }, run) => [`sae-${run}`, sae.manifest.hash])),
    },
    compute: async ({ onProgress }) => {
      const runs: RewiredRun[] = [];
      for (const { mixing, sae, items, itemIds } of trained) {
        const { weights } = sae.value;
        const rows = usableRows(items, weights.d);
        const values = await encodeAll(weights, items, onProgress);
        const scored = gatherRows(values, weights.k, rows);
        const perLatent = await monosemanticityAll(
          scored,
          weights.k,
          gatherRows(items, weights.d, rows),
          weights.d,
          onProgress,
        );
        await begin(onProgress, "alignment");
        const latents = { k: weights.k, values, itemIds };
        const { categories, meanBestNap, significant, latentsAbove8 } = await alignment(latents, data.value.items, {
          rows,
          q: config.alignment.q,
          onProgress,
        });
        runs.push({
          mixing,
          perLatent,
          mean: meanScore(perLatent),
          ...(categories > 0 ? { alignment: { meanBestNap, significant, latentsAbove8 } } : {}),
        });
      }
      return { runs };
    },
  });
  return { ...measured, manifest: { ...measured.manifest, seconds: measured.manifest.seconds + seconds } };
}

/** The split with its train part rewired; what is held out stays, though on rewired data it says nothing. */
function rewireStage(
  context: StageContext,
  split: Artifact<SplitResult>,
): Promise<Artifact<SplitResult & { mixing: Mixing }>> {
  return runStage(context, {
    stage: "rewire",
    phase: "rewiring",
    config: {},
    inputs: { split: split.manifest.hash },
    compute: async ({ onProgress }) => {
      const { csr: train, ...mixing } = await rewire(split.value.train, { seed: context.seed, onProgress });
      const { users, items, test } = split.value;
      return { users, items, train, test, summary: splitSummary({ train, test }), mixing };
    },
  });
}

/** The scores with the null `rewired` beside them, and the verdict that it decides. */
export function withRewiredScores(scores: ScoresResult, { runs }: RewiredResult): ScoresResult {
  const rewired: ScoreNull = overDraws(
    runs.map(({ perLatent }) => perLatent),
    `train interactions rewired with all counts kept, then the whole line again${runs.length > 1 ? `, ${runs.length} times` : ""}`,
  );
  const means = Object.fromEntries(Object.entries(scores.nulls).map(([name, { mean }]) => [name, mean]));
  const verdict = verdictOf(scores.ci[0], { ...means, rewired: Math.max(...rewired.draws) });
  return { ...scores, nulls: { ...scores.nulls, rewired }, verdict };
}

/** The alignment with the floor `rewired`: means over the runs. */
export function withRewiredFloor(result: AlignmentResult, { runs }: RewiredResult): AlignmentResult {
  const aligned = runs.flatMap(({ alignment: one }) => (one ? [one] : []));
  if (aligned.length === 0) return result;
  const mean = (of: (run: (typeof aligned)[number]) => number): number =>
    aligned.reduce((sum, run) => sum + of(run), 0) / aligned.length;
  const rewired: AlignmentFloor = {
    meanBestNap: mean((run) => run.meanBestNap),
    significant: mean((run) => run.significant),
    latentsAbove8: mean((run) => run.latentsAbove8),
    what: `the whole line on rewired data, ${aligned.length === 1 ? "one run" : `mean of ${aligned.length} runs`}`,
  };
  return { ...result, floors: { ...result.floors, rewired } };
}
