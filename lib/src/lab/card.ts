import type { Dataset } from "../data/ingest";
import type { RankingMetrics } from "../metrics/ranking";
import type { Verdict } from "../metrics/verdict";
import type { Factors } from "../mf/factors";
import type { TrainedSae } from "../sae/train";
import type { LabConfig } from "./config";
import { libraryVersion } from "./stage";
import type { AlignmentResult } from "./stages/alignment";
import type { RankingResult } from "./stages/ranking";
import type { ReconstructionResult } from "./stages/reconstruction";
import type { RewiredResult } from "./stages/rewired";
import type { ScoresResult } from "./stages/scores";
import type { SplitResult } from "./stages/split";
import type { Artifact } from "./store";

/** A null of the score: its mean, and each latent's (null for a latent that never fires there). */
export interface CardNull {
  mean: number;
  perLatent: (number | null)[];
}

/** A floor of the alignment: what an encoder gives that has learned nothing. */
export interface CardFloor {
  meanBestNap: number;
  significant: number;
  latentsAbove8: number;
}

/** One latent's best category: chosen on half A of the items, measured on half B. */
export interface CardLatent {
  latent: number;
  best: string;
  auroc: number;
  averagePrecision: number;
  prevalence: number;
  nap: number;
  lift: number;
  f1: number;
  q: number;
}

/** Everything a run found: the content of `card.json`. A field that was not computed is absent. */
export interface Card {
  data: { users: number; items: number; interactions: number; categories: number; source: string };
  seed: number;
  preset: string;
  backend: string;
  versions: Record<string, string>;
  config: LabConfig;
  mf: {
    kind: string;
    d: number;
    ndcgAt10: number;
    recallAt10: number;
    recallAt20: number;
    auc: number;
    /** Users that the AUC is over, and its 95 % interval, where these are a sample. */
    aucUsers?: number;
    aucInterval?: [low: number, high: number];
    accuracy?: number;
    logLoss?: number;
    popularity: { ndcgAt10: number; recallAt20: number; auc: number };
  };
  sae: {
    k: number;
    prefixes: number[];
    epochs: number;
    fvu: number;
    fvuPerPrefix: number[];
    l0: number;
    dead: number;
    finalLoss: number;
    rankingCost: { ndcgAt10: number };
  };
  monosemanticity: {
    mean: number;
    ci: [number, number];
    perLatent: (number | null)[];
    sampled: { items: number; mean: number };
    excludedItems: number;
    nulls: Record<string, CardNull>;
    verdict: Verdict;
  };
  alignment?: {
    split: "B";
    categories: number;
    categoriesLeftOut: number;
    pairs: number;
    significant: number;
    meanBestNap: number;
    perLatent: CardLatent[];
    floors: Record<string, CardFloor>;
    women?: { auroc: number; latent: number };
    men?: { auroc: number; latent: number };
  };
  /** Seconds that each stage took when it was computed. */
  seconds: Record<string, number>;
}

/** The finished stages that a card is made of. */
export interface CardStages {
  data: Artifact<Dataset>;
  split: Artifact<SplitResult>;
  factors: Artifact<Factors>;
  ranking: Artifact<RankingResult>;
  sae: Artifact<TrainedSae>;
  reconstruction: Artifact<ReconstructionResult>;
  scores: Artifact<ScoresResult>;
  noiseTrained?: Artifact<TrainedSae>;
  rewired?: Artifact<RewiredResult>;
  alignment: Artifact<AlignmentResult>;
}

