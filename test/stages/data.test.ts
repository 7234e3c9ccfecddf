import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { PLANTED_DEFAULTS } from "../../lib/src/data/planted/config";
import { FILES_DEFAULTS } from "../../lib/src/data/read/files-settings";
import { encodeSafetensors } from "../../lib/src/formats/safetensors";
import { IALS_DEFAULTS } from "../../lib/src/mf/ials";
import type { Factors } from "../../lib/src/records/factors";
import type { Csr } from "../../lib/src/records/interactions";
import { type LabConfig, presetConfig } from "../../lib/src/stages/config";
import { data } from "../../lib/src/stages/data";
import { factors } from "../../lib/src/stages/factors";
import { type SplitResult, split } from "../../lib/src/stages/split";
import { allClose } from "../oracle";
import { csrOf, toolsOf } from "./tiny";

const root = mkdtempSync(join(tmpdir(), "msae-stages-data-"));
const ratings = join(root, "ratings.csv");
writeFileSync(ratings, "user_id,item_id\nann,pen\nann,cup\nbob,cup\nbob\ncat,pen\n");
const items = join(root, "items.csv");
writeFileSync(items, "item_id,categories\npen,write\ncup,drink\nmug,drink\n");
const unpruned = { minUserRatings: 0, minItemRatings: 0, minCategoryItems: 1 };
const files = { ...FILES_DEFAULTS, kind: "files" as const, ratings, items, maxRejected: 0.5, prune: unpruned };
const config = (data: object): LabConfig => ({ ...presetConfig("calibrated"), data: data as LabConfig["data"] });
const rowsOf = ({ rows, indptr, indices }: Csr): number[][] =>
  Array.from({ length: rows }, (_, row) => [...indices.subarray(indptr[row], indptr[row + 1])]);

test("data: two files become a matrix and its items, the bad row a text beside it, the counts a section of the card", async () => {
  const settings = data.settings(config({ ...files, axis: { column: "shelf" } }), {}, undefined);
  // Where a file lies is no part of the key, its name is; of the axis only the column is read.
  assert.equal(settings, { ...files, ratings: "ratings.csv", items: "items.csv", attributes: ["shelf"] });
  const named = data.files(config(files));
  assert.equal(named, { ratings, items });
  const own = data.settings(config(files), {}, undefined);
  const found = await data.compute({}, toolsOf<unknown>(own, { files: named }));
  assert.equal(
    [found.interactions.users, found.interactions.items],
    [
      ["ann", "bob", "cat"],
      ["cup", "pen"],
    ],
  );
  assert.equal(rowsOf(found.interactions.csr), [[0, 1], [0], [1]]);
  assert.equal(
    [found.items.categoryNames, rowsOf(found.items.categories)],
    [
      ["drink", "write"],
      [[0], [1]],
    ],
  );
  const lines = data.texts(found)["rejects.csv"].trim().split("\n");
  assert.equal([lines.length, lines[1]], [2, "ratings.csv,5,too few fields,bob"]);
  assert.equal(data.card?.(found, {}, undefined as never), {
    data: { users: 3, items: 2, interactions: 4, categories: 2, source: "ratings.csv, items.csv" },
  });
});

test("data: what is planted has the size that was asked for, and its truth; the seed is the run's", async () => {
  const { seed: _seed, ...planted } = { ...PLANTED_DEFAULTS, users: 60, items: 40, interactions: 500 };
  const compute = (seed: number) => data.compute({}, toolsOf<unknown>({ kind: "planted", ...planted }, { seed }));
  const [one, again, other] = [await compute(1), await compute(1), await compute(2)];
  const { users, csr } = one.interactions;
  assert.equal([users.length, one.interactions.items.length, csr.indices.length], [60, 40, 500]);
  assert.ok(one.truth !== undefined);
  assert.equal([again.interactions, again.truth], [one.interactions, one.truth]);
  assert.not.equal(other.interactions.csr.indices, csr.indices);
  assert.equal([data.files(config(planted)), data.texts(one)], [{}, {}]);
});

const interactions = {
  users: ["ann", "bob", "cat"],
  items: ["a", "b", "c", "d"],
  csr: csrOf([[0, 1, 2], [1, 3], [2]], 4),
  times: Float64Array.of(5, 9, 7, 2, 3, 8),
};

test("split: each user's last interaction is held out, but an only one; the summary counts what is where", async () => {
  const settings = { kind: "leave-last-out", trainShare: 0.8, maxUsers: 10 };
  const found: SplitResult = await split.compute({ data: { interactions } }, toolsOf<unknown>(settings));
  assert.equal([found.users, found.items], [interactions.users, interactions.items]);
  assert.equal(rowsOf(found.test), [[1], [3], []]);
  assert.equal(rowsOf(found.train), [[0, 2], [1], [2]]);
  const summary = { train: 4, test: 2, usersWithoutTrain: 0, itemsWithoutTrain: 1, usersWithTest: 2 };
  assert.equal(found.summary, summary);
});

