import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { PUBLISHED } from "../../lib/src/lab/published";
import { notebookHeadings, read, root } from "./markdown";

const PAGE = "docs/as-published-and-as-it-should-be.md";

/** The page's points: the text below each heading, by heading. */
function points(page: string): Map<string, string> {
  const [, ...parts] = page.split(/^## /m);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n"))]));
}

/** A notebook that a text names, with the headings quoted behind its link. */
interface Shown {
  notebook: string;
  headings: string[];
}

/** `[name](../notebooks/FILE), "heading", "heading" and "heading"`, as often as it stands in a text. */
function shownIn(text: string): Shown[] {
  const named = text.matchAll(/\]\(\.\.\/(notebooks\/[^)]+)\)((?:,?\s+(?:and\s+)?"[^"]+")*)/g);
  return [...named].map(([, notebook, quoted]) => ({
    notebook,
    headings: [...quoted.matchAll(/"([^"]+)"/g)].map(([, heading]) => heading),
  }));
}

/** What is wrong with the notebooks that a text names. */
function faults(text: string, headingsOf: (notebook: string) => string[] | undefined): string[] {
  return shownIn(text).flatMap(({ notebook, headings }) => {
    const there = headingsOf(notebook);
    if (there === undefined) return [`${notebook} is not there`];
    if (headings.length === 0) return [`${notebook} is named without a heading`];
    return headings.filter((heading) => !there.includes(heading)).map((heading) => `${notebook} has no "${heading}"`);
  });
}

const headingsOf = (notebook: string): string[] | undefined =>
  existsSync(join(root, notebook)) ? notebookHeadings(notebook) : undefined;

test("every notebook and heading that the page names exists", () => {
  assert.equal(faults(read(PAGE), headingsOf), []);
});

test("a heading that was renamed, a notebook that is gone, a link without a heading: each is found", () => {
  const there = (notebook: string): string[] | undefined => (notebook === "notebooks/a.ipynb" ? ["1 Old"] : undefined);
  assert.equal(faults('see [a](../notebooks/a.ipynb), "1 Old".', there), []);
  assert.equal(faults('see [a](../notebooks/a.ipynb), "1 Old" and\n"2 New".', there), [
    'notebooks/a.ipynb has no "2 New"',
  ]);
  assert.equal(faults('see [b](../notebooks/b.ipynb), "1 Old".', there), ["notebooks/b.ipynb is not there"]);
  assert.equal(faults("see [a](../notebooks/a.ipynb).", there), ["notebooks/a.ipynb is named without a heading"]);
});

test("each point says what was published, what follows, what is done here, and where it is shown", () => {
  const all = points(read(PAGE));
  assert.ok(all.size >= 8);
  for (const [heading, text] of all) {
    for (const part of ["Published", "What follows", "Here", "Shown in"])
      assert.ok(text.includes(`\n**${part}**`) || text.includes(`\n**${part}.**`), `"${heading}" lacks "${part}"`);
    const shown = shownIn(text.slice(text.indexOf("**Shown in**")));
    assert.ok(shown.length > 0 || text.includes("not shown in a notebook yet"), heading);
  }
});

test("the published numbers of the page are those that the lab compares with", () => {
  const text = read(PAGE);
  const short = (value: number, digits: number): string => value.toFixed(digits).replace(/^0/, "");
  const { min, max } = PUBLISHED.monosemanticity;
  for (const value of [min, max, ...[1, 10, 30].map((epoch) => PUBLISHED.msaeLoss[epoch])])
    assert.ok(text.includes(short(value, 3)), `the page does not have ${short(value, 3)}`);
});

test.run();