/** Gather the stages' results. The same results give the same card but for `seconds`. */
export function buildCard(config: LabConfig, stages: CardStages): Card {
  const { interactions, items, source } = stages.data.value;
  const sae = stages.sae.value;
  const { alignment } = stages;
  return {
    data: {
      users: interactions.users.length,
      items: interactions.items.length,
      interactions: interactions.csr.indices.length,
      categories: items.categoryNames.length,
      source,
    },
    seed: config.seed,
    preset: config.preset,
    backend: sae.backend,
    versions: { "msae-lab": libraryVersion(), node: process.versions.node },
    config: withoutFolders(config),
    mf: cardFactorization(stages.factors.value, stages.ranking.value),
    sae: cardAutoencoder(sae, stages.reconstruction.value),
    monosemanticity: cardScores(stages.scores.value),
    ...(alignment.value.categories > 0 ? { alignment: cardAlignment(alignment.value) } : {}),
    seconds: Object.fromEntries(Object.entries(stages).map(([name, { manifest }]) => [name, manifest.seconds])),
  };
}

function cardFactorization(factors: Factors, ranking: RankingResult): Card["mf"] {
  const { model, popularity, pairs } = ranking;
  const pick = ({ ndcgAt10, recallAt20, auc }: RankingMetrics): Card["mf"]["popularity"] => ({
    ndcgAt10,
    recallAt20,
    auc,
  });
  // Accuracy and log loss read scores as log odds, which only the logistic factorization's are.
  const logistic = factors.config.kind === "bce-sgd" ? { accuracy: pairs.accuracy, logLoss: pairs.logLoss } : {};
  return {
    kind: factors.config.kind,
    d: factors.d,
    ndcgAt10: model.ndcgAt10,
    recallAt10: model.recallAt10,
    recallAt20: model.recallAt20,
    auc: model.auc,
    ...(model.aucInterval
      ? { aucUsers: model.aucUsers, aucInterval: [model.aucInterval.low, model.aucInterval.high] as [number, number] }
      : {}),
    ...logistic,
    popularity: pick(popularity),
  };
}

function cardAutoencoder(sae: TrainedSae, reconstruction: ReconstructionResult): Card["sae"] {
  const last = sae.history[sae.history.length - 1];
  return {
    k: sae.weights.k,
    prefixes: sae.weights.prefixes,
    epochs: sae.history.length,
    fvu: reconstruction.fvu,
    fvuPerPrefix: [...reconstruction.fvuPerPrefix],
    l0: reconstruction.l0,
    dead: reconstruction.dead,
    finalLoss: last.total,
    rankingCost: { ndcgAt10: reconstruction.rankingCost.ndcgAt10 },
  };
}

function cardScores(scores: ScoresResult): Card["monosemanticity"] {
  return {
    mean: scores.mean,
    ci: scores.ci,
    perLatent: orNull(scores.perLatent),
    sampled: { items: scores.sampled.items, mean: scores.sampled.mean },
    excludedItems: scores.excludedItems,
    nulls: Object.fromEntries(
      // A null in which no latent has a score was not computed, and is absent.
      Object.entries(scores.nulls)
        .filter(([, { mean }]) => Number.isFinite(mean))
        .map(([name, { mean, perLatent }]) => [name, { mean, perLatent: orNull(perLatent) }]),
    ),
    verdict: scores.verdict,
  };
}

function cardAlignment(result: AlignmentResult): NonNullable<Card["alignment"]> {
  const { women, men } = result;
  return {
    split: "B",
    categories: result.categories,
    categoriesLeftOut: result.categoriesLeftOut,
    pairs: result.pairs,
    significant: result.significant,
    meanBestNap: result.meanBestNap,
    perLatent: result.perLatent,
    floors: result.floors,
    ...(women ? { women } : {}),
    ...(men ? { men } : {}),
  };
}

/** JSON knows no NaN: a latent that never fires has no score, and null says so. */
function orNull(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

/** The configuration with file names only, so that the card is the same wherever the files lie. */
function withoutFolders(config: LabConfig): LabConfig {
  const name = (path: string): string => path.split(/[\\/]/).pop() as string;
  const { data, mf } = config;
  return {
    ...config,
    data:
      data.kind === "files"
        ? { ...data, ratings: name(data.ratings), ...(data.items === undefined ? {} : { items: name(data.items) }) }
        : data,
    mf: mf.kind === "given" ? { ...mf, folder: name(mf.folder) } : mf,
  };
}
