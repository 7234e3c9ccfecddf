import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Lab, openLab } from "../../lib/src/lab/lab";
import * as stages from "../../lib/src/stages";
import { scores } from "../../lib/src/stages/scores";
import { split } from "../../lib/src/stages/split";
import { defineStage, type Stage, withOptions } from "../../lib/src/stages/stage";

const quick = { d: 8, k: 20, set: { "sae.epochs": 3, "sae.minSteps": 0 } };
const open = (more: object = {}): Promise<Lab> =>
  openLab({ ...quick, runs: mkdtempSync(join(tmpdir(), "msae-stages-")), warn: () => {}, ...more });

interface Spread {
  least: number;
  most: number;
}

let computed = 0;
const spread: Stage<Spread, { factor: number }, { spread: Spread }> = defineStage({
  name: "toy-spread",
  phase: "spread of the scores",
  needs: { scores },
  settings: (_config, _inputs, asked: { factor: number } = { factor: 1 }) => asked,
  compute({ scores }, { settings }) {
    computed++;
    const finite = [...scores.perLatent].filter(Number.isFinite).map((score) => settings.factor * score);
    return { least: Math.min(...finite), most: Math.max(...finite) };
  },
  card: (value) => ({ spread: value }),
});

test("a stage of one's own is computed once, kept, and has its section in the card", async () => {
  const lab = await open({ stages: { spread } });
  computed = 0;
  const found = await lab.result(spread);
  const { perLatent } = await lab.scores();
  assert.equal(found, { least: Math.min(...perLatent), most: Math.max(...perLatent) });
  const card = JSON.parse(JSON.stringify(await lab.card()));
  assert.equal(card.spread, found);
  assert.ok(card.seconds.spread >= 0 && card.seconds.scores > 0, "seconds of the stage and of what it needs");
  assert.is(computed, 1);
  assert.equal((await lab.result(spread, { factor: 2 })).most, 2 * found.most);
  assert.is(computed, 2, "what is asked is part of the key");
});

test("a stage finds its result in the store, and not when something that it needs has changed", async () => {
  const runs = mkdtempSync(join(tmpdir(), "msae-stages-"));
  computed = 0;
  for (const seed of [42, 42, 43]) await (await open({ runs, seed, stages: { spread } })).result(spread);
  assert.is(computed, 2);
});

test("every stage states what it needs, and uses nothing else: reconstruction rests on the ranking, interventions on the axis", () => {
  for (const [name, stage] of Object.entries(stages as unknown as Record<string, Stage<unknown, never>>)) {
    assert.type(stage.compute, "function", name);
    for (const need of Object.values(stage.needs)) assert.ok(need.stages().length > 0, `${name} needs stages`);
  }
  assert.equal(Object.keys(stages.reconstruction.needs), ["split", "factors", "sae", "ranking"]);
  assert.equal(Object.keys(stages.intervention.needs), ["split", "factors", "sae", "axis", "axisAlignment"]);
});

test("with another seed only what rests on the replaced stage is computed anew", async () => {
  const seen: string[] = [];
  const half: typeof split = defineStage({
    name: "toy-half",
    phase: "half",
    stored: false,
    needs: { split },
    settings: () => ({}),
    compute: ({ split: whole }, { seed }) => {
      seen.push(`half ${seed}`);
      return whole;
    },
  });
  const inVariant = defineStage({
    name: "toy-variant",
    phase: "variant",
    needs: {
      own: withOptions(split, undefined),
      other: {
        stages: () => [split, half] as unknown as Stage<unknown, never>[],
        find: async (pipeline) => {
          const variant = pipeline.variant({ ...pipeline.config, seed: 7 }, new Map([[split, half]]) as never);
          return variant.stage(stages.factors);
        },
      },
    },
    settings: () => ({}),
    compute: ({ other }) => (other as { userIds: string[] }).userIds.length,
  });
  const lab = await open();
  const users = await lab.result(inVariant as Stage<number>);
  assert.is(users, (await lab.split()).users.length);
  assert.equal(seen, ["half 7"]);
});

test("the card has every top field of the contract, the seconds last", async () => {
  const card = await (await open()).card();
  const fields = [
    "data",
    "seed",
    "preset",
    "backend",
    "versions",
    "config",
    "mf",
    "sae",
    "monosemanticity",
    "alignment",
    "axis",
    "labels",
    "labelScores",
    "verdict",
  ];
  assert.equal(Object.keys(card).slice(0, -1), fields);
  assert.is(Object.keys(card).at(-1), "seconds");
});

test.run();
