import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { generatePlanted, PLANTED_PUBLISHED } from "../../../lib/src/data/planted";
import { ingestFiles } from "../../../lib/src/data/read/ingest";
import { writeDataset } from "../../../lib/src/data/write/write";
import type { Csr } from "../../../lib/src/records/interactions";
import { scratch, source } from "../files";

// The published proportions at a fiftieth: 8.3 ratings a user, 46 an item.
const config = { ...PLANTED_PUBLISHED, users: 20_000, items: 3_624, interactions: 166_420 };
const made = generatePlanted(config);
const { dir } = scratch();
const files = made.then(async ({ dataset, truth, raw }) => {
  const written = await writeDataset(dataset, truth, dir, "amazon", { raw });
  const [ratings, items] = written.files.map((file) => readFileSync(file, "utf8").trimEnd().split("\n"));
  return { ratings, items: items.map((line) => JSON.parse(line)) };
});

const perUser = ({ indptr, rows }: Csr): number[] => Array.from({ length: rows }, (_, r) => indptr[r + 1] - indptr[r]);
function perItem({ indices, cols }: Csr): number[] {
  const counts = new Array<number>(cols).fill(0);
  for (const item of indices) counts[item]++;
  return counts;
}
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[values.length >> 1];
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("totals are exact, no pair repeats, and rows ascend", async () => {
  const { csr, users, items } = (await made).dataset.interactions;
  assert.equal([users.length, items.length, csr.indices.length], [20_000, 3_624, 166_420]);
  for (let row = 0; row < csr.rows; row++)
    for (let p = csr.indptr[row] + 1; p < csr.indptr[row + 1]; p++) assert.ok(csr.indices[p] > csr.indices[p - 1]);
});

test("ratings a user have the published median, tail and share below three", async () => {
  const counts = sorted(perUser((await made).dataset.interactions.csr));
  assert.is(median(counts), 6);
  // The curve's head at the published size is 1,400; a fiftieth of the users reaches less far up.
  assert.ok(counts[19_999] > 800 && counts[19_999] < 1500, `maximum ${counts[19_999]}`);
  assert.is(counts.filter((count) => count < 3).length, Math.round((20_000 * 6_978) / 1_096_901));
  assert.ok(counts[0] >= 1);
});

test("ratings an item have the published least and median, and a tail that is no accident of its concepts", async () => {
  const { dataset, truth } = await made;
  const counts = perItem(dataset.interactions.csr);
  assert.is(Math.min(...counts), 7);
  // Nobody takes an item twice, so that with few users the head is cut and the middle gains: 20 at the published size.
  assert.ok(median(counts) >= 19 && median(counts) <= 26, `median ${median(counts)}`);
  assert.ok(Math.max(...counts) > 60 * median(counts), `maximum ${Math.max(...counts)}`);
  // Women's share of ratings is near its share of items, since the weights are balanced against demand.
  const women = truth.concepts.findIndex(({ name }) => name === "Women");
  const { indptr, indices } = truth.itemConcepts;
  const isWomen = counts.map((_, item) => indices.subarray(indptr[item], indptr[item + 1]).includes(women));
  const share = mean(isWomen.map(Number));
  const rated = counts.reduce((sum, count, item) => sum + (isWomen[item] ? count : 0), 0) / 166_420;
  assert.ok(Math.abs(share - 0.611) < 0.03, `share of items ${share}`);
  assert.ok(Math.abs(rated - share) < 0.08, `share of ratings ${rated}, of items ${share}`);
});

test("metadata has more rows than rated items, the published main categories, and lists of two to eight names", async () => {
  const { items } = await files;
  assert.is(items.length, Math.round((3_624 * 220_890) / 198_771));
  assert.is(new Set(items.map(({ parent_asin }) => parent_asin)).size, items.length);
  const other = items.filter(({ main_category }) => main_category !== "AMAZON FASHION").length;
  assert.ok(Math.abs(other / items.length - 0.0826) < 0.001, `other ${other}`);
  const lengths: number[] = items.map(({ categories }) => categories.length);
  assert.ok(Math.min(...lengths) === 2 && Math.max(...lengths) === 8);
  assert.is(median(lengths), 5);
  assert.ok(Math.abs(mean(lengths) - 4.9) < 0.1, `mean ${mean(lengths)}`);
});

