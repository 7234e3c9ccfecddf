import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openLab } from "../../lib/src/lab/lab";
import { alignmentTable } from "../../lib/src/lab/views/pipeline";
import { type Csr, csrFromPairs } from "../../lib/src/records/interactions";
import { type AlignmentResult, alignment, withRewired } from "../../lib/src/stages/alignment";
import type { RewiredRun } from "../../lib/src/stages/rewired";

const runs = mkdtempSync(join(tmpdir(), "msae-alignment-"));
const lab = openLab({ runs, d: 8, k: 20, set: { "sae.epochs": 20, "sae.minSteps": 0 }, warn: () => {} });

/** A train split without the columns that `gone` names: these keep their place, empty, or (with `close`) give it up. */
function withoutColumns({ rows, cols, indptr, indices }: Csr, gone: (column: number) => boolean, close: boolean): Csr {
  const left = Array.from({ length: cols }, (_, column) => column).filter((column) => !gone(column));
  const place = new Map(left.map((column, index) => [column, close ? index : column]));
  const [own, taken]: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++)
    for (const column of indices.subarray(indptr[row], indptr[row + 1])) {
      const at = place.get(column);
      if (at === undefined) continue;
      own.push(row);
      taken.push(at);
    }
  return csrFromPairs(rows, close ? left.length : cols, own, taken);
}

/** The stage's computation on these inputs, outside any store: with rows of zeros, without these rows, or with those that nobody took. */
async function computed(
  zeroed: (row: number) => boolean,
  without = false,
  untaken: (row: number) => boolean = () => false,
  bare = false,
): Promise<AlignmentResult> {
  const { data, split, factors, sae } = await lab;
  const [whole, inputs] = [await factors(), { data: await data(), split: await split(), sae: await sae() }];
  const rows = whole.itemIds.map((_, row) => row).filter((row) => !without || !zeroed(row));
  const items = new Float32Array(rows.length * whole.d);
  rows.forEach((row, index) => {
    if (!zeroed(row)) items.set(whole.items.subarray(row * whole.d, (row + 1) * whole.d), index * whole.d);
  });
  const own = { ...whole, items, itemIds: rows.map((row) => whole.itemIds[row]) };
  const cut = { ...inputs.split, train: withoutColumns(inputs.split.train, without ? zeroed : untaken, without) };
  const { indptr, indices } = inputs.data.items.categories;
  const names = rows.map((row) => [...indices.subarray(indptr[row], indptr[row + 1])]);
  const categoryNames = bare ? [] : inputs.data.items.categoryNames;
  const categories = csrFromPairs(
    rows.length,
    categoryNames.length,
    bare ? [] : names.flatMap((of, index) => of.map(() => index)),
    bare ? [] : names.flat(),
  );
  const metadata = { ...inputs.data.items, categoryNames, ids: own.itemIds, titles: undefined, categories };
  return alignment.compute(
    { ...inputs, data: { ...inputs.data, items: metadata }, split: cut, factors: own },
    {
      ...{ settings: { q: 0.05 }, seed: 42, files: {}, spill: "", warn: () => {} },
      onProgress: () => {},
      checkpoint: () => ({ read: () => undefined, write: () => {}, remove: () => {} }),
    },
  );
}

test("items that are exactly zero are in no floor: it is that of the others alone", async () => {
  const third = (row: number): boolean => row % 3 === 0;
  const [withZeros, others] = [await computed(third), await computed(third, true)];
  for (const name of ["untrained", "randomDirections", "randomItems", "kMeans"])
    assert.equal(withZeros.floors[name], others.floors[name], name);
});

test("items that nobody took in the train split are left out and counted, whatever their factors are", async () => {
  const third = (row: number): boolean => row % 3 === 0;
  const [random, zeros] = [await computed(() => false, false, third), await computed(third)];
  assert.ok(random.excludedItems > 50);
  assert.is(random.excludedItems, zeros.excludedItems);
  assert.is(random.itemsA + random.itemsB + random.excludedItems, zeros.itemsA + zeros.itemsB + zeros.excludedItems);
  assert.equal([random.floors, random.perLatent], [zeros.floors, zeros.perLatent]);
});

test("every floor has each category's best nAP, in the order of the matrix, and its mean is that of these", async () => {
  const result = await computed(() => false);
  const { categories } = result.matrix;
  assert.ok(categories.length > 3);
  const run = (seed: number): RewiredRun => ({
    ...{ d: 8, mixing: undefined as never, perLatent: new Float64Array(), mean: 0 },
    alignment: { ...result, names: categories, napByCategory: Float64Array.from(categories, (_, at) => seed * at) },
  });
  const { floors } = withRewired(result, { runs: [run(1), run(2)] });
  assert.equal(Object.keys(floors), ["untrained", "randomDirections", "randomItems", "kMeans", "rewired"]);
  for (const [name, { napByCategory, meanBestNap }] of Object.entries(floors)) {
    assert.is(napByCategory.length, categories.length);
    const mean = napByCategory.reduce((sum, nap) => sum + nap, 0) / categories.length;
    if (name !== "rewired") assert.ok(Math.abs(mean - meanBestNap) < 1e-12, name);
  }
  assert.equal([...floors.rewired.napByCategory.slice(0, 3)], [0, 1.5, 3]);
  assert.equal(
    [...result.napByCategory],
    result.perCategory.map(({ nap }) => nap),
  );
});

test("where the data have no category, no floor is computed", async () => {
  const { categories, floors } = await computed(
    () => false,
    false,
    () => false,
    true,
  );
  assert.equal([categories, floors], [0, {}]);
});

test("tables name the level of q that the configuration has", async () => {
  const result = await computed(() => false);
  assert.is(result.level, 0.05);
  assert.ok("pairs with q < 0.05" in alignmentTable(result)[0]);
});

test.run();
