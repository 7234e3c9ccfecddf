import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { blocks, oursSource, withBlocks, withoutBlocks } from "../../bench/figure-blocks";
import { setFigures } from "../../bench/figures";
import { codeOf, type Figures, STAGES, STARTER, staleSets } from "../../bench/figures-of-card";
import { noiseTrainedFigures } from "../../bench/noise-trained";
import { read } from "../docs/markdown";

const figures = JSON.parse(read("bench/figures.json")) as Figures;
const PAGE = "docs/as-published-and-as-it-should-be.md";

/** Paths at which two records of numbers and words differ by more than the last digit that a page shows. */
function differences(now: unknown, then: unknown, path = ""): string[] {
  if (typeof now === "number" && typeof then === "number")
    return Math.abs(now - then) <= 5e-4 ? [] : [`${path}: ${then} is ${now} now`];
  if (typeof now !== "object" || typeof then !== "object" || now === null || then === null)
    return now === then ? [] : [`${path}: ${then} is ${now} now`];
  const names = new Set([...Object.keys(now), ...Object.keys(then)]);
  const at = (record: object, name: string): unknown => (record as Record<string, unknown>)[name];
  return [...names].flatMap((name) => differences(at(now, name), at(then, name), `${path}/${name}`));
}

const REMEDY = "write them anew: npm run figures";

test("the blocks of the docs and the library's own figures are those on record", () => {
  const page = read(PAGE);
  assert.is(withBlocks(page, blocks(figures)), page, REMEDY);
  assert.is(read("lib/src/lab/ours.ts").replace(/\s/g, ""), oursSource(figures).replace(/\s/g, ""), REMEDY);
  for (const name of Object.keys(blocks(figures))) assert.ok(page.includes(`<!-- figures:${name} -->`), name);
});

test("the starter data's figures are those of the code: by its hash, or else computed again", async () => {
  const { code, made: _made, ...then } = figures.sets[STARTER];
  if (differences(codeOf(STAGES), code).length === 0) return;
  const runs = mkdtempSync(join(tmpdir(), "msae-figures-"));
  const { code: _code, made: _today, ...now } = await setFigures(undefined, runs);
  rmSync(runs, { recursive: true });
  assert.equal(differences(now, then), [], REMEDY);
});

test("what the training on noise gives is that of the code: by its hash, or else computed again", async () => {
  const { code, ...then } = figures.noiseTrained;
  if (differences(codeOf(["sae"]), code).length === 0) return;
  assert.equal(differences(await noiseTrainedFigures(), then), [], REMEDY);
});

test("figures that other code made are known by their stages", () => {
  assert.equal(staleSets({ a: { code: codeOf(STAGES) }, b: { code: { ...codeOf(STAGES), sae: "0" } } }), ["b"]);
});

test("a figure that has moved, is new or is gone is found", () => {
  assert.equal(differences({ a: 1, b: { c: 0.1001 } }, { a: 1, b: { c: 0.1 } }), []);
  assert.is(differences({ a: 0.132 }, { a: 0.131 }).length, 1);
  assert.is(differences({ a: 1, b: 2 }, { a: 1 }).length, 1);
  assert.is(differences({}, { a: 1 }).length, 1);
  assert.is(differences({ a: "yes" }, { a: "no" }).length, 1);
});

test("a marked block is written whatever stands in it; one without a name of ours is refused", () => {
  const page = "a\n<!-- figures:x -->\nold 1\nold 2\n<!-- /figures -->\nb\n<!-- figures:x -->\n<!-- /figures -->\n";
  const block = "<!-- figures:x -->\nnew\n<!-- /figures -->\n";
  assert.is(withBlocks(page, { x: "new" }), `a\n${block}b\n${block}`);
  assert.is(withoutBlocks(page).includes("old"), false);
  assert.throws(() => withBlocks(page, { y: "" }), /no block of figures x/);
});

test.run();
