import { test } from "uvu";
import * as assert from "uvu/assert";
import { ALLOWED, type Allowed, EVERYWHERE, PUBLISHED_NUMBERS } from "./allowed-numbers";
import { allProse, type Found, figuresIn, notebooks, notebookTexts, type Paragraph, paragraphs } from "./prose";

const prose = allProse();

/** Digits behind the point of a number as it is written. */
const digits = (written: string): number => (written.split(".")[1] ?? "").length;

/** Whether a number as it is written is a value, or the value rounded to two digits or more: a single one could be anything. */
const means = ({ written, value }: Pick<Found, "written" | "value">, exact: number): boolean => {
  const telling = written.replace(/^[0.]+|\./g, "").length >= 2;
  return Math.abs(exact - value) <= (telling ? 0.5 * 10 ** -digits(written) : 0) + 1e-12;
};

const asWritten = ({ written, unit }: Found): string =>
  unit === "" ? written : /[MK]/.test(unit) && unit.length === 1 ? `${written}${unit}` : `${written} ${unit}`;

/** Why a figure may stand in a paragraph, or undefined. */
function reason({ file, text }: Paragraph, found: Found): string | undefined {
  const written = asWritten(found);
  const allowed = [...EVERYWHERE, ...ALLOWED.filter((entry) => entry.file === file)].find(
    (entry) => entry.written === written,
  );
  if (allowed) return allowed.why;
  const named = /publish|paper|Table 2/i.test(text);
  return named && PUBLISHED_NUMBERS.some((value) => means(found, value)) ? "published" : undefined;
}

const faultsOf = (paragraph: Paragraph): string[] =>
  figuresIn(paragraph.text)
    .filter((found) => reason(paragraph, found) === undefined)
    .map((found) => `${paragraph.file}: ${asWritten(found)} in "${paragraph.text.slice(0, 100)}…"`);

test("no figure of ours stands in prose: each is published, a setting, or in a block that is written", () => {
  assert.ok(prose.length > 300, `${prose.length} paragraphs`);
  assert.equal(prose.flatMap(faultsOf), []);
});

test("a figure of ours is found in any form; a published one only where the text says whose it is", () => {
  const faults = (text: string): number => faultsOf({ file: "notebooks/x.ipynb", text }).length;
  for (const text of [
    "a score of .182",
    "0.182 against 0.180",
    "91 % of the lists",
    "it takes 12 s",
    "0.45 GB",
    "−.067",
  ])
    assert.ok(faults(text) > 0, text);
  assert.is(faults("AUC .775"), 1);
  assert.is(faults("published AUC .775"), 0);
  assert.is(faults("published AUC .776"), 1);
  for (const text of ["section 5.2.1", "arXiv 2606.29341", "`--set x=0.5`", "Node 20.10", "250 users", "95 % interval"])
    assert.is(faults(text), 0, text);
});

test("every allowed number still stands where it is allowed, and is the value of its setting", () => {
  const stands = ({ file, written }: Pick<Allowed, "file" | "written">): boolean =>
    prose.some(
      (paragraph) => paragraph.file === file && figuresIn(paragraph.text).some((f) => asWritten(f) === written),
    );
  assert.equal(
    ALLOWED.filter((entry) => !stands(entry)).map(({ file, written }) => `${written} is not in ${file}`),
    [],
  );
  for (const { file, written, value } of ALLOWED)
    if (value !== undefined)
      assert.ok(means({ written, value: Number(written) }, value), `${file} says ${written}; the code says ${value}`);
});

test("a paragraph of a notebook has fewer than 90 words", () => {
  const words = (text: string): number => text.split(/\s+/).length;
  const long = notebooks().flatMap((file) =>
    notebookTexts(file)
      .flatMap(paragraphs)
      .filter((text) => words(text) >= 90)
      .map((text) => `${file}: ${words(text)} words from "${text.slice(0, 60)}"`),
  );
  assert.equal(long, []);
});

test.run();
