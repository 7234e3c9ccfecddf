import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fvuByPrefix } from "../../lib/src/charts/fvu-by-prefix";
import { InputError } from "../../lib/src/errors";
import type { Card } from "../../lib/src/lab/card";
import { compareCards } from "../../lib/src/lab/commands/compare";
import { exportFigure, exportTable, toCsv, toLatex } from "../../lib/src/lab/export";

const folder = (): string => mkdtempSync(join(tmpdir(), "msae-export-"));

test("a figure is written as SVG, PNG with its text, and Vega-Lite", async () => {
  const dir = folder();
  const figure = fvuByPrefix({ prefixes: [1, 2], fvuPerPrefix: [0.5, 0.1], l0: 1, dead: 0 });
  const files = await exportFigure(figure, dir);
  assert.equal(readdirSync(dir).sort(), ["fvu.png", "fvu.svg", "fvu.vl.json"]);
  assert.is(files.length, 3);
  assert.equal(JSON.parse(readFileSync(join(dir, "fvu.vl.json"), "utf8")), JSON.parse(JSON.stringify(figure.spec)));
  assert.match(readFileSync(join(dir, "fvu.svg"), "utf8"), /^<svg/);
  const png = readFileSync(join(dir, "fvu.png"));
  assert.is(png.toString("latin1", 1, 4), "PNG");
  // The picture without any letters is far smaller: the font was found.
  assert.ok(png.readUInt32BE(16) > 1000 && png.length > 20_000, `${png.length} bytes`);
});

test("a table is written as CSV and LaTeX, with quotes and special characters kept", () => {
  const rows = [
    { name: 'say "hi", now', share: 0.123456789, note: "50 % & more_or_less" },
    { name: "two\nlines", share: Number.NaN, note: null },
  ];
  assert.is(
    toCsv(rows),
    'name,share,note\r\n"say ""hi"", now",0.123456789,50 % & more_or_less\r\n"two\nlines",NaN,\r\n',
  );
  const tex = toLatex(rows);
  assert.ok(tex.includes("\\begin{tabular}{lrl}"));
  assert.ok(tex.includes("$0.1235$ & 50 \\% \\& more\\_or\\_less \\\\"));
  assert.ok(tex.includes("-- & "));
  assert.ok(toLatex([{ α: "a\\b^c" }]).includes("a\\textbackslash{}b\\textasciicircum{}c"));
  const dir = folder();
  exportTable(rows, dir, "rows");
  assert.equal(readdirSync(dir).sort(), ["rows.csv", "rows.tex"]);
  assert.throws(
    () => exportTable(rows, dir, "../rows"),
    (error: Error) => error instanceof InputError,
  );
});

test("cards are compared field by field; seconds never count, long lists by their range", () => {
  const card = (lr: number, mean: number): Card =>
    ({
      seed: 1,
      config: { sae: { lr } },
      monosemanticity: { mean, perLatent: [...Array(19).fill(0.1), mean, null], verdict: "noise" },
      seconds: { sae: lr },
    }) as unknown as Card;
  const { configuration, results, same } = compareCards([card(1, 0.2), card(2, 0.3)], ["a", "b"]);
  assert.equal(configuration, [{ field: "config.sae.lr", values: [1, 2] }]);
  assert.equal(
    results.map(({ field }) => field),
    ["monosemanticity.mean", "monosemanticity.perLatent.mean", "monosemanticity.perLatent.most"],
  );
  assert.is(same, 4);
  assert.equal(compareCards([card(1, 0.2), card(1, 0.2)], ["a", "b"]).results, []);
});

test.run();
