import { type Csr, rowOf } from "../data/interactions";
import { countsAbove } from "../kernels/ranking";
import type { Factors } from "../mf/factors";
import type { OnProgress } from "../progress";

/**
 * Mean over a user's held-out items of the share of untaken items that score below (ties half); ½ where everything was taken.
 *
 * @param rows users with a held-out item
 * @returns [rows]
 */
export async function aucPerUser(
  factors: Factors,
  train: Csr,
  test: Csr,
  rows: Int32Array,
  { onProgress, threads }: { onProgress?: OnProgress; threads?: number },
): Promise<Float64Array> {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => {
    starts[at + 1] = starts[at] + rowOf(test, row).length;
  });
  const total = starts[rows.length];
  const [users, targets] = [new Int32Array(total), new Int32Array(total)];
  rows.forEach((row, at) => {
    users.fill(row, starts[at], starts[at + 1]);
    targets.set(rowOf(test, row), starts[at]);
  });
  const counts = await countsAbove(factors, { rows: users, mask: train, threads }, targets, (done) =>
    onProgress?.({ phase: "AUC", done, total, unit: "held-out items" }),
  );
  return Float64Array.from(rows, (row, at) => {
    const wanted = starts[at + 1] - starts[at];
    const negatives = factors.itemIds.length - rowOf(train, row).length - wanted;
    if (negatives === 0) return 0.5;
    let lost = 0;
    for (let query = starts[at]; query < starts[at + 1]; query++)
      lost += (counts[2 * query] + counts[2 * query + 1]) / 2;
    // Held-out items were counted against each other as well: every ordered pair, itself included, comes to ½.
    const pairs = wanted * negatives;
    return (pairs - lost + wanted ** 2 / 2) / pairs;
  });
}
