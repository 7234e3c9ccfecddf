import { requireData, requireInput } from "../../base/errors";
import { quote } from "../../base/quote";
import { alignmentBars } from "../../charts/alignment-bars";
import { type Figure, finiteMean } from "../../charts/figure";
import { fvuByPrefix } from "../../charts/fvu-by-prefix";
import { latentProfile, type ProfileRow } from "../../charts/latent-profile";
import { lossCurve } from "../../charts/loss-curve";
import { type RankingBar, rankingBars } from "../../charts/ranking-bars";
import { type ScoreSeries, scoreByLatent } from "../../charts/score-by-latent";
import { scoreHistogram } from "../../charts/score-histogram";
import { scoreVsNull } from "../../charts/score-vs-null";
import { categoriesOf } from "../../data/items-table";
import { intervalText, popularitySentences } from "../../metrics/against-popularity";
import { pearson } from "../../metrics/popularity";
import type { Items } from "../../records/items";
import type { Latents } from "../../records/sae-weights";
import type { TrainedSae } from "../../sae/train";
import type { AlignmentResult } from "../../stages/alignment";
import type { RankingResult } from "../../stages/ranking";
import type { ReconstructionResult } from "../../stages/reconstruction";
import { mixingOf, type RewiredResult } from "../../stages/rewired";
import type { CardNull, ScoresResult } from "../../stages/scores";
import type { Card } from "../card";
import { PUBLISHED, PUBLISHED_LATENTS } from "../published";
import { RANKING_METRICS } from "./ranking-metrics";

/** The model's ranking quality beside popularity. */
export function rankingFigure({ model, popularity, againstPopularity }: RankingResult): Figure {
  const rows: RankingBar[] = Object.entries(RANKING_METRICS).flatMap(([metric, field]) => [
    { model: "factors", metric, value: model[field] },
    { model: "popularity", metric, value: popularity[field] },
  ]);
  return rankingBars(rows, { weak: againstPopularity.weak, sentences: popularitySentences(againstPopularity) });
}

/** The loss by epoch with its terms. */
export function lossFigure({ history }: TrainedSae): Figure {
  return lossCurve(history);
}

/** Unexplained variance by prefix. */
export function reconstructionFigure(result: ReconstructionResult): Figure {
  return fvuByPrefix(result);
}

/** Every latent's score beside its nulls, and beside the published scores if asked. */
export function scoreFigure(scores: ScoresResult, options: { published?: boolean } = {}): Figure {
  const series: ScoreSeries[] = [
    {
      name: "trained",
      values: Array.from(scores.perLatent, (score, latent) => ({
        latent,
        score,
        low: scores.perLatentLow[latent],
        high: scores.perLatentHigh[latent],
      })),
    },
    ...Object.entries(scores.nulls).map(([name, { perLatent }]) => ({
      name,
      values: Array.from(perLatent, (score, latent) => ({ latent, score })),
    })),
  ];
  if (options.published) {
    const known = Object.entries(PUBLISHED.monosemanticity.perLatent);
    const name = `published, ${known.length} of ${PUBLISHED.monosemanticity.latents} latents`;
    const values = known.map(([latent, score]) => ({ latent: Number(latent), score }));
    series.push({ name, values, line: false });
  }
  return scoreByLatent(series);
}

/** Each latent's score against one of its nulls. */
export function nullFigure(scores: ScoresResult, name: string): Figure {
  requireInput(
    name in scores.nulls,
    `There is no null ${quote(name)}: choose one of ${Object.keys(scores.nulls).join(", ")}.`,
  );
  return scoreVsNull({ perLatent: scores.perLatent, null: scores.nulls[name].perLatent, name });
}

/** How scores are spread beside one null at a time. */
export function spreadFigure(scores: ScoresResult): Figure {
  const nulls = Object.fromEntries(Object.entries(scores.nulls).map(([name, { perLatent }]) => [name, perLatent]));
  return scoreHistogram({ perLatent: scores.perLatent, nulls });
}

