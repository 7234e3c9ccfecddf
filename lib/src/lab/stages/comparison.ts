import { requireInput } from "../../errors";
import { drawUsers } from "../../interventions/response";
import { bootstrapMean, type Interval } from "../../metrics/bootstrap";
import { type ExchangeMetrics, exchangeMetrics, type ListAgreement, listAgreement } from "../../metrics/exchange";
import { meanScore, monosemanticityAll, usableRows } from "../../metrics/monosemanticity";
import { type ScoreNull, scoreNulls } from "../../metrics/nulls";
import { type ReconstructionMetrics, reconstructionMetrics } from "../../metrics/reconstruction";
import type { Factors } from "../../mf/factors";
import { validationPairs } from "../../mf/pairs";
import { popularityFactors } from "../../mf/popularity";
import { begin, type OnProgress } from "../../progress";
import { decodeRows, encode, encodeAll, encodeRows, reconstructAll, untrainedWeights } from "../../sae/encode";
import { plainSae } from "../../sae/plain";
import { architectureOf } from "../../sae/registry";
import type { TrainedSae } from "../../sae/train";
import type { SaeWeights } from "../../sae/weights";
import { gatherRows } from "../rows";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import type { SplitResult } from "./split";

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

/** Compare the MSAE with the plain autoencoder, as published and at equal steps (section 5.1, Table 2). */
export function comparisonStage(
  context: StageContext,
  split: Artifact<SplitResult>,
  factors: Artifact<Factors>,
  trained: { msae: Artifact<TrainedSae>; published: Artifact<TrainedSae>; equal: Artifact<TrainedSae> },
): Promise<Artifact<ComparisonResult>> {
  const { msae, published, equal } = trained;
  const { seed } = context;
  const { title } = architectureOf(msae.value.weights.architecture);
  requireInput(
    title !== plainSae.title,
    `The comparison lays another autoencoder beside the ${title}, and sae.architecture is that itself: set sae.architecture to msae.`,
  );
  const compared = [title, plainSae.title, `${plainSae.title}, equal steps`];
  return runStage(context, {
    stage: "comparison",
    phase: "SAE against MSAE",
    config: { users: LIST_USERS, k: LIST_LENGTH },
    inputs: {
      split: split.manifest.hash,
      factors: factors.manifest.hash,
      msae: msae.manifest.hash,
      plain: published.manifest.hash,
      plainEqual: equal.manifest.hash,
    },
    compute: async ({ onProgress }) => {
      const { users, items, train } = split.value;
      const original = factors.value;
      const pairs = validationPairs(split.value, seed);
      const judge = (given: Factors): Promise<ExchangeMetrics> =>
        exchangeMetrics(given, split.value, pairs, onProgress);
      const drawn = drawUsers(train, LIST_USERS, seed);
      const agree = (a: Factors, b: Factors): Promise<ListAgreement> =>
        listAgreement(a, b, train, drawn, LIST_LENGTH, onProgress);
      const saes: ComparedSae[] = [];
      const rebuilt: Factors[] = [];
      for (const [at, { value }] of [msae, published, equal].entries()) {
        const { weights, history } = value;
        const withItems = { ...original, items: await reconstructAll(weights, original.items, onProgress) };
        rebuilt.push(withItems);
        saes.push({
          name: compared[at],
          stepsPerEpoch: history[0].steps,
          epochs: history.length,
          ...(await measureItems(weights, original, msae.value.weights.prefixes, seed, onProgress)),
          items: await judge(withItems),
          both: await judge({ ...withItems, users: await reconstructAll(weights, original.users, onProgress) }),
          againstOriginal: await agree(withItems, original),
        });
      }
      const lead = async (at: number): Promise<ComparisonResult["againstMsae"][number]> => ({
        name: compared[at],
        ndcgAt10: await bootstrapMean(
          saes[0].items.ndcgPerUser.map((value, user) => value - saes[at].items.ndcgPerUser[user]),
          { seed, name: `comparison/${at}`, onProgress },
        ),
        lists: await agree(rebuilt[at], rebuilt[0]),
      });
      return {
        original: await judge(original),
        popularity: await judge(popularityFactors({ users, items, csr: train })),
        saes,
        againstMsae: [await lead(1), await lead(2)],
      };
    },
  });
}

/** Reconstruction by prefix, and the score with its nulls, over items that are not exactly zero. */
async function measureItems(
  weights: SaeWeights,
  factors: Factors,
  prefixes: readonly number[],
  seed: number,
  onProgress: OnProgress,
): Promise<Pick<ComparedSae, "reconstruction" | "score">> {
  const { d } = factors;
  const { k } = weights;
  const items = gatherRows(factors.items, d, usableRows(factors.items, d));
  const encoded = encodeRows(weights, items);
  await begin(onProgress, "nulls of the score");
  const { latents } = encoded;
  const start = untrainedWeights(weights);
  const input = {
    ...{ items, d, k, latents, seed, onProgress },
    encode: (rows: Float32Array) => encode(weights, rows),
    encodeUntrained: (rows: Float32Array) => encodeAll(start, rows, onProgress),
  };
  const nulls: Record<string, ScoreNull> = {};
  const names = ["noise", "noiseMoments", "untrained"];
  for (const [done, name] of names.entries()) {
    nulls[name] = await scoreNulls[name](input);
    await onProgress({ phase: "nulls of the score", done: done + 1, total: names.length, unit: "nulls" });
  }
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
