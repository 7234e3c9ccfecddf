import { begin, type OnProgress } from "../base/progress";
import { benjaminiHochberg } from "../metrics/fdr";
import { halfOf } from "../metrics/half-split";
import { labelledItems, rankActivations, scoreCategories, withCategories } from "../metrics/labelled-items";
import { rankSumTest } from "../metrics/rank-sum";
import type { Items } from "../records/items";
import type { AlignmentResult } from "../stages/alignment";
import { type Columns, eachColumn } from "./activations";

/** AUROC and q on half B of every latent with every category, [latents, categories] in the order of the alignment's matrix. */
export interface PairTests {
  auroc: Float64Array;
  q: Float64Array;
}

/**
 * The tests that an alignment counts: it keeps those of each latent's best category alone, and a page shows more of them.
 *
 * @param rows items that count, as in the alignment @param columns activations over these
 */
export async function pairTests(
  { matrix: { latents, categories } }: Pick<AlignmentResult, "matrix">,
  items: Items,
  rows: Int32Array,
  columns: Columns,
  onProgress?: OnProgress,
): Promise<PairTests> {
  const width = categories.length;
  const [auroc, p] = [new Float64Array(latents.length * width), new Float64Array(latents.length * width)];
  if (width === 0) return { auroc, q: p };
  await begin(onProgress, "tests of categories");
  const columnOf = new Map(items.categoryNames.map((name, column) => [name, column]));
  const inB = Array.from(rows.keys()).filter((index) => halfOf(items.ids[rows[index]]) === "B");
  const b = withCategories(
    labelledItems(
      items,
      Int32Array.from(inB, (index) => rows[index]),
    ),
    categories.map((name) => columnOf.get(name) as number),
  );
  let row = 0;
  for (const [, column] of eachColumn(columns, latents)) {
    const ranked = rankActivations(Float64Array.from(inB, (index) => column[index]));
    const found = scoreCategories(ranked, b);
    auroc.set(found.auroc, row * width);
    const test = rankSumTest(b.rows.length, ranked.order.length);
    for (let category = 0; category < width; category++) {
      const { hits, ranks } = found;
      const pair = { positives: b.sizes[category], hits: hits[category], ranks: ranks[category] };
      p[row * width + category] = test(pair).p;
    }
    row++;
    await onProgress?.({ phase: "tests of categories", done: row, total: latents.length, unit: "latents" });
  }
  return { auroc, q: benjaminiHochberg(p) };
}
