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
