import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Figure } from "../../lib/src/charts/figure";
import { renderSvg } from "../../lib/src/lab/render";
import { type Mark, parseMarks } from "./marks";

/** A figure, and what has to hold of the marks in its picture. */
export type Drawn = [Figure, (marks: readonly Mark[]) => void];

/** Every figure draws what it was given, where it belongs, and nothing that is no number: a test each. */
export function drawsValues(figures: readonly Drawn[]): void {
  for (const [figure, check] of figures)
    test(`${figure.name} draws every value where it belongs, without a warning`, async () => {
      const svg = await renderSvg(figure);
      assert.not.match(svg, /NaN|undefined|Infinity/);
      assert.not.match(JSON.stringify(figure.spec), /"(NaN|Infinity)"|:null\b.*"value":null/);
      assert.ok(figure.text.length > 10 && JSON.stringify(figure.spec).includes("tooltip"));
      check(parseMarks(svg));
    });
}
