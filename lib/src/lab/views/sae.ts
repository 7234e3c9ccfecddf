import { requireInput } from "../../base/errors";
import { quote } from "../../base/quote";
import { type CurvePoint, curve } from "../../charts/curve";
import { engineLosses } from "../../charts/engine-losses";
import type { Figure } from "../../charts/figure";
import { lossReductions, type ReducedLoss } from "../../charts/loss-reductions";
import { type MetricBar, metricBars } from "../../charts/metric-bars";
import { rowWalk } from "../../charts/row-walk";
import { type ScoreSeries, scoreByLatent } from "../../charts/score-by-latent";
import { scoreVsNull } from "../../charts/score-vs-null";
import { type TermCurvePoint, termCurves } from "../../charts/term-curves";
import { termGradients } from "../../charts/term-gradients";
import type { ExchangeMetrics } from "../../metrics/exchange";
import type { SaeWeights } from "../../records/sae-weights";
import type { EngineComparison, EngineRun } from "../../sae/compare-engines";
import { followRow, type LossTerm } from "../../sae/inspect";
import type { TrainedSae } from "../../sae/train";
import type { ComparedSae, ComparisonResult } from "../../stages/comparison";
import { OURS } from "../ours";
import { PUBLISHED, PUBLISHED_REDUCTION } from "../published";

/** One row through the autoencoder, with a slider over prefixes. */
export function rowFigure(weights: SaeWeights, row: Float32Array, label = "One item"): Figure {
  const { latents, prefixes } = followRow(weights, row, [0, ...weights.prefixes]);
  return rowWalk({ label, original: row, latents, prefixes });
}

/**
 * The loss terms and their gradients at several moments of the training, with a slider over β.
 *
 * @param moments terms by moment, each taken where β is 1
 */
export function termFigure(moments: Readonly<Record<string, readonly LossTerm[]>>, beta: number): Figure {
  const rows = Object.entries(moments).flatMap(([moment, terms]) =>
    terms.map(({ term, byBeta, loss, norms }) => ({ term, moment, byBeta, loss, gradient: norms.W })),
  );
  return termGradients(rows, { beta, maxBeta: Math.max(20, 4 * beta) });
}

/** Each term's loss and the length of its gradient on every parameter, as a table. */
export function termTable(terms: readonly LossTerm[]): Record<string, unknown>[] {
  return terms.map(({ term, loss, norms }) => ({
    term,
    loss,
    ...Object.fromEntries(Object.entries(norms).map(([name, norm]) => [`gradient on ${name}`, norm])),
  }));
}

/** Loss curves beside the published one and beside that on noise at the paper's shape, in both reductions. */
export function lossBesidePublished(trained: Readonly<Record<string, TrainedSae>>): Figure {
  const ours = Object.entries(trained).flatMap(([series, { history }]) =>
    history.map(
      (row): ReducedLoss => ({
        series,
        share: row.epoch / history.length,
        perStep: row.total,
        published: row.published,
      }),
    ),
  );
  const known = (series: string, losses: Readonly<Record<number, number>>): ReducedLoss[] =>
    Object.entries(losses).map(([epoch, loss]) => ({
      series,
      share: Number(epoch) / 30,
      perStep: loss / PUBLISHED_REDUCTION,
      published: loss,
    }));
  return lossReductions([
    ...known("ours, on noise of the paper's shape", OURS.noiseTrained.loss),
    ...known("published", PUBLISHED.msaeLoss),
    ...ours,
  ]);
}

/** The loss terms of several autoencoders, a panel a term; those that have a term stand in its panel. */
export function termCurvesFigure(trained: Readonly<Record<string, TrainedSae>>): Figure {
  return termCurves(
    Object.entries(trained).flatMap(([model, { history }]) =>
      history.flatMap(({ epoch, steps, terms }) =>
        Object.entries(terms).map(([term, loss]): TermCurvePoint => ({ model, term, steps: epoch * steps, loss })),
      ),
    ),
  );
}

