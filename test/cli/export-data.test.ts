import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Card } from "../../lib/src/lab/card";
import { pairsCsv } from "../../lib/src/lab/export-data";
import { openLab } from "../../lib/src/lab/lab";
import { csrFromPairs, rowCounts } from "../../lib/src/records/interactions";
import { QUICK, quick, root, run } from "./quick";

const cli = suite("command line: split and rewired data as files");

/** The quick settings but for those of the generator, which are not those of files. */
const ofFiles = QUICK.filter((setting) => !setting.startsWith("data.")).flatMap((setting) => ["--set", setting]);

const lines = (file: string): string[] => readFileSync(file, "utf8").trimEnd().split("\n");
const count = (all: readonly string[], column: number): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const line of all.slice(1)) counts[line.split(",")[column]] = (counts[line.split(",")[column]] ?? 0) + 1;
  return counts;
};

cli("--export-data writes train, held-out and rewired interactions; given back, they are the same split", async () => {
  const dir = join(root, "interactions");
  const args = ["run", ...quick, "--null", "rewired", "--set", "rewired.runs=2", "--export-data", dir];
  const first = await run([...args, "--out", join(root, "exported"), "--json"]);
  assert.is(first.code, 0, first.err);
  const [train, held, rewired] = ["train.csv", "held-out.csv", "rewired-2-train.csv"].map((name) =>
    lines(join(dir, name)),
  );
  const { data, mf } = JSON.parse(first.out) as Card;
  assert.is(train.length - 1 + held.length - 1, data.interactions);
  assert.is(train.filter((line) => held.slice(1).includes(line)).length, 0);
  // Everyone's and everything's counts are kept, who took what is not.
  assert.not.equal(rewired, train);
  for (const column of [0, 1]) assert.equal(count(rewired, column), count(train, column));
  const back = ["--ratings", join(dir, "train.csv"), "--held-out", join(dir, "held-out.csv")];
  const second = await run(["run", ...back, ...ofFiles, "--out", join(root, "given-back"), "--json"]);
  assert.is(second.code, 0, second.err);
  const again = JSON.parse(second.out) as Card;
  assert.is(again.data.interactions, data.interactions);
  assert.is(again.mf.popularity.ndcgAt10, mf.popularity.ndcgAt10);
  assert.match(second.err, /columns of held-out: user = "user_id", item = "item_id"/);
  assert.not.match(second.err, /held-out interactions are left out/);
});

/** A shop of which the paper's pruning leaves users with fewer than three ratings and items with fewer than five. */
function shop(): { ratings: string; items: string } {
  const [ratings, items] = [join(root, "shop.csv"), join(root, "shop-items.csv")];
  const pairs = Array.from({ length: 4000 }, (_, at): [number, number] => [
    (at * 7919) % 400,
    Math.floor(90 * ((at * 0.618) % 1) ** 3),
  ]);
  // Three items of the last users are rare and fall away, and leave them one or two ratings.
  for (let user = 400; user < 460; user++) pairs.push([user, user % 7], [user, 200 + user], [user, 300 + user]);
  for (let item = 90; item < 94; item++) for (let user = 0; user < 5; user++) pairs.push([460 + user + item, item]);
  writeFileSync(ratings, `user_id,item_id\n${pairs.map(([user, item]) => `u${user},i${item}`).join("\n")}\n`);
  const lines = Array.from({ length: 800 }, (_, item) => `i${item},"[""all"",""${item % 2 ? "hat" : "shoe"}""]"`);
  writeFileSync(items, `item_id,categories\n${lines.join("\n")}\n`);
  return { ratings, items };
}

