import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { curve } from "../../lib/src/charts/curve";
import { fvuByPrefix } from "../../lib/src/charts/fvu-by-prefix";
import { compareCards } from "../../lib/src/cli/compare";
import type { Card } from "../../lib/src/lab/card";
import { exportFigure, exportTable, toCsv, toLatex } from "../../lib/src/lab/export";
import { renderSvg } from "../../lib/src/lab/render";
import { textWidth } from "../../lib/src/lab/text-width";

const PLAIN = {
  name: "plain",
  xTitle: "x",
  yTitle: "y",
  rows: [1, 2].map((x) => ({ x, y: x, series: "s" })),
  title: "",
  subtitle: "",
};
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

test("a picture is as wide as what is on it", async () => {
  const title = "A title of some eighty characters, none of which may be cut off at the right edge";
  const short = await renderSvg(curve({ ...PLAIN, title: "short" }));
  const long = await renderSvg(curve({ ...PLAIN, title, subtitle: `${title} ${title}` }));
  const widthOf = (svg: string): number => Number(/width="(\d+)"/.exec(svg)?.[1]);
  assert.ok(widthOf(short) < 700, `${widthOf(short)} px`);
  // Letters of DejaVu Sans are about .57 em wide.
  assert.ok(Math.abs(widthOf(long) / (0.57 * 12 * 163) - 1) < 0.15, `${widthOf(long)} px`);
  assert.is(textWidth({ fontSize: 10 }, "mm"), 20);
  assert.is(textWidth({ fontSize: 10, limit: 12 }, "mm"), 12);
  assert.ok(textWidth({ fontSize: 100, fontWeight: "bold" }, "a") > textWidth({ fontSize: 100 }, "a"));
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
  assert.ok(toLatex([{ n: 278677, p: 1.234e-7 }]).includes("$278677$ & $1.234 \\times 10^{-7}$"));
  assert.ok(toLatex([{ α: "a\\b^c" }]).includes("a\\textbackslash{}b\\textasciicircum{}c"));
  const dir = folder();
  exportTable(rows, dir, "rows");
  assert.equal(readdirSync(dir).sort(), ["rows.csv", "rows.tex"]);
  assert.throws(
    () => exportTable(rows, dir, "../rows"),
    (error: Error) => error instanceof InputError,
  );
});

test("what users wrote is no formula in a CSV and no command in LaTeX", () => {
  const rows = [
    { title: "=cmd|' /C calc'!A0", change: -0.5 },
    { title: "[2 pack] <b>50%</b>", change: 1 },
    { title: "* two\n\nlines\u0007 \\input{/etc/passwd}", change: 2 },
  ];
  const lines = toCsv(rows).split("\r\n");
  assert.is(lines[1], `"'=cmd|' /C calc'!A0",-0.5`);
  assert.is(lines[2], "[2 pack] <b>50%</b>,1");
  const tex = toLatex(rows).split("\n");
  assert.is(tex[5], "=cmd\\textbar{}' /C calc'!A0 & $-0.5$ \\\\");
  assert.is(tex[6], "{}[2 pack] \\textless{}b\\textgreater{}50\\%\\textless{}/b\\textgreater{} & $1$ \\\\");
  assert.is(tex[7], "{}* two lines \\textbackslash{}input\\{/etc/passwd\\} & $2$ \\\\");
});

test("a file of somebody else's is not overwritten; ours is", async () => {
  const figure = fvuByPrefix({ prefixes: [1, 2], fvuPerPrefix: [0.5, 0.1], l0: 1, dead: 0 });
  const rows = [{ a: 1 }];
  for (const name of ["fvu.svg", "fvu.png", "fvu.vl.json", "rows.csv", "rows.tex"]) {
    const dir = folder();
    writeFileSync(
      join(dir, name),
      name.endsWith("json") ? JSON.stringify({ $schema: "vega-lite", usermeta: null }) : "mine",
    );
    const [before] = [readFileSync(join(dir, name), "utf8")];
    const error = await (async () => {
      await exportFigure(figure, dir);
      exportTable(rows, dir, "rows");
    })().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    assert.instance(error, InputError, name);
    assert.is(
      error?.message,
      `${name} in ${dir} is not of this lab, and would be overwritten: move it, or choose another folder.`,
    );
    assert.is(readFileSync(join(dir, name), "utf8"), before);
    if (name.startsWith("fvu")) assert.equal(readdirSync(dir), [name]);
  }
  const dir = folder();
  for (const note of ["first", "second"]) {
    await exportFigure({ ...figure, spec: { ...figure.spec, description: note } }, dir);
    exportTable([{ note }, ...Array(2000).fill({ note })], dir, "rows");
    assert.match(readFileSync(join(dir, "rows.csv"), "utf8"), note);
  }
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
  const nulls = (fields: Record<string, number>): Card => ({ ...card(1, 0.2), alignment: fields }) as unknown as Card;
  const { results: beside } = compareCards(
    [nulls({ noise: 1, women: 2 }), nulls({ noise: 2, rewired: 3, women: 4 })],
    ["a", "b"],
  );
  assert.equal(
    beside.map(({ field, values }) => [field, ...values]),
    [
      ["alignment.noise", 1, 2],
      ["alignment.rewired", undefined, 3],
      ["alignment.women", 2, 4],
    ],
    "what one card lacks stands where the other has it",
  );
});

test.run();
