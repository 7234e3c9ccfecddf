import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isOwn } from "../../lib/src/lab/own-files";
import { quick, root, run } from "./quick";

const cli = suite("command line: files of the user's");

/** Users and items with a bad row in the middle, and what makes a run of them short. */
function shop(): string[] {
  const rows = Array.from({ length: 4000 }, (_, at) => `u${(at * 7919) % 300},i${(at * at + 7 * at) % 97}`);
  const file = join(root, "ratings.csv");
  writeFileSync(file, ["user_id,item_id", ...rows, "bad", ""].join("\n"));
  return [
    "--ratings",
    file,
    ...["sae.epochs=2", "sae.minSteps=0", "sae.batch=32"].flatMap((one) => ["--set", one]),
    "--k",
    "20",
  ];
}
const withFile = (out: string, name: string, text: string): string => {
  mkdirSync(join(root, out), { recursive: true });
  writeFileSync(join(root, out, name), text);
  return join(root, out);
};

cli(
  "a card.json or rejects.csv of the user's stays, and is said before the work; the lab's own are replaced",
  async () => {
    const runs = join(root, "runs-own");
    for (const [name, text] of [
      ["card.json", '{"versions": {"game": "1"}, "player": "me"}'],
      ["card.json", "no JSON"],
      ["rejects.csv", "order,why\n1,late\n"],
    ]) {
      const out = withFile(`mine-${name}`, name, text);
      const { code, err } = await run(["run", ...shop(), "--out", out], runs);
      assert.is(code, 2);
      assert.is(
        err,
        `${name} in ${out} is not of this lab, and would be overwritten: move it, or choose another --out.\n`,
      );
      assert.is(readFileSync(join(out, name), "utf8"), text);
      assert.not(existsSync(join(runs, "data")));
    }
    const out = withFile("planted", "rejects.csv", "mine");
    for (let again = 0; again < 2; again++) assert.is((await run(["run", ...quick, "--out", out])).code, 0);
    assert.is(readFileSync(join(out, "rejects.csv"), "utf8"), "mine");
    const ours = join(root, "ours");
    for (let again = 0; again < 2; again++) assert.is((await run(["run", ...shop(), "--out", ours], runs)).code, 0);
    assert.match(readFileSync(join(ours, "rejects.csv"), "utf8"), "too few fields");
  },
);

cli("--export overwrites nothing of the user's, and its own files as often as asked", async () => {
  const dir = withFile("figures", "scores.csv", "mine");
  writeFileSync(join(dir, "card.tex"), "mine");
  const args = ["run", ...quick, "--out", join(root, "card"), "--export", dir];
  const { code, err } = await run(args);
  assert.is(code, 2);
  assert.match(
    err,
    /scores\.csv, card\.tex in .* are not of this lab, and would be overwritten: move them, or choose another --export\.\n$/,
  );
  assert.equal(readdirSync(dir).sort(), ["card.tex", "scores.csv"]);
  const other = [...args.slice(0, -1), join(root, "other-figures")];
  for (let again = 0; again < 2; again++) assert.is((await run(other)).code, 0);
});

cli("generate overwrites nothing of the user's, and its own data as often as asked", async () => {
  const args = (out: string): string[] => [
    "generate",
    "--users",
    "200",
    "--items",
    "100",
    "--interactions",
    "2000",
    "--out",
    out,
  ];
  const own = join(root, "planted-own");
  for (let again = 0; again < 2; again++) assert.is((await run(args(own))).code, 0);
  const theirs = withFile("planted-theirs", "items.jsonl", '{"mine": 1}\n');
  // A table of the user's in place of the planted one, beside our truth.
  writeFileSync(join(own, "ratings.csv"), "who,what\n1,2\n");
  for (const [out, name] of [
    [theirs, "items.jsonl"],
    [own, "ratings.csv"],
  ]) {
    const before = readFileSync(join(out, name), "utf8");
    const { code, err } = await run(args(out));
    assert.is(code, 2);
    assert.is(
      err,
      `${name} in ${out} is not of this lab, and would be overwritten: move it, or choose another --out.\n`,
    );
    assert.is(readFileSync(join(out, name), "utf8"), before);
  }
  assert.equal(readdirSync(theirs), ["items.jsonl"]);
});

cli("bench --readme overwrites nothing of the user's, and the page of this project is known as ours", async () => {
  const theirs = withFile("bench-theirs", "README.md", "# My project\n");
  const { code, err } = await run(["bench", "--only", "growth", "--readme", theirs]);
  assert.is(code, 2);
  assert.match(
    err,
    /README\.md in .* is not of this lab, and would be overwritten: move it, or choose another --readme\.\n$/,
  );
  assert.is(readFileSync(join(theirs, "README.md"), "utf8"), "# My project\n");
  for (const name of ["README.md", "results.json", "growth.svg"])
    assert.ok(isOwn(join(__dirname, "..", "..", "bench", name)), name);
});

cli.run();
