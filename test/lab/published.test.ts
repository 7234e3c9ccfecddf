import { test } from "uvu";
import * as assert from "uvu/assert";
import { OURS } from "../../lib/src/lab/ours";
import { PUBLISHED, PUBLISHED_LATENTS } from "../../lib/src/lab/published";
import { scoreFigure } from "../../lib/src/lab/views/pipeline";
import { lossBesidePublished } from "../../lib/src/lab/views/sae";
import { read } from "../docs/markdown";

const scores = {
  mean: 0.1,
  ci: [0.09, 0.11] as [number, number],
  perLatent: Float64Array.of(0.1, 0.1),
  perLatentLow: Float64Array.of(0.09, 0.09),
  perLatentHigh: Float64Array.of(0.11, 0.11),
  nulls: {},
} as unknown as Parameters<typeof scoreFigure>[0];

test("each published value says on which page, table or figure it stands", () => {
  const type = read("lib/src/lab/published.ts").match(/export const PUBLISHED: \{([\s\S]*?)\n\} = \{/)?.[1] as string;
  for (const field of Object.keys(PUBLISHED)) {
    const docs = type.match(new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${field}:`))?.[1];
    assert.ok(docs, `${field} has no docstring`);
    assert.match(docs as string, /[Ss]ection \d|Table \d|figures? \d|published code's log/, field);
  }
});

test("nothing of ours is among what was published", () => {
  assert.not.match(JSON.stringify(Object.keys(PUBLISHED)), /noise|ours/i);
  assert.equal(Object.keys(OURS.noiseTrained.loss), Object.keys(PUBLISHED.msaeLoss));
});

test("published scores stand in the chart by name, as those of some latents, and no line joins them", () => {
  const { spec, text } = scoreFigure(scores, { published: true }) as unknown as { spec: object; text: string };
  const { values } = (spec as { data: { values: { series: string; line?: boolean }[] } }).data;
  const published = values.filter(({ series }) => series === "published, 25 of 50 latents");
  assert.is(published.length, 25);
  assert.ok(published.every(({ line }) => line === false));
  assert.ok(values.filter(({ series }) => series === "trained").every(({ line }) => line !== false));
  assert.match(text, /published, 25 of 50 latents/);
  assert.match(PUBLISHED_LATENTS, /the 25 of 50 latents that were given, mostly high ones/);
});

test("the loss on noise stands beside the published one as ours", () => {
  const { spec } = lossBesidePublished({}) as unknown as { spec: { data: { values: { series: string }[] } } };
  const series = new Set(spec.data.values.map((row) => row.series));
  assert.equal([...series], ["ours, on noise of the paper's shape", "published"]);
});

test.run();
