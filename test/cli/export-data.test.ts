import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Card } from "../../lib/src/lab/card";
import { quick, root, run } from "./quick";

const cli = suite("command line: split and rewired data as files");

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
  const unpruned = ["minUserRatings", "minItemRatings"].flatMap((name) => ["--set", `data.prune.${name}=0`]);
  // The generator's settings are not those of files.
  const others = quick.filter(
    (setting, at) => setting !== "--set" && !setting.startsWith("data.") && quick[at - 1] === "--set",
  );
  const set = others.flatMap((setting) => ["--set", setting]);
  const second = await run(["run", ...back, ...unpruned, ...set, "--out", join(root, "given-back"), "--json"]);
  assert.is(second.code, 0, second.err);
  const again = JSON.parse(second.out) as Card;
  assert.is(again.data.interactions, train.length - 1);
  assert.is(again.mf.popularity.ndcgAt10, mf.popularity.ndcgAt10);
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