/** The losses of the readable form and of the kernel, which have to be the same, and how many times faster the kernel is. */
export function enginesFigure({ tfjs, fused }: EngineComparison): Figure {
  const losses = (
    { engine, history, millisecondsPerStep }: EngineRun,
    form: string,
  ): Parameters<typeof engineLosses>[0] => ({
    engine: `${form} (${engine})`,
    millisecondsPerStep,
    losses: history.map(({ total }) => total),
  });
  return engineLosses(losses(tfjs, "tfjs"), losses(fused, "kernel"));
}

/** FVU by number of latents for several autoencoders. */
export function fvuFigure(
  byModel: Readonly<Record<string, { prefixes: readonly number[]; fvuPerPrefix: readonly number[] }>>,
): Figure {
  const rows = Object.entries(byModel).flatMap(([series, { prefixes, fvuPerPrefix }]) =>
    prefixes.map((prefix, index): CurvePoint => ({ x: prefix, y: fvuPerPrefix[index], series })),
  );
  return curve({
    name: "fvu-side-by-side",
    title: "Variance of the items that the first m latents leave unexplained",
    subtitle: "FVU: 0 = rebuilt perfectly, 1 = no better than the mean item. Hover over a point for its values.",
    xTitle: "latents used (m)",
    yTitle: "FVU",
    rows,
  });
}

const TABLE2 = {
  "pooled AUC": "auc",
  accuracy: "accuracy",
  "log loss": "logLoss",
  "precision@10": "precisionAt10",
  "recall@10": "recallAt10",
  "NDCG@10": "ndcgAt10",
} as const;

type Table2Values = Record<(typeof TABLE2)[keyof typeof TABLE2], number>;

/** Table 2 of the paper: ours with rebuilt items and with both rebuilt, baselines, and the published values. */
export function table2(result: ComparisonResult): Record<string, unknown>[] {
  const row = (factors: string, values: Partial<Table2Values>): Record<string, unknown> => ({
    factors,
    ...Object.fromEntries(Object.entries(TABLE2).map(([name, field]) => [name, values[field] ?? Number.NaN])),
  });
  const { auc, precisionAt10, recallAt10, ndcgAt10 } = result.popularity;
  return [
    row("original", result.original),
    // Counts are no logits: an accuracy or a log loss of popularity would mean nothing.
    row("popularity", { auc, precisionAt10, recallAt10, ndcgAt10 }),
    ...result.saes.map(({ name, items }) => row(`${name}: items rebuilt`, items)),
    ...result.saes.map(({ name, both }) => row(`${name}: both rebuilt`, both)),
    row("published: plain SAE", PUBLISHED.plainSae),
    row("published: MSAE", PUBLISHED.msae),
  ];
}

/** Figure 4 of the paper: ranking quality of original, plain and Matryoshka factors; radio buttons choose what is rebuilt. */
export function table2Figure(result: ComparisonResult): Figure {
  const metrics = {
    "NDCG@10": "ndcgAt10",
    "recall@10": "recallAt10",
    "precision@10": "precisionAt10",
    "pooled AUC": "auc",
  } as const;
  const bars = (
    model: string,
    choice: string,
    values: Pick<ExchangeMetrics, "auc" | "precisionAt10" | "recallAt10" | "ndcgAt10">,
  ): MetricBar[] => Object.entries(metrics).map(([metric, field]) => ({ model, metric, choice, value: values[field] }));
  const ours = (choice: string, pick: (sae: ComparedSae) => ExchangeMetrics): MetricBar[] => [
    ...bars("original factors", choice, result.original),
    ...bars("popularity", choice, result.popularity),
    ...result.saes.flatMap((sae) => bars(sae.name, choice, pick(sae))),
  ];
  return metricBars({
    name: "table-2",
    title: "What the recommender is worth with rebuilt factors",
    subtitle: [
      "Choose what is rebuilt: the items only (the paper's text), users and items (the published code), or the published values.",
      "Means over users with a held-out item; AUC pooled over pairs. Each panel has its own axis, and so has each choice.",
    ],
    choice: "rebuilt",
    rows: [
      ...ours("items", ({ items }) => items),
      ...ours("users and items", ({ both }) => both),
      ...bars("MSAE", "published values", PUBLISHED.msae),
      ...bars("plain SAE", "published values", PUBLISHED.plainSae),
    ],
  });
}