test("split: the latest of all are held out; at random it is as many, and no pair is lost or in both", async () => {
  const of = (kind: string): Promise<SplitResult> =>
    Promise.resolve(
      split.compute({ data: { interactions } }, toolsOf<unknown>({ kind, trainShare: 0.7, maxUsers: 10 })),
    );
  // Of six pairs floor(.7 · 6) = 4 are train: those at 2, 3, 5 and 7. What happened at 8 and 9 is held out.
  const timed = await of("time");
  assert.equal(
    [rowsOf(timed.train), rowsOf(timed.test)],
    [
      [[0, 2], [1, 3], []],
      [[1], [], [2]],
    ],
  );
  const random = await of("random");
  assert.is(random.summary.train, 4);
  const both = rowsOf(random.train).map((row, user) => [...row, ...rowsOf(random.test)[user]].sort());
  assert.equal(both, rowsOf(interactions.csr));
});

test("split: of more users than asked for some are drawn, with their own rows; the items stay", async () => {
  const settings = { kind: "time", trainShare: 0.5, maxUsers: 2 };
  const found: SplitResult = await split.compute({ data: { interactions } }, toolsOf<unknown>(settings));
  assert.is(found.users.length, 2);
  assert.equal(found.items, interactions.items);
  const all = rowsOf(interactions.csr);
  found.users.forEach((id, row) => {
    const own = [...rowsOf(found.train)[row], ...rowsOf(found.test)[row]].sort();
    assert.equal(own, all[interactions.users.indexOf(id)], id);
  });
});

const whole: SplitResult = {
  ...{ users: ["ann", "bob"], items: ["a", "b", "c"], train: csrOf([[0], [1]], 3), test: csrOf([[1], [0]], 3) },
  summary: undefined as never,
};

test("factors: rows of a folder are joined by id, what it lacks is zero and said", async () => {
  const folder = join(root, "factors");
  mkdirSync(folder);
  const tensors = {
    users: { shape: [2, 2], data: Float32Array.of(3, 4, 1, 2) },
    items: { shape: [3, 2], data: Float32Array.of(9, 9, 7, 8, 5, 6) },
  };
  writeFileSync(join(folder, "factors.safetensors"), encodeSafetensors(tensors));
  writeFileSync(join(folder, "users.txt"), "bob\nann\n");
  // "z" is no item of the data, and the data's "b" has no row.
  writeFileSync(join(folder, "items.txt"), "z\nc\na\n");
  const mf = { kind: "given" as const, folder };
  const run = { ...presetConfig("calibrated"), mf };
  assert.equal(factors.settings(run, {}, undefined), { ...mf, folder: "" });
  const said: string[] = [];
  const tools = toolsOf<unknown>({ ...mf, folder: "" }, { files: factors.files(run), warn: (text) => said.push(text) });
  const found = await factors.compute({ split: whole, tune: undefined }, tools);
  assert.equal(
    [[...found.users], found.userIds],
    [
      [1, 2, 3, 4],
      ["ann", "bob"],
    ],
  );
  assert.equal(
    [[...found.items], found.itemIds],
    [
      [5, 6, 0, 0, 7, 8],
      ["a", "b", "c"],
    ],
  );
  assert.equal(said, ["1 items of the data have no row in the factors: they count as zero."]);
  assert.equal(factors.shapes(found), { users: [2, 2], items: [3, 2] });
});

test("factors: iALS of width 1 ends at the items' own solution, and says when the cap stopped it", async () => {
  const train = csrOf([[0, 1], [1]], 3);
  const settings = {
    ...IALS_DEFAULTS,
    kind: "ials",
    d: 1,
    alpha: 4,
    reg: 0.5,
    iterations: 3,
    tolerance: 1e-9,
    tune: false,
  };
  const said: string[] = [];
  const tools = toolsOf<unknown>(settings, { warn: (text) => said.push(text) });
  const found: Factors = await factors.compute({ split: { ...whole, train }, tune: undefined }, tools);
  const [ann, bob] = found.users;
  const norm = ann ** 2 + bob ** 2 + 0.5;
  // q = (1 + α) Σ p / (Σ p² + reg + α Σ p²), the sums with α over who took the item. Item c was taken by nobody.
  const expected = [(5 * ann) / (norm + 4 * ann ** 2), (5 * (ann + bob)) / (norm + 4 * (ann ** 2 + bob ** 2)), 0];
  allClose(found.items, expected, 1e-5);
  assert.equal([found.config.kind, found.config.tuned, found.fit?.converged], ["ials", false, false]);
  assert.equal(said, ["iALS was stopped at the cap of 3 sweeps before it had converged: raise mf.iterations."]);
  const tuned = { chosen: { alpha: 1, reg: 2 } };
  const { alpha: _alpha, reg: _reg, ...unset } = settings;
  const chosen: Factors = await factors.compute({ split: whole, tune: tuned }, toolsOf<unknown>(unset));
  assert.equal([chosen.config.alpha, chosen.config.reg, chosen.config.tuned], [1, 2, true]);
});

test.run();
