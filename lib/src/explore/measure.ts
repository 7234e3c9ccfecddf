import type { OnProgress } from "../base/progress";
import { percentileInterval } from "../base/quantiles";
import type { LabelScore } from "../labels/scoring/score";
import type { Items } from "../records/items";
import type { ItemText, Label } from "../records/label";
import type { SaeWeights } from "../records/sae-weights";
import type { AlignmentResult } from "../stages/alignment";
import type { ScoresResult } from "../stages/scores";
import { allLatents, type Columns, eachColumn, profile, type Shown } from "./activations";
import { type PairTests, pairTests } from "./category-q";
import type { LabelDetail, LatentDetail, ListColumns, NullHead } from "./form";
import { chanceByItems, decoderRows, nearestByItems, nearestDecoders } from "./nearest";
import { orNone, rounded } from "./round";

/** Labels by one writer, with their tests. */
export interface LabelSet {
  /** Name of the model; absent for the run's own labels, which say it themselves. */
  model?: string;
  labels: readonly Label[];
  scores: readonly Omit<LabelScore, "answers">[];
  /** Latents without a label, and why. */
  failed: readonly { latent: number; reason: string }[];
}

/** What of a run its page is made of. */
export interface RunInput {
  name: string;
  source: string;
  seed: number;
  preset: string;
  verdict: string;
  weights: SaeWeights;
  users: number;
  items: Items;
  /** Rows of the items that count, and their activations. */
  rows: Int32Array;
  columns: Columns;
  textOf: (id: string) => ItemText;
  scores: Pick<ScoresResult, "mean" | "perLatent" | "perLatentLow" | "perLatentHigh" | "nulls">;
  alignment: Pick<AlignmentResult, "matrix" | "level" | "popularity">;
  /** The run's own first. */
  labels: readonly LabelSet[];
  /** Of each run with another seed: ids of each latent's strongest items. */
  seeds: readonly (readonly string[][])[];
}

/** A latent whose items are rows of the metadata, not yet places in a page's table. */
export type MeasuredLatent = Omit<LatentDetail, "categories" | "match"> & {
  categories: [name: string, nap: number, auroc: number, q: number | null][];
};

/** A run as it can be packed, with more items than a page may hold. */
export interface MeasuredRun {
  input: RunInput;
  latents: MeasuredLatent[];
  nulls: NullHead[];
  seeds?: { runs: number; chance: number };
}

/** Items of a latent that two runs are compared by. */
export const COMPARED = 25;
/** Items of a latent that are measured; a page may hold fewer. */
export const MOST_SHOWN: Shown = { strongest: COMPARED, each: 6 };
const NEAREST = 6;
const CATEGORIES = 5;

/** Ids of each latent's strongest items, strongest first. @param ids of the columns' items */
export function strongestItems(columns: Columns, k: number, ids: readonly string[]): string[][] {
  return Array.from(eachColumn(columns, allLatents(k)), ([, column]) =>
    profile(column, { ...MOST_SHOWN, each: 0 }).strongest.map((place) => ids[place]),
  );
}

/** Measure all that a page says of a run's latents. */
export async function measureRun(input: RunInput, onProgress?: OnProgress): Promise<MeasuredRun> {
  const { weights, items, rows, columns, scores, alignment } = input;
  const { k, d } = weights;
  const decoder = decoderRows(weights);
  const nearest = await nearestDecoders(decoder, decoder, d, NEAREST, onProgress);
  const tests = await pairTests(alignment, items, rows, columns, onProgress);
  const nulls = Object.entries(scores.nulls).filter(([, { mean }]) => Number.isFinite(mean));
  const categories = categoriesByLatent(alignment, tests);
  const labels = input.labels.map((set) => ({
    labels: new Map(set.labels.map((label) => [label.latent, label])),
    scores: new Map(set.scores.map((score) => [score.latent, score])),
    model: set.model,
  }));
  const failed = new Map(input.labels[0]?.failed.map(({ latent, reason }) => [latent, reason]));
  const latents: MeasuredLatent[] = [];
  const strongest: string[][] = [];
  for (const [latent, column] of eachColumn(columns, allLatents(k))) {
    const { strongest: first, fifths, ...seen } = profile(column, MOST_SHOWN);
    strongest.push(first.map((place) => items.ids[rows[place]]));
    const listed = (places: readonly number[]): [number, number][] =>
      places.map((place) => [rows[place], rounded(column[place])]);
    const own = labels.flatMap((set) => {
      const label = set.labels.get(latent);
      return label ? [labelDetail(label, set.scores.get(latent), set.model)] : [];
    });
    const reason = failed.get(latent);
    latents.push({
      labels: own,
      ...(own.length === 0 && { unlabelled: reason ?? unlabelled(seen.active) }),
      score: Number.isFinite(scores.perLatent[latent])
        ? [
            rounded(scores.perLatent[latent]),
            rounded(scores.perLatentLow[latent]),
            rounded(scores.perLatentHigh[latent]),
          ]
        : null,
      nulls: nulls.map(([, { perLatent }]) => orNone(perLatent[latent])),
      ...{ active: seen.active, most: rounded(seen.most), histogram: seen.histogram },
      ...{ strongest: listed(first), fifths: fifths.map(listed) },
      categories: categories.get(latent) ?? [],
      nearest: nearest[latent].map(([other, cosine]) => [other, rounded(cosine)]),
      popularity: orNone(alignment.popularity[latent]),
    });
    await onProgress?.({ phase: "latents of the page", done: latent + 1, total: k, unit: "latents" });
  }
  const seeds = bySeeds(input, strongest);
  seeds?.best.forEach((values, latent) => {
    latents[latent].seeds = values;
  });
  return {
    ...{ input, latents },
    nulls: nulls.map(([name, { mean, what, perLatent }]) => {
      const { low, high } = percentileInterval(perLatent.filter(Number.isFinite));
      return { name, what, mean: rounded(mean), low: orNone(low), high: orNone(high) };
    }),
    ...(seeds && { seeds: { runs: seeds.runs, chance: seeds.chance } }),
  };
}

