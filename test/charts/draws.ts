import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Figure } from "../../lib/src/charts/figure";
import { renderSvg } from "../../lib/src/lab/render";

/** A figure, and what must be found in its picture so many times. */
export type Drawn = [Figure, RegExp, number];

/** Every figure draws what it was given, and nothing that is no number: a test each. */
export function drawsEveryRow(figures: readonly Drawn[]): void {
  for (const [figure, mark, count] of figures)
    test(`${figure.name} draws every row it was given, without a warning`, async () => {
      const svg = await renderSvg(figure);
      assert.is((svg.match(mark) ?? []).length, count);
      assert.not.match(svg, /NaN|undefined|Infinity/);
      assert.not.match(JSON.stringify(figure.spec), /"(NaN|Infinity)"|:null\b.*"value":null/);
      assert.ok(figure.text.length > 10 && JSON.stringify(figure.spec).includes("tooltip"));
    });
}
