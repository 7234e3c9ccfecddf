import type { OnProgress } from "../../base/progress";
import { type Random, seededRandom } from "../../base/random";
import { type Csr, csrFromPairs } from "../../records/interactions";
import { balanceCells } from "./balance";
import type { Cell, Cells } from "./cells";
import type { PlantedConfig } from "./config";
import { coverItems } from "./cover";
import type { Taste, UserTaste } from "./taste";

/** Draws in vain after which the remaining items are weighed one by one. */
const REJECTIONS = 64;

/**
 * Draw each user's items without replacement, P(u takes i) ∝ popularity_i · exp(⟨t_u, x_i⟩ / temperature), t_u the
 * strength-weighted sum of the directions of the user's concepts and x_i the sum of the item's; a noise share follows
 * popularity alone. In the published shape the popularity that taste meets is balanced against demand.
 *
 * @param popularity [items] @param counts [users] interactions of each
 */
export async function drawInteractions(
  popularity: Float64Array,
  counts: Int32Array,
  taste: Taste,
  config: PlantedConfig,
  onProgress?: OnProgress,
): Promise<Csr> {
  const random = seededRandom(config.seed, "planted/interactions");
  const { cells, pull } = await balanced(groupCells(taste, popularity), popularity, taste, config, onProgress);
  const everything = toCell(0, 0, Array.from(popularity.keys()), popularity);
  const running = new Float64Array(cells.list.length + 1);
  const takenBy = new Int32Array(config.items).fill(-1);
  const userOf = new Int32Array(config.interactions);
  const itemOf = new Int32Array(config.interactions);
  let out = 0;
  let reported = Date.now();
  for (let user = 0; user < config.users; user++) {
    const weights = taste.of(user);
    runOver(cells, weights, running);
    for (let n = 0; n < counts[user]; n++) {
      const noise = random.uniform() < config.noiseShare;
      const draw = (): number => drawFrom(noise ? everything : cells.list[locate(running, random)], random);
      const weightOf = noise ? (item: number) => popularity[item] : likingOf(pull, taste, weights);
      const item = drawFree(draw, takenBy, user, weightOf, random);
      takenBy[item] = user;
      userOf[out] = user;
      itemOf[out++] = item;
    }
    if (Date.now() - reported < 100) continue;
    await onProgress?.({ phase: "planting data", done: user + 1, total: config.users, unit: "users" });
    reported = Date.now();
  }
  await coverItems(userOf, itemOf, counts, taste, config, onProgress);
  return csrFromPairs(config.users, config.items, userOf, itemOf);
}

/** Cells as taste meets them, and each item's weight before taste: in the published shape, balanced against demand. */
async function balanced(
  cells: Cells,
  popularity: Float64Array,
  taste: Taste,
  config: PlantedConfig,
  onProgress: OnProgress | undefined,
): Promise<{ cells: Cells; pull: Float64Array }> {
  if (config.shape !== "published") return { cells, pull: popularity };
  const factors = await balanceCells(cells, taste, config, onProgress);
  const pull = popularity.slice();
  cells.list.forEach(({ items }, c) => {
    for (const item of items) pull[item] *= factors[c];
  });
  return { cells: groupCells(taste, pull), pull };
}

/** Rejecting taken items draws exactly without replacement; when that takes too long, the rest is weighed. */
function drawFree(
  draw: () => number,
  takenBy: Int32Array,
  user: number,
  weightOf: (item: number) => number,
  random: Random,
): number {
  for (let attempt = 0; attempt < REJECTIONS; attempt++) {
    const item = draw();
    if (takenBy[item] !== user) return item;
  }
  const running = new Float64Array(takenBy.length + 1);
  for (let item = 0; item < takenBy.length; item++)
    running[item + 1] = running[item] + (takenBy[item] === user ? 0 : weightOf(item));
  return locate(running, random);
}

function likingOf(pull: Float64Array, taste: Taste, weights: UserTaste): (item: number) => number {
  return (item) => pull[item] * weights.paths[taste.pathOf[item]] * weights.styleSets[taste.styleSetOf[item]];
}

function drawFrom(cell: Cell, random: Random): number {
  return cell.items[locate(cell.running, random)];
}

/** Draw an index with probability proportional to its step in the running sum. */
function locate(running: Float64Array, random: Random): number {
  const value = random.uniform() * running[running.length - 1];
  let low = 0;
  let high = running.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (running[middle] <= value) low = middle;
    else high = middle - 1;
  }
  // Rounding may end on an entry without a step: go back to one that has it.
  while (low > 0 && running[low + 1] === running[low]) low--;
  return low;
}

/** [cells + 1] running weight of the cells for one user. */
function runOver(cells: Cells, weights: UserTaste, running: Float64Array): void {
  const { paths, styleSets, popularity } = cells;
  const { paths: byPath, styleSets: byStyles } = weights;
  let sum = 0;
  for (let c = 0; c < paths.length; c++) {
    sum += byPath[paths[c]] * byStyles[styleSets[c]] * popularity[c];
    running[c + 1] = sum;
  }
}

function groupCells(taste: Taste, popularity: Float64Array): Cells {
  const members = new Map<string, number[]>();
  for (let item = 0; item < popularity.length; item++) {
    const key = `${taste.pathOf[item]} ${taste.styleSetOf[item]}`;
    const cell = members.get(key);
    if (cell) cell.push(item);
    else members.set(key, [item]);
  }
  const list = [...members.values()].map((items) =>
    toCell(taste.pathOf[items[0]], taste.styleSetOf[items[0]], items, popularity),
  );
  return {
    list,
    paths: Int32Array.from(list, ({ path }) => path),
    styleSets: Int32Array.from(list, ({ styleSet }) => styleSet),
    popularity: Float64Array.from(list, ({ running }) => running[running.length - 1]),
  };
}

function toCell(path: number, styleSet: number, items: readonly number[], popularity: Float64Array): Cell {
  const running = new Float64Array(items.length + 1);
  items.forEach((item, n) => {
    running[n + 1] = running[n] + popularity[item];
  });
  return { path, styleSet, items: Int32Array.from(items), running };
}
