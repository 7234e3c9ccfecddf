import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
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

cli.run();
