import { test } from "uvu";
import * as assert from "uvu/assert";
import { progressBundle } from "../../lib/src/lab/notebook-progress";
import { cellText, gridOf, tableBundle } from "../../lib/src/lab/table";

test("numbers have as many digits as say something", () => {
  assert.equal([1234567, 0.123456, 123.456, 1.5e-9, Number.NaN, null, 0].map(cellText), [
    "1,234,567",
    "0.1235",
    "123.5",
    "1.5e-9",
    "–",
    "",
    "0",
  ]);
});

test("rows may lack fields, and a data frame is read by its columns and values", () => {
  assert.equal(gridOf([{ a: 1 }, { b: 2 }]), {
    columns: ["a", "b"],
    rows: [
      [1, undefined],
      [undefined, 2],
    ],
  });
  assert.equal(gridOf({ columns: ["x"], values: [[1], [2]] }), { columns: ["x"], rows: [[1], [2]] });
});

test("markup in the data stays text, and rows that are not shown are counted", () => {
  const bundle = tableBundle([{ title: '<b>bold</b> & "more"' }, { title: "x" }, { title: "y" }], {
    maxRows: 1,
    caption: "<i>",
  });
  const html = bundle["text/html"] as string;
  assert.ok(html.includes("&lt;b&gt;bold&lt;/b&gt; &amp; &quot;more&quot;"));
  assert.ok(html.includes("&lt;i&gt;"));
  assert.ok(html.includes("… and 2 more rows"));
  assert.match(bundle["text/plain"] as string, /title\n/);
});

test("a column of numbers stays one where a row has none, and a column of nothing is none", () => {
  const html = tableBundle([{ name: "x", count: 12, empty: null }, { name: "y" }], {})["text/html"] as string;
  const right = [...html.matchAll(/<th[^>]*text-align: ?right[^>]*>([^<]*)/g)].map(([, column]) => column);
  assert.equal(right, ["count"]);
});

test("numbers of any size, lists and other values have the texts that they should have", () => {
  assert.equal([99.996, -0.00123456, 0.0009, -1234567.891, 0.1, Number.POSITIVE_INFINITY].map(cellText), [
    // Four digits; below .001 as a power of ten; from 100 on one decimal.
    ...["100", "-0.001235", "9.0e-4", "-1234567.9", "0.1", "Infinity"],
  ]);
  assert.equal([["a", 0.5, null], true, undefined, "", "text"].map(cellText), ["a, 0.5, ", "true", "", "", "text"]);
});

test("the text for terminals: columns as wide as their widest cell, and a word on rows that are not shown", () => {
  const rows = [{ name: "a", count: 1000 }, { name: "longer", count: 2.5 }, { name: "z" }];
  assert.is(
    tableBundle(rows, { caption: "Two of three", maxRows: 2 })["text/plain"],
    ["Two of three", "name    count", "a       1,000", "longer  2.5", "… and 1 more row"].join("\n"),
  );
});

test("the page's table: a row each, numbers to the right and words to the left", () => {
  const html = tableBundle([{ name: "a", count: 1 }], {})["text/html"] as string;
  const style = (side: string): string => `style="text-align:${side};max-width:28em;vertical-align:top"`;
  const head = `<tr><th ${style("left")}>name</th><th ${style("right")}>count</th></tr>`;
  const body = `<tr><td ${style("left")}>a</td><td ${style("right")}>1</td></tr>`;
  assert.is(html, `<table><thead>${head}</thead><tbody>${body}</tbody></table>`);
});

test("an empty table says so", () => {
  assert.match(tableBundle([], {})["text/html"] as string, /nothing/);
});

test("progress states phase, share, rate, time left and loss", () => {
  const { "text/plain": text, "text/html": html } = progressBundle(
    "training",
    { phase: "training", done: 50, total: 200, unit: "steps", metrics: {} },
    5,
    [4, 3, 2, 1],
  );
  assert.is(text, "training: 25 %, 10 steps/s, 15 s left, loss 1.000");
  assert.match(html, /<polyline/);
});

test.run();
