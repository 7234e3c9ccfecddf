import type { OnProgress } from "../base/progress";
import { countsAbove } from "../kernels/ranking";
import type { Factors } from "../records/factors";
import { type Csr, rowOf } from "../records/interactions";
import { scoreItems } from "./top-k";

/**
 * Held-out items from which on a user's items are all scored once, rather than looked at anew for each of them: where both take
 * as long.
 */
const MANY = 64;

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
  { onProgress, threads, many = MANY }: { onProgress?: OnProgress; threads?: number; many?: number },
): Promise<Float64Array> {
  const few = rows.filter((row) => rowOf(test, row).length < many);
  const starts = new Int32Array(few.length + 1);
  few.forEach((row, index) => {
    starts[index + 1] = starts[index] + rowOf(test, row).length;
  });
  const total = starts[few.length];
  const [users, targets] = [new Int32Array(total), new Int32Array(total)];
  few.forEach((row, index) => {
    users.fill(row, starts[index], starts[index + 1]);
    targets.set(rowOf(test, row), starts[index]);
  });
  const report = (done: number) => onProgress?.({ phase: "AUC", done, total, unit: "held-out items" });
  const options = { rows: users, mask: train, threads };
  const counts = total > 0 ? await countsAbove(factors, options, targets, report) : new Int32Array(0);
  const aucs = new Float64Array(rows.length);
  const scratch = new Float32Array(factors.itemIds.length);
  for (let index = 0, next = 0; index < rows.length; index++) {
    const wanted = rowOf(test, rows[index]).length;
    let lost = 0;
    if (wanted < many) {
      for (let query = starts[next]; query < starts[next + 1]; query++)
        lost += (counts[2 * query] + counts[2 * query + 1]) / 2;
      next++;
    } else {
      await onProgress?.({ phase: "AUC", done: index, total: rows.length, unit: "users" });
      lost = lostOf(scoreItems(factors, rows[index], scratch), rowOf(train, rows[index]), rowOf(test, rows[index]));
    }
    const negatives = factors.itemIds.length - rowOf(train, rows[index]).length - wanted;
    // Held-out items were counted against each other as well: every ordered pair, itself included, comes to ½.
    const pairs = wanted * negatives;
    aucs[index] = negatives === 0 ? 0.5 : (pairs - lost + wanted ** 2 / 2) / pairs;
  }
  return aucs;
}

/**
 * How many pairs of a held-out item and an item that is not masked are lost, ties half: as the kernel counts them, from one
 * user's scores.
 *
 * @param scores [items], changed
 */
function lostOf(scores: Float32Array, masked: Int32Array, held: Int32Array): number {
  const wanted = Float32Array.from(held, (item) => scores[item]).sort();
  // What is masked is sorted to where no one looks.
  for (const item of masked) scores[item] = Number.NEGATIVE_INFINITY;
  scores.sort();
  let lost = 0;
  let [below, through] = [0, 0];
  for (const score of wanted) {
    while (below < scores.length && scores[below] < score) below++;
    while (through < scores.length && scores[through] <= score) through++;
    lost += scores.length - (below + through) / 2;
  }
  return lost;
}