/** Mean scores: ours with its interval, each null with what it replaces and how latents go along with it. */
export function scoreTable(scores: ScoresResult): Record<string, unknown>[] {
  const interval = `${scores.ci[0].toFixed(3)} to ${scores.ci[1].toFixed(3)}`;
  return [
    {
      score: "trained",
      mean: scores.mean,
      "95 % interval or range of draws": interval,
      "r with trained": 1,
      "what is replaced": "nothing",
    },
    ...Object.entries(scores.nulls).map(([name, entry]) => ({
      score: name,
      mean: entry.mean,
      "95 % interval or range of draws":
        entry.draws.length > 1
          ? `${Math.min(...entry.draws).toFixed(3)} to ${Math.max(...entry.draws).toFixed(3)}`
          : "",
      "r with trained": correlation(scores.perLatent, entry.perLatent),
      "what is replaced": entry.what,
    })),
  ];
}

/** Pearson correlation over latents that have both scores. */
function correlation(a: Float64Array, b: Float64Array): number {
  const both = Array.from(a.keys()).filter((latent) => Number.isFinite(a[latent] + b[latent]));
  return pearson(
    both.map((latent) => a[latent]),
    both.map((latent) => b[latent]),
  );
}

/** Each latent's best category beside the floors. */
export function alignmentFigure(result: AlignmentResult, level: number = result.level): Figure {
  requireCategories(result);
  const floors = Object.fromEntries(
    Object.entries(result.floors).map(([name, { meanBestNap }]) => [name, meanBestNap]),
  );
  return alignmentBars({ rows: result.perLatent, floors, level });
}

function requireCategories({ categories, categoriesLeftOut }: AlignmentResult): void {
  const why =
    categoriesLeftOut > 0
      ? `None of the data's ${categoriesLeftOut} categories is on enough items in both halves, and not on nearly all of them`
      : "The data has no categories";
  requireData(
    categories > 0,
    `${why}, so there is nothing that a latent could be aligned with: give item metadata with categories.`,
  );
}

/** The latents that align with a category, best first: those whose pair is significant at `q`. */
export function readableLatents(result: AlignmentResult, q: number): AlignmentResult["perLatent"] {
  requireCategories(result);
  const readable = result.perLatent.filter((row) => row.q < q);
  return readable.sort((a, b) => b.nap - a.nap);
}

/** Alignment of the trained latents beside its floors, a row each. */
export function alignmentTable(result: AlignmentResult): Record<string, unknown>[] {
  requireCategories(result);
  const row = (
    name: string,
    what: string,
    from: { meanBestNap: number; significant: number; latentsAbove8: number },
  ) => ({
    latents: name,
    "mean best nAP": from.meanBestNap,
    "latents with AUROC > 0.8": from.latentsAbove8,
    [`pairs with q < ${result.level}`]: from.significant,
    "what they are": what,
  });
  return [
    row("trained", "the trained autoencoder", result),
    ...Object.entries(result.floors).map(([name, floor]) => row(name, floor.what, floor)),
  ];
}

/** How well the rewired data are mixed: what users and items of each size still share with the original, beside chance. */
export function mixingTable(result: RewiredResult): Record<string, unknown>[] {
  const mixing = mixingOf(result);
  requireData(
    mixing !== undefined,
    "The null factors were fitted elsewhere, so how their data were mixed is not known.",
  );
  const { users, items } = mixing;
  const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;
  return Object.entries({ users, items }).flatMap(([of, classes]) =>
    classes.map(({ least, most, members, shared, sharedByChance }) => ({
      of,
      interactions: least === most ? String(least) : `${least} to ${most}`,
      "how many": members,
      "still as in the original": percent(shared),
      "by chance": percent(sharedByChance),
    })),
  );
}

/** The strongest items of every latent, with a slider over latents. */
export function latentFigure(latents: Latents, items: Items, top = 12): Figure {
  const rows = strongestItems(latents, items, top);
  requireData(rows.length > 0, "No latent fires on any item, so there are no items to show: train for more steps.");
  return latentProfile(rows);
}

