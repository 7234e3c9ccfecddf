// What a notebook imports. Heavy packages (tensors, charts, tables) are loaded when they are first used.

export { InputError, Interrupted, MissingData } from "./base/errors";
export type { OnProgress, Progress } from "./base/progress";
export { type Random, seededRandom } from "./base/random";
export { type CurvePoint, curve } from "./charts/curve";
export type { Figure } from "./charts/figure";
export { lossCurve } from "./charts/loss-curve";
export { findAxis } from "./data/axis";
export type { AxisSetting } from "./data/axis-setting";
export { categoriesOf, itemsById, itemTable, searchItems } from "./data/items-table";
export {
  generatePlanted,
  PLANTED_DEFAULTS,
  PLANTED_PUBLISHED,
  type PlantedConfig,
  type PlantedTruth,
} from "./data/planted";
export type { Dataset, FunnelStep, Skip } from "./data/read/ingest";
export { ingestFiles } from "./data/read/ingest";
export { drawUsers } from "./data/sample-users";
export { splitInteractions, splitSummary } from "./data/split";
export { type ChosenLatent, latentsFor, latentsForSide } from "./interventions/choose";
export { listEffect, tagShares } from "./interventions/effects";
export { listsAt, responseCurve } from "./interventions/response";
export { dose, latentDial } from "./interventions/scale";
export type { Card } from "./lab/card";
export type { LabOptions } from "./lab/config";
export { show, showTable } from "./lab/display";
export { exportFigure, exportTable } from "./lab/export";
export { type Lab, type LabEnvironment, openLab } from "./lab/lab";
export { notebookRunner as withProgress } from "./lab/notebook-progress";
export { PUBLISHED } from "./lab/published";
export * from "./lab/views/data";
export * from "./lab/views/interventions";
export * from "./lab/views/labels";
export * from "./lab/views/mf";
export * from "./lab/views/pipeline";
export * from "./lab/views/sae";
export * from "./lab/views/tuning";
export * from "./lab/views/verdict";
export { type Alignment, alignment } from "./metrics/alignment";
export { auroc } from "./metrics/auroc";
export { bootstrapMean, type Interval } from "./metrics/bootstrap";
export { gini, lorenz, topShare } from "./metrics/concentration";
export { type Distance, distance } from "./metrics/distance";
export { type Drift, drift } from "./metrics/drift";
export { halfOf } from "./metrics/half-split";
export { upperTail } from "./metrics/hypergeometric";
export { type ListDiversity, listDiversity } from "./metrics/list-diversity";
export { meanScore, monosemanticity, sampleRows, usableRows } from "./metrics/monosemanticity";
export { type NeighbourPurity, neighbourPurity } from "./metrics/neighbour-purity";
export { type PairMetrics, pairMetrics, validationPairs } from "./metrics/pairs";
export { pearson, spearman } from "./metrics/popularity";
export { evaluateRanking, type RankingMetrics } from "./metrics/ranking";
export { fvu } from "./metrics/reconstruction";
export { type TopList, type TopLists, topK, topLists } from "./metrics/top-k";
export { BCE_SGD_DEFAULTS, type BceSgdConfig, fitBceSgd, sgdBatch, sigmoid } from "./mf/bce-sgd";
export { biasesOnly, withoutBiases } from "./mf/factor-parts";
export { fitIals, IALS_DEFAULTS } from "./mf/ials";
export { ialsHalfSweep, ialsObjective } from "./mf/ials-reference";
export { popularityFactors } from "./mf/popularity";
export { type TunedIals, tuneIals } from "./mf/tune-ials";
export type { CategoryNode, CategoryTree } from "./records/category-tree";
export type { Factors } from "./records/factors";
export { type Csr, columnCounts, type Interactions, rowCounts } from "./records/interactions";
export type { Items } from "./records/items";
export type { Latents, SaeWeights } from "./records/sae-weights";
export type { Architecture } from "./sae/architecture";
export { compareEngines, type EngineComparison } from "./sae/compare-engines";
export { encode, itemLatents, reconstruct, reconstructScaled, untrainedWeights } from "./sae/encode";
export { followRow, type LossTerm, lossTerms, type RowWalk, reorderLatents } from "./sae/inspect";
export { layerNorm } from "./sae/layer-norm";
export { betaAt, defaultPrefixes, MSAE_DEFAULTS, MSAE_PRESETS, type MsaeConfig } from "./sae/msae";
export { PLAIN_SAE_DEFAULTS, type PlainSaeConfig } from "./sae/plain";
export { registerArchitecture } from "./sae/registry";
export type { EpochLoss, TrainedSae } from "./sae/train";
export { trainMsae, trainPlainSae } from "./sae/trainers";
export type { LabConfig } from "./stages/config";
export { type FollowedEpoch, followEpochs } from "./stages/follow-epochs";