const unlabelled = (active: number): string =>
  active === 0 ? "no item fires it" : "no item of half A fires it, or the data has no words";

function labelDetail(label: Label, score: LabelSet["scores"][number] | undefined, model?: string): LabelDetail {
  const { broad, refined, description, confidence, evidence, source } = label;
  const { detection, nearMiss, quantiles, intruder } = score ?? {};
  return {
    ...{ broad, refined, description, confidence, evidence },
    by: source === "model" ? (model ?? source) : source,
    ...(detection && { detection: [rounded(detection.auroc), rounded(detection.low), rounded(detection.high)] }),
    ...(nearMiss && { nearMiss: rounded(nearMiss.auroc) }),
    ...(quantiles && quantiles.length > 0 && { quantiles: quantiles.map(orNone) }),
    ...(intruder && intruder.rounds > 0 && { intruder: [intruder.right, intruder.rounds] }),
  };
}

/** Each live latent's best categories by nAP on half A, with what they give on half B. */
function categoriesByLatent(
  { matrix: { latents, categories, napA, napB } }: RunInput["alignment"],
  { auroc, q }: PairTests,
): Map<number, MeasuredLatent["categories"]> {
  const width = categories.length;
  return new Map(
    latents.map((latent, row) => {
      const index = (column: number): number => row * width + column;
      const best = Array.from(categories.keys())
        .sort((a, b) => napA[index(b)] - napA[index(a)] || a - b)
        .slice(0, CATEGORIES);
      return [
        latent,
        best.map((column) => [
          categories[column],
          rounded(napB[index(column)]),
          rounded(auroc[index(column)]),
          orNone(q[index(column)]),
        ]),
      ];
    }),
  );
}

/** How far each latent comes back in the runs with other seeds; undefined with one seed. */
function bySeeds({ seeds, items, rows, seed }: RunInput, ours: string[][]) {
  if (seeds.length === 0) return undefined;
  const runs = seeds.map((theirs) => nearestByItems(ours, theirs));
  const ids = Array.from(rows, (row) => items.ids[row]);
  const chance = seeds.map((theirs) => chanceByItems(ours, theirs, ids, seed));
  return {
    runs: seeds.length + 1,
    chance: rounded(chance.reduce((sum, value) => sum + value, 0) / chance.length),
    best: ours.map((_, latent) => runs.map((matches) => rounded(matches[latent]?.[1] ?? 0))),
  };
}

/** The columns of the list of latents. */
export function listColumns(
  { latents, input, nulls }: MeasuredRun,
  names: Names,
  match?: (number | null)[],
): Omit<ListColumns, "names"> {
  const { scores, weights, rows } = input;
  const sorted = nulls.map(({ name }) =>
    Float64Array.from(scores.nulls[name].perLatent.filter(Number.isFinite)).sort(),
  );
  return {
    label: latents.map(({ labels }) => labels[0]?.refined ?? ""),
    source: latents.map(({ labels }) => labels[0]?.by ?? ""),
    detection: latents.map(({ labels }) => labels[0]?.detection?.[0] ?? null),
    nap: latents.map(({ categories }) => categories[0]?.[1] ?? null),
    score: latents.map(({ score }) => score?.[0] ?? null),
    place: latents.map((_, latent) => placeIn(sorted, scores.perLatent[latent])),
    active: latents.map(({ active }) => rounded(active / Math.max(1, rows.length))),
    prefix: latents.map((_, latent) => weights.prefixes.findIndex((prefix) => latent < prefix)),
    categories: latents.map(({ categories }) => categories.map(([name]) => names.place(name))),
    ...(match && { match }),
  };
}

/** Share of the scores below one, in the null where it is least; null without a score or a null. @param nulls scores, ascending */
function placeIn(nulls: readonly Float64Array[], score: number): number | null {
  const known = nulls.filter(({ length }) => length > 0);
  if (!Number.isFinite(score) || known.length === 0) return null;
  return rounded(Math.min(...known.map((values) => below(values, score) / values.length)));
}

function below(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Names by their place in a table that grows as they are met. */
export class Names {
  readonly all: string[] = [];
  private readonly places = new Map<string, number>();

  place(name: string): number {
    const known = this.places.get(name);
    if (known !== undefined) return known;
    this.places.set(name, this.all.length);
    this.all.push(name);
    return this.all.length - 1;
  }
}