/** The `top` strongest items of every latent that fires, joined to the metadata by id. */
export function strongestItems(latents: Latents, items: Items, top: number): ProfileRow[] {
  const rowOf = new Map(items.ids.map((id, row) => [id, row]));
  const { k, values, itemIds } = latents;
  const rows: ProfileRow[] = [];
  for (let latent = 0; latent < k; latent++) {
    const active = itemIds.map((_, index) => index).filter((index) => values[index * k + latent] > 0);
    active.sort((a, b) => values[b * k + latent] - values[a * k + latent] || a - b);
    active.slice(0, top).forEach((index, rank) => {
      const row = rowOf.get(itemIds[index]);
      requireInput(row !== undefined, `Item ${itemIds[index]} has activations but no metadata: join both by id first.`);
      const title = items.titles?.[row] || itemIds[index];
      const categories = categoriesOf(items, row);
      rows.push({
        latent,
        rank: rank + 1,
        item: title,
        categories: categories.join(" · "),
        activation: values[index * k + latent],
      });
    });
  }
  return rows;
}

/** The card's main numbers, each beside its null and the published value. */
export function cardTable(card: Card): Record<string, unknown>[] {
  const { mf, sae, monosemanticity: score, alignment } = card;
  const nulls = (names: string[], text: (shown: CardNull) => string): string =>
    names
      .filter((name) => name in score.nulls)
      .map((name) => `${name} ${text(score.nulls[name])}`)
      .join(", ");
  const span = (values: readonly (number | null)[]): string => {
    const finite = values.map((value) => value ?? Number.NaN).filter(Number.isFinite);
    return `${Math.min(...finite).toFixed(3)} to ${Math.max(...finite).toFixed(3)}`;
  };
  return [
    {
      number: "NDCG@10",
      ours: mf.ndcgAt10,
      "null beside it": `popularity ${mf.popularity.ndcgAt10.toFixed(4)}`,
      published: PUBLISHED.msae.ndcgAt10,
    },
    {
      number: "NDCG@10 minus popularity's",
      ours: `${intervalText(mf.againstPopularity.ndcgAt10)}${mf.againstPopularity.weak ? ": FACTORS TOO WEAK" : ""}`,
      "null beside it": "popularity 0",
      published: "not given",
    },
    { number: "unexplained variance (FVU)", ours: sae.fvu, "null beside it": "the mean item 1", published: "" },
    { number: "active latents per item (L0)", ours: sae.l0, "null beside it": `of ${sae.k}`, published: "" },
    {
      number: "monosemanticity, mean",
      ours: score.mean,
      "null beside it": nulls(
        ["rewired", "noise", "noiseMoments", "noiseTrained", "untrained", "permuted"],
        ({ mean }) => mean.toFixed(3),
      ),
      published: `${finiteMean(Object.values(PUBLISHED.monosemanticity.perLatent)).toFixed(3)}, of ${PUBLISHED_LATENTS}`,
    },
    {
      number: "monosemanticity, least to most",
      ours: span(score.perLatent),
      "null beside it": nulls(["noise", "noiseMoments"], ({ perLatent }) => span(perLatent)),
      published: `${PUBLISHED.monosemanticity.min} to ${PUBLISHED.monosemanticity.max}`,
    },
    ...(alignment
      ? [
          {
            number: "alignment, mean best nAP",
            ours: alignment.meanBestNap,
            "null beside it": Object.entries(alignment.floors)
              .map(([name, floor]) => `${name} ${floor.meanBestNap.toFixed(3)}`)
              .join(", "),
            published: "not measured",
          },
          {
            number: `alignment, significant pairs of ${alignment.pairs}`,
            ours: alignment.significant,
            "null beside it": Object.entries(alignment.floors)
              .map(([name, floor]) => `${name} ${Math.round(floor.significant)}`)
              .join(", "),
            published: "not measured",
          },
        ]
      : []),
  ];
}
