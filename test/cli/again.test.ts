import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Card } from "../../lib/src/lab/card";
import { openLab } from "../../lib/src/lab/lab";
import { writeFactors } from "../factor-files";
import { lasting, QUICK, quick, root, run } from "./quick";

const cli = suite("command line: a card's configuration runs again");

/** A shop of 20 users and 40 items as files, with names of its own and two shelves an item. */
function shop(name: string): string {
  const dir = join(root, name);
  mkdirSync(dir, { recursive: true });
  const pairs = Array.from({ length: 800 }, (_, at) => [at % 20, Math.floor(at / 20)]).filter(
    ([user, item]) => (user * 7 + item * 3) % 5 < 2,
  );
  writeFileSync(join(dir, "ratings.csv"), `buyer,thing\n${pairs.map(([u, i]) => `u${u},i${i}`).join("\n")}\n`);
  const items = Array.from({ length: 40 }, (_, at) => `i${at},T${at},${at % 2 ? "hats/caps" : "shoes/boots"}`);
  writeFileSync(join(dir, "items.csv"), `thing,label,shelf\n${items.join("\n")}\n`);
  return dir;
}

/** Quick settings for the shop. */
const tiny = "sae.k=4 sae.batch=16 sae.epochs=2 sae.minSteps=0 mf.iterations=3 data.prune.minCategoryItems=1"
  .split(" ")
  .flatMap((setting) => ["--set", setting]);

/** Factors of the quick planted data, as a folder. */
async function factorsFolder(): Promise<string> {
  const set = Object.fromEntries(QUICK.map((each) => each.split("=")).map(([key, value]) => [key, Number(value)]));
  return writeFactors(join(root, "my-factors"), await (await openLab({ set, runs: join(root, "runs") })).factors());
}

/** The quick settings but for those of the factorization. */
const withoutMf = QUICK.filter((setting) => !setting.startsWith("mf.")).flatMap((setting) => ["--set", setting]);

const CASES: [string, () => string[] | Promise<string[]>][] = [
  ["of planted data", () => quick],
  ["of the preset paper", () => ["--preset", "paper", ...withoutMf]],
  ["with another architecture", () => [...quick, "--set", "sae.architecture=plain"]],
  ["with --k and --d", () => [...quick, "--k", "20", "--d", "8"]],
  ["with --null rewired", () => [...quick, "--null", "rewired", "--set", "rewired.runs=1"]],
  ["with --factors", async () => ["--factors", await factorsFolder(), ...withoutMf]],
  [
    "with --factors, refitted on rewired data",
    async () => ["--factors", await factorsFolder(), "--null", "rewired", "--set", "rewired.runs=1", ...withoutMf],
  ],
  ["with --null-factors", async () => [...quick, "--null-factors", await factorsFolder(), await factorsFolder()]],
  [
    "of files with columns and categories",
    () => {
      const dir = shop("shop");
      const files = ["--ratings", join(dir, "ratings.csv"), "--items", join(dir, "items.csv")];
      return [...files, "--columns", "user=buyer,item=thing", "--categories", "shelf:/", ...tiny];
    },
  ],
  [
    "of a folder, --data",
    () => ["--data", shop("folder"), "--columns", "user=buyer,item=thing", "--categories", "shelf:/", ...tiny],
  ],
];

for (const [what, make] of CASES)
  cli(`a run ${what} gives the same card from its card's config, and from the card`, async () => {
    const first = await run(["run", ...(await make()), "--out", join(root, "a"), "--json"]);
    assert.is(first.code, 0, first.err);
    const file = join(root, "again.json");
    for (const content of [(JSON.parse(first.out) as Card).config, JSON.parse(first.out)]) {
      writeFileSync(file, JSON.stringify(content));
      // In a store of its own, so that everything is computed again.
      const second = await run(["run", "--config", file, "--out", join(root, "b"), "--json"], join(root, "runs-again"));
      assert.is(second.code, 0, second.err);
      assert.equal(lasting(second.out), lasting(first.out));
    }
  });

cli.run();