cli(
  "a split of pruned files is the same split when it is given back with default settings, metadata beside",
  async () => {
    const { ratings, items } = shop();
    const dir = join(root, "shop-split");
    const runs = join(root, "runs");
    const line = ["run", "--ratings", ratings, "--items", items, ...ofFiles, "--export-data", dir];
    const { code, err } = await run([...line, "--out", join(root, "shop-card")]);
    assert.is(code, 0, err);
    const set = { "sae.epochs": 2 };
    const first = await openLab({ runs, ratings, items, set });
    const heldOut = join(dir, "held-out.csv");
    const second = await openLab({ runs, ratings: join(dir, "train.csv"), heldOut, items, set });
    const [one, two] = [await first.split(), await second.split()];
    assert.equal(two, one);
    const counts = rowCounts((await first.data()).interactions.csr);
    assert.ok(
      counts.some((count) => count < 3),
      "pruned data have users that pruning again would leave out",
    );
    // Thresholds that are asked for count over both files.
    const prune = { "data.prune.minUserRatings": 2, "data.prune.minItemRatings": 2 };
    const strict = await openLab({ runs, ratings: join(dir, "train.csv"), heldOut, items, set: { ...set, ...prune } });
    const left = await strict.split();
    assert.equal(
      left.users,
      one.users.filter((_, row) => counts[row] >= 2),
    );
    assert.ok(left.summary.test > 0.15 * (left.summary.test + left.summary.train));
  },
);

cli("bad rows, filter and columns of the held-out file are those of the ratings, and said like them", async () => {
  const [ratings, heldOut] = [join(root, "stars.csv"), join(root, "stars-held-out.csv")];
  const rows = (from: number): string[] =>
    Array.from(
      { length: 1500 },
      (_, at) => `u${(at * 7 + from) % 200},i${(at * 11 + from + (at % 3)) % 59},${1 + ((at + from) % 5)}`,
    );
  writeFileSync(ratings, `buyer,thing,stars\n${rows(0).join("\n")}\n`);
  writeFileSync(heldOut, `buyer,thing,stars\n${[...rows(3), ",i1,5", "u1,,5", "ghost,i1,1"].join("\n")}\n`);
  const given = ["--ratings", ratings, "--held-out", heldOut, "--columns", "user=buyer,item=thing,rating=stars"];
  const out = join(root, "stars-card");
  const line = ["run", ...given, ...ofFiles, "--set", "sae.batch=16", "--set", "data.filter.minRating=4", "--out", out];
  const { code, err } = await run(line);
  assert.is(code, 0, err);
  assert.match(err, /columns of held-out: user = "buyer", item = "thing", rating = "stars"/);
  assert.match(err, /2 of the held-out file: empty id \(line 1502, line 1503\)/);
  assert.match(err, /of the held-out file: ratings below 4/);
  assert.match(readFileSync(join(out, "rejects.csv"), "utf8"), /stars-held-out\.csv,1502,empty id/);
  // "ghost" has one star alone: no positive, so nothing of it is left out of the split.
  assert.not.match(err, /held-out interactions are left out/);
  const many = await run([...line, "--set", "data.maxRejected=0"]);
  assert.is(many.code, 2);
  assert.match(many.err, /The held-out file .*stars-held-out\.csv has 2 bad rows of 1503/);
  const bare = join(root, "bare.csv");
  writeFileSync(bare, "user,item\nu1,i1\n");
  const other = await run(["run", "--ratings", ratings, "--held-out", bare, "--set", "data.filter.minRating=4"]);
  assert.is(other.code, 2);
  assert.match(other.err, /the held-out file has no rating column/);
  const few = await run([...line, "--set", "split.maxUsers=50"]);
  assert.is(few.code, 0, few.err);
  assert.match(few.err, /held-out interactions are left out: their users were not drawn \(split\.maxUsers\)/);
  assert.not.match(few.err, /the data has not their user/);
});

cli("interactions are written in parts, whatever their number", () => {
  const train = csrFromPairs(3, 2, [0, 0, 2], [0, 1, 1]);
  const parts = [...pairsCsv(["a", 'b"', "c,d"], ["x", "y"], train, 8)];
  assert.is(parts.join(""), 'user_id,item_id\na,x\na,y\n"c,d",y\n');
  assert.is(parts.length, 2);
  assert.ok(parts.every((part) => part.length < 8 + 16));
});

cli("a file of somebody else's is not overwritten", async () => {
  const dir = join(root, "foreign");
  const line = ["run", ...quick, "--export-data", dir, "--out", join(root, "exported")];
  assert.is((await run(line)).code, 0);
  assert.is((await run(line)).code, 0);
  writeFileSync(join(dir, "interactions.json"), "[]");
  const { code, err } = await run(line);
  assert.is(code, 2);
  assert.match(err, /interactions\.json, train\.csv, held-out\.csv in .*foreign are not of this lab/);
});

cli.run();
