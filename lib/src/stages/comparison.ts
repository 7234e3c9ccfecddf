import { requireInput } from "../base/errors";
import { begin, type OnProgress } from "../base/progress";
import { drawUsers } from "../data/sample-users";
import { bootstrapMean, type Interval } from "../metrics/bootstrap";
import { type ExchangeMetrics, exchangeMetrics } from "../metrics/exchange";
import type { ListAgreement } from "../metrics/list-agreement";
import { listAgreement } from "../metrics/list-agreement";
import { meanScore, monosemanticityAll } from "../metrics/monosemanticity";
import { computeNulls, type ScoreNull } from "../metrics/nulls";
import { validationPairs } from "../metrics/pairs";
import { type ReconstructionMetrics, reconstructionMetrics } from "../metrics/reconstruction";
import { popularityFactors } from "../mf/popularity";
import type { Factors } from "../records/factors";
import { gatherRows } from "../records/matrix";
import type { SaeWeights } from "../records/sae-weights";
import { decodeRows, encode, encodeAll, encodeRows, reconstructAll, untrainedWeights } from "../sae/encode";
import { plainSae as baseline } from "../sae/plain";
import { architectureOf } from "../sae/registry";
import { factors } from "./factors";
import { plainSae } from "./plain-sae";
import { sae } from "./sae";
import { scoredItems } from "./scored-items";
import { type SplitResult, split } from "./split";
import { defineStage, type Stage, withOptions } from "./stage";

/** One autoencoder in the comparison. */
export interface ComparedSae {
  name: string;
  stepsPerEpoch: number;
  epochs: number;
  /** FVU by the MSAE's prefixes, L0, dead latents, over the items. */
  reconstruction: ReconstructionMetrics;
  /** Rebuilt items with the original users: the paper's text. */
  items: ExchangeMetrics;
  /** Rebuilt items and rebuilt users: the published code. */
  both: ExchangeMetrics;
  /** Top-10 lists with rebuilt items beside those of the original factors. */
  againstOriginal: ListAgreement;
  /** Monosemanticity with its nulls. */
  score: { mean: number; perLatent: Float64Array; nulls: Record<string, ScoreNull> };
}

/** Table 2 of the paper and what it lacks: baselines, nulls, intervals and equal steps. */
export interface ComparisonResult {
  original: ExchangeMetrics;
  popularity: ExchangeMetrics;
  saes: ComparedSae[];
  /** MSAE against each other autoencoder, with rebuilt items. */
  againstMsae: {
    name: string;
    /** The MSAE's NDCG@10 minus the other's, paired over users, 95 % interval. */
    ndcgAt10: Interval;
    lists: ListAgreement;
  }[];
}

/** Users whose lists are compared, and the length of a list, as in the paper. */
const LIST_USERS = 20;
const LIST_LENGTH = 10;

/** SAE against MSAE, as published and at equal steps (section 5.1, Table 2). */
export const comparison: Stage<ComparisonResult> = defineStage({
  name: "comparison",
  phase: "SAE against MSAE",
  needs: {
    split,
    factors,
    msae: sae,
    plain: withOptions(plainSae, { steps: "published" }),
    plainEqual: withOptions(plainSae, { steps: "equal" }),
  },
  settings: () => ({ users: LIST_USERS, k: LIST_LENGTH }),
  async compute({ split, factors, msae, plain, plainEqual }, { seed, onProgress }): Promise<ComparisonResult> {
    const { users, items, train } = split;
    const { title } = architectureOf(msae.weights.architecture);
    requireInput(
      title !== baseline.title,
      `The comparison lays another autoencoder beside the ${title}, and sae.architecture is that itself: set sae.architecture to msae.`,
    );
    const names = [title, baseline.title, `${baseline.title}, equal steps`];
    const pairs = validationPairs(split, seed);
    const judge = (compared: Factors): Promise<ExchangeMetrics> => exchangeMetrics(compared, split, pairs, onProgress);
    const drawn = drawUsers(train, LIST_USERS, seed);
    const agree = (a: Factors, b: Factors): Promise<ListAgreement> =>
      listAgreement(a, b, train, drawn, LIST_LENGTH, onProgress);
    const saes: ComparedSae[] = [];
    const rebuilt: Factors[] = [];
    for (const [index, { weights, history }] of [msae, plain, plainEqual].entries()) {
      const withItems = { ...factors, items: await reconstructAll(weights, factors.items, onProgress) };
      rebuilt.push(withItems);
      saes.push({
        name: names[index],
        stepsPerEpoch: history[0].steps,
        epochs: history.length,
        ...(await measureItems(weights, factors, split, msae.weights.prefixes, seed, onProgress)),
        items: await judge(withItems),
        both: await judge({ ...withItems, users: await reconstructAll(weights, factors.users, onProgress) }),
        againstOriginal: await agree(withItems, factors),
      });
    }
    const lead = async (index: number): Promise<ComparisonResult["againstMsae"][number]> => ({
      name: names[index],
      ndcgAt10: await bootstrapMean(
        saes[0].items.ndcgPerUser.map((value, user) => value - saes[index].items.ndcgPerUser[user]),
        { seed, name: `comparison/${index}`, onProgress },
      ),
      lists: await agree(rebuilt[index], rebuilt[0]),
    });
    return {
      original: await judge(factors),
      popularity: await judge(popularityFactors({ users, items, csr: train })),
      saes,
      againstMsae: [await lead(1), await lead(2)],
    };
  },
});

/** Reconstruction by prefix, and the score with its nulls, over the items that count. */
async function measureItems(
  weights: SaeWeights,
  factors: Factors,
  split: SplitResult,
  prefixes: readonly number[],
  seed: number,
  onProgress: OnProgress,
): Promise<Pick<ComparedSae, "reconstruction" | "score">> {
  const { d } = factors;
  const { k } = weights;
  const items = gatherRows(factors.items, d, scoredItems(factors, split));
  const encoded = encodeRows(weights, items);
  await begin(onProgress, "nulls of the score");
  const { latents } = encoded;
  const start = untrainedWeights(weights);
  const nulls = await computeNulls(
    {
      ...{ items, d, k, latents, seed, onProgress },
      encode: (rows) => encode(weights, rows),
      encodeUntrained: (rows) => encodeAll(start, rows, onProgress),
    },
    ["noise", "noiseMoments", "untrained"],
  );
  const perLatent = await monosemanticityAll(latents, k, items, d, onProgress);
  await begin(onProgress, "reconstruction");
  return {
    reconstruction: await reconstructionMetrics({
      ...{ rows: items, d, latents, k, prefixes, onProgress },
      reconstruct: (prefix) => decodeRows(weights, encoded, prefix),
    }),
    score: { mean: meanScore(perLatent), perLatent, nulls },
  };
}