test("other main categories are of less popular items: pruning leaves the published share of the ratings", async () => {
  const { dataset, raw } = await made;
  const counts = perItem(dataset.interactions.csr);
  const other = counts.reduce((sum, n, item) => sum + (raw?.mainCategories[item] === "AMAZON FASHION" ? 0 : n), 0);
  // 9,127,377 ratings to 8,528,231, less what users with one or two take along.
  assert.ok(Math.abs(other / 166_420 - 0.0645) < 0.008, `share of the ratings ${other / 166_420}`);
});

test("titles, stores and texts have gaps and HTML entities at the stated rates", async () => {
  const { items } = await files;
  const share = (is: (item: Record<string, unknown>) => boolean): number => items.filter(is).length / items.length;
  const near = (value: number, wanted: number, what: string): void =>
    assert.ok(Math.abs(value - wanted) < 3 * Math.sqrt(wanted / items.length), `${what}: ${value}, wanted ${wanted}`);
  near(
    share(({ title }) => title === ""),
    0.002,
    "missing titles",
  );
  near(
    share(({ store }) => store === null),
    0.035,
    "missing stores",
  );
  assert.ok(items.some(({ title }) => title.includes("&#39;")));
  assert.ok(items.some(({ store }) => store?.includes("&amp;")));
  assert.ok(items.some(({ categories }) => categories[0] === "Clothing, Shoes &amp; Jewelry"));
});

test("a list is the path of the planted tree: each name below its parent, finer names last", async () => {
  const { truth, dataset, raw } = await made;
  if (raw === undefined) throw new Error("the published shape has raw metadata");
  const { finer = [] } = truth.tree;
  const nodes = [...truth.concepts, ...finer];
  const parents = new Map<string, Set<string>>();
  for (const { name, parent } of nodes) {
    const above = parent < 0 ? truth.tree.root : nodes[parent].name;
    parents.set(name, (parents.get(name) ?? new Set()).add(above));
  }
  for (let item = 0; item < dataset.items.ids.length; item++) {
    const [root, ...path] = raw.categoriesOf(item).map((name) => name.replaceAll("&amp;", "&"));
    path.forEach((name, at) => {
      assert.ok(parents.get(name)?.has(at === 0 ? root : path[at - 1]), `${name} below ${path[at - 1] ?? root}`);
    });
    const { indptr, indices } = truth.itemConcepts;
    const concepts = Array.from(indices.subarray(indptr[item], indptr[item + 1])).map((c) => truth.concepts[c]);
    const planted = concepts.filter(({ kind }) => kind !== "cross").map(({ name }) => name);
    assert.equal(new Set(planted), new Set(path.slice(0, planted.length)));
    const styles = concepts.filter(({ kind }) => kind === "cross").map(({ name }) => name);
    assert.equal(raw.stylesOf(item), styles);
  }
  assert.is(
    finer.length + new Set(truth.concepts.filter(({ kind }) => kind !== "cross").map((c) => c.name)).size,
    1049,
  );
});

test("the files have the published columns and mean rating, and read back to the same interactions", async () => {
  const { ratings } = await files;
  const { dataset } = await made;
  assert.is(ratings[0], ",user_id,parent_asin,rating,timestamp");
  assert.is(ratings.length, 166_421);
  assert.match(ratings[1], /^0,AE[0-9A-Z]{26},B0[0-9A-Z]{8},[1-5]\.0,1[4-6]\d{11}$/);
  const stars = mean(ratings.slice(1).map((line) => Number(line.split(",")[3])));
  assert.ok(Math.abs(stars - 4.32) < 0.01, `mean rating ${stars}`);
  const back = await ingestFiles(source(join(dir, "ratings.csv"), join(dir, "items.jsonl")));
  const { users, items, csr } = back.interactions;
  assert.equal(new Set(users), new Set(dataset.interactions.users));
  assert.is(csr.indices.length, 166_420);
  const planted = new Map(dataset.interactions.users.map((id, row) => [id, row]));
  for (let row = 0; row < users.length; row += 97) {
    const at = planted.get(users[row]) as number;
    const of = (matrix: Csr, r: number, ids: readonly string[]): string[] =>
      Array.from(matrix.indices.subarray(matrix.indptr[r], matrix.indptr[r + 1]), (c) => ids[c]).sort();
    assert.equal(of(csr, row, items), of(dataset.interactions.csr, at, dataset.interactions.items));
  }
});

test.run();