/** How alike lists are: each autoencoder beside the original factors, and the MSAE beside the others, with the published values. */
export function listTable(result: ComparisonResult): Record<string, unknown>[] {
  return [
    ...result.againstMsae.map(({ name, lists }) => ({
      lists: `${name} beside ${result.saes[0].name}`,
      "overlap@10": lists.overlap,
      "rank shift": lists.rankShift,
      users: lists.users,
    })),
    ...result.saes.map(({ name, againstOriginal }) => ({
      lists: `${name} beside the original factors`,
      "overlap@10": againstOriginal.overlap,
      "rank shift": againstOriginal.rankShift,
      users: againstOriginal.users,
    })),
    {
      lists: "published: plain SAE beside MSAE",
      "overlap@10": PUBLISHED.overlapAt10,
      "rank shift": PUBLISHED.rankShift,
      users: 20,
    },
  ];
}

/** Steps, sparsity and reconstruction of each autoencoder, and the MSAE's lead in NDCG with its interval. */
export function stepsTable(result: ComparisonResult): Record<string, unknown>[] {
  const lead = new Map(result.againstMsae.map(({ name, ndcgAt10 }) => [name, ndcgAt10]));
  return result.saes.map(({ name, stepsPerEpoch, epochs, reconstruction, items }) => {
    const against = lead.get(name);
    return {
      autoencoder: name,
      "steps an epoch": stepsPerEpoch,
      epochs,
      steps: stepsPerEpoch * epochs,
      FVU: reconstruction.fvu,
      L0: reconstruction.l0,
      "NDCG@10": items.ndcgAt10,
      [`${result.saes[0].name} ahead by`]: against
        ? `${against.mean.toFixed(4)} (${against.low.toFixed(4)} to ${against.high.toFixed(4)})`
        : "",
    };
  });
}

/** Mean monosemanticity of each autoencoder beside its own nulls. */
export function scoreComparisonTable(result: ComparisonResult): Record<string, unknown>[] {
  return result.saes.map(({ name, score, reconstruction }) => ({
    autoencoder: name,
    "mean score": score.mean,
    ...Object.fromEntries(Object.entries(score.nulls).map(([null_, { mean }]) => [null_, mean])),
    "score − noiseMoments": score.mean - score.nulls.noiseMoments.mean,
    FVU: reconstruction.fvu,
    L0: reconstruction.l0,
  }));
}

/** Every latent's score, autoencoders and their noise nulls in one chart. */
export function scoreComparisonFigure(result: ComparisonResult, nullName = "noiseMoments"): Figure {
  const points = (values: Float64Array): { latent: number; score: number }[] =>
    Array.from(values, (score, latent) => ({ latent, score }));
  const series = result.saes.slice(0, 2).flatMap(({ name, score }): ScoreSeries[] => [
    { name, values: points(score.perLatent) },
    { name: `${name} on ${nullName}`, values: points(nullOf(score, nullName).perLatent) },
  ]);
  return scoreByLatent(series);
}

/** One autoencoder's score of each latent against its null. */
export function comparedNullFigure(result: ComparisonResult, name: string, nullName = "noise"): Figure {
  const found = result.saes.find((sae) => sae.name === name);
  requireInput(
    found !== undefined,
    `There is no autoencoder ${quote(name)} in the comparison: choose one of ${result.saes.map((sae) => sae.name).join(", ")}.`,
  );
  const { score } = found;
  return scoreVsNull({ perLatent: score.perLatent, null: nullOf(score, nullName).perLatent, name: nullName, of: name });
}

function nullOf(score: ComparedSae["score"], name: string): { perLatent: Float64Array } {
  requireInput(
    name in score.nulls,
    `There is no null ${quote(name)}: choose one of ${Object.keys(score.nulls).join(", ")}.`,
  );
  return score.nulls[name];
}
