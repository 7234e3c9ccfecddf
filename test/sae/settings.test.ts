import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { requireSettings } from "../../lib/src/base/settings";
import { resolveConfig } from "../../lib/src/lab/config";
import { architectures } from "../../lib/src/sae/registry";
import { presetConfig } from "../../lib/src/stages/config";

for (const { name, schema, defaults } of architectures()) {
  test(`${name}: every setting says what it means, its unit, its own default and where that is from`, () => {
    assert.equal(Object.keys(schema.shape).sort(), Object.keys(defaults).sort());
    for (const [key, value] of Object.entries(defaults)) {
      const { description = "" } = schema.shape[key];
      assert.match(description, /^[A-Za-z].+\. Unit: .+\. Default: .+\. Source: .+\.$/, key);
      assert.ok(description.includes(` Default: ${JSON.stringify(value)}. `), `${key}: ${description}`);
    }
  });

  test(`${name}: its defaults are settings that it takes, and each of them is refused with its name where it is wrong`, () => {
    requireSettings("sae", schema, defaults);
    for (const key of Object.keys(defaults))
      for (const bad of [undefined, Number.NaN, "text", null, ...(key === "seed" ? [] : [-1])])
        assert.throws(
          () => requireSettings("sae", schema, { ...defaults, [key]: bad }),
          (error: Error) => error instanceof InputError && error.message.includes(`sae.${key}`),
          `${key} = ${bad}`,
        );
  });

  test(`${name}: both presets of it are whole configurations`, () => {
    for (const preset of ["paper", "calibrated"] as const) {
      const { sae } = resolveConfig({ preset, set: { "sae.architecture": name } });
      assert.is(sae.architecture, name);
      assert.is(sae.lr, presetConfig(preset).sae.lr);
    }
  });
}

test("what is wrong is said in one sentence, the same in a call and on the command line", () => {
  const [{ schema, defaults }] = architectures();
  for (const [key, bad, sentence] of [
    ["k", 0, "sae.k is 0: the number of latents is a whole number from 1."],
    ["k", 2.5, "sae.k is 2.5: the number of latents is a whole number from 1."],
    ["lr", 0, "sae.lr is 0: the learning rate is a positive number."],
    ["beta1", 1, "sae.beta1 is 1: the share that Adam keeps is 0 or more, below 1."],
    ["epsilon", -1, "sae.epsilon is -1: Adam's epsilon is positive."],
    ["epochs", 0, "sae.epochs is 0: train for at least one epoch."],
    ["batch", 0, "sae.batch is 0: a batch is a whole number of rows from 1."],
    ["wKl", -1, "sae.wKl is -1: give a number from 0."],
    ["rho", 1, "sae.rho is 1: the target mean activation lies between 0 and 1."],
    ["betaWarmup", -1, "sae.betaWarmup is -1: give a whole number of epochs from 0."],
    ["prefixes", [5, 5, 50], "sae.prefixes is [5,5,50]: prefixes are whole numbers that grow and end with k = 50."],
    ["prefixes", [], "sae.prefixes is []: prefixes are whole numbers that grow and end with k = 50."],
    ["tied", 1, 'The setting "sae.tied" is wrong: Invalid input: expected boolean, received number.'],
  ] as const) {
    const said = (work: () => unknown): string => {
      try {
        work();
      } catch (error) {
        assert.instance(error, InputError);
        return (error as Error).message;
      }
      return "nothing";
    };
    assert.is(
      said(() => requireSettings("sae", schema, { ...defaults, [key]: bad })),
      sentence,
    );
    assert.is(
      said(() => resolveConfig({ set: { ...(key === "k" ? {} : { "sae.k": 50 }), [`sae.${key}`]: bad } })),
      sentence,
    );
  }
});

test("prefixes that do not end with k are refused before anything is computed, and the plain autoencoder nests nothing", () => {
  assert.throws(() => resolveConfig({ k: 40, set: { "sae.prefixes": [8, 50] } }), /end with k = 40/);
  assert.throws(
    () => resolveConfig({ set: { "sae.architecture": "plain", "sae.prefixes": [10, 50] } }),
    /\[10,50\]: the plain autoencoder nests nothing/,
  );
});

test("a setting of another architecture is refused with those of the one that is named", () => {
  assert.throws(() => resolveConfig({ set: { "sae.wInner": 3 } }), /no setting "sae\.wInner".*betaEnd, betaWarmup/);
  assert.throws(
    () => resolveConfig({ set: { "sae.architecture": "plain", "sae.tied": true } }),
    /no setting "sae\.tied".*wInner/,
  );
  assert.throws(
    () => resolveConfig({ set: { "sae.architecture": "nothing" } }),
    /no architecture "nothing": the known ones are msae, plain/,
  );
});

test.run();
