import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { csvCell, csvField, csvLines } from "../../lib/src/base/csv-text";

test("a text that a spreadsheet would take for a formula gets a single quote before it", () => {
  const cells = {
    "=1+1": "'=1+1",
    "+1 (555) 123": "'+1 (555) 123",
    "-2+3+cmd": "'-2+3+cmd",
    "@SUM(A1)": "'@SUM(A1)",
    "＝1+1": "'＝1+1",
    " =1+1": "' =1+1",
    "\t=1": `"'\t=1"`,
    "\tplain": `"'\tplain"`,
    "\rplain": `"'\rplain"`,
    "\u200b=1": "'\u200b=1",
    "-": "'-",
    "--": "'--",
    '=HYPERLINK("x","y")': `"'=HYPERLINK(""x"",""y"")"`,
  };
  for (const [text, cell] of Object.entries(cells)) assert.is(csvCell(text), cell, JSON.stringify(text));
});

test("numbers stay numbers, as numbers and as text; other texts stay as they are", () => {
  for (const value of [-0.5, 1e-7, -1e21, 0, Number.NaN]) assert.is(csvCell(value), String(value));
  for (const text of ["-0.5", "+3", "-1e-7", "-.5", "Women's", "a=b", "x-y", "'quoted", "3 - 4"])
    assert.is(csvCell(text), text);
  assert.is(csvCell(null), "");
  assert.is(csvCell(undefined), "");
  assert.is(csvCell(["=a", "b"]), `"'=a; b"`);
});

test("no cell of any text begins as a formula, and it reads back to the text or to a quote and the text", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("", "=", "+", "-", "@", "\t", "\r", " =", "\n@"),
      (rest, start) => {
        const text = start + rest;
        const read = unquoted(csvCell(text));
        assert.ok(read === text || read === `'${text}`);
        assert.ok(!/^\s*[=+\-@]/.test(read) || Number.isFinite(Number(read)), JSON.stringify(text));
      },
    ),
  );
});

test("fields that are read back keep their text, whatever it begins with", () => {
  for (const id of ["=1", "-x", "@me", "+49", "a,b", 'say "x"', " blank ", "tab\there"])
    assert.is(unquoted(csvField(id)), id);
});

test("lines are joined by commas and ended alike", () => {
  assert.is(
    csvLines([
      ["a", "=b"],
      [1, null],
    ]),
    "a,'=b\r\n1,\r\n",
  );
  assert.is(csvLines([["a", 2]], "\n"), "a,2\n");
});

const unquoted = (field: string): string =>
  field.startsWith('"') && field.endsWith('"') && field.length > 1 ? field.slice(1, -1).replaceAll('""', '"') : field;

test.run();
