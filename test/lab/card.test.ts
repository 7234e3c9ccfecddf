import { test } from "uvu";
import * as assert from "uvu/assert";
import { buildCard } from "../../lib/src/lab/card";
import type { CardStage, StagePipeline } from "../../lib/src/lab/pipeline";
import { libraryVersion } from "../../lib/src/lab/stage";
import type { LabConfig } from "../../lib/src/stages/config";

const config = { seed: 7, preset: "paper", data: { kind: "files", ratings: "/somewhere/sales.csv" } } as LabConfig;
/** A pipeline whose stages have these results. */
const pipeline = (parts: readonly CardStage[]): StagePipeline =>
  ({ config, cardStages: async () => parts }) as unknown as StagePipeline;
const part = (name: string, seconds: number, section: object): CardStage => ({ name, seconds, section });

const PARTS = [
  part("data", 1, { data: { users: 3, source: "sales.csv" } }),
  part("split", 2, {}),
  part("ranking", 3, { mf: { kind: "ials", ndcgAt10: 0.5 } }),
  part("reconstruction", 4, { backend: "fused", sae: { fvu: 0.25 } }),
  part("scores", 5, { monosemanticity: { mean: 0.2, perLatent: [0.1, null] } }),
];
const FIRST = ["data", "seed", "preset", "backend", "versions", "config", "mf", "sae", "monosemanticity"];

test("a card has every section as its stage gave it, in the order of the contract, and each stage's seconds", async () => {
  const card = await buildCard(pipeline(PARTS), {});
  assert.equal(Object.keys(card), [...FIRST, "seconds"]);
  assert.equal(JSON.parse(JSON.stringify(card)), {
    data: { users: 3, source: "sales.csv" },
    seed: 7,
    preset: "paper",
    backend: "fused",
    versions: { "msae-lab": libraryVersion(), node: process.versions.node },
    config: { seed: 7, preset: "paper", data: { kind: "files", ratings: "/somewhere/sales.csv" } },
    mf: { kind: "ials", ndcgAt10: 0.5 },
    sae: { fvu: 0.25 },
    // A latent without a score is null there; no section is.
    monosemanticity: { mean: 0.2, perLatent: [0.1, null] },
    // A stage without a section has its time.
    seconds: { data: 1, split: 2, ranking: 3, reconstruction: 4, scores: 5 },
  });
});

test("what several stages say under one name stands there together, whichever comes first", async () => {
  const verdict = part("verdict", 6, { monosemanticity: { verdict: "noise" }, verdict: { word: "noise" } });
  const expected = { mean: 0.2, perLatent: [0.1, null], verdict: "noise" };
  for (const parts of [
    [...PARTS, verdict],
    [verdict, ...PARTS],
  ]) {
    const card = await buildCard(pipeline(parts), {});
    assert.equal(card.monosemanticity as object, expected);
    assert.equal(card.verdict as object, { word: "noise" });
  }
});

test("further sections stand behind those that every card has; what was not computed is absent, and not null", async () => {
  const card = await buildCard(pipeline([part("toy", 9, { toy: { answer: 42 } }), ...PARTS]), {});
  assert.equal(Object.keys(card), [...FIRST, "toy", "seconds"]);
  for (const name of ["alignment", "rewired", "verdict"]) assert.not.ok(name in card, name);
});

test("the configuration stands as it was stated, its paths as they were given, and no stage's result is changed", async () => {
  const before = JSON.stringify(PARTS);
  const stated = { ...config, data: { kind: "files", ratings: "sales.csv" } } as LabConfig;
  const card = await buildCard(pipeline([...PARTS, part("more", 1, { sae: { l0: 2 } })]), {}, stated);
  assert.equal(card.config, stated);
  assert.is(JSON.stringify(PARTS), before);
});

test.run();
