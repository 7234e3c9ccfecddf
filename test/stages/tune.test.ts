import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openLab } from "../../lib/src/lab/lab";
import { IALS_DEFAULTS } from "../../lib/src/mf/ials";
import type { TunedIals } from "../../lib/src/mf/tune-ials";
import type { LabConfig } from "../../lib/src/stages/config";
import { ialsConfig } from "../../lib/src/stages/ials-config";
import { tune } from "../../lib/src/stages/tune";

const small = { "data.users": 300, "data.items": 200, "data.interactions": 4000 };
const quick = { ...small, "sae.epochs": 2, "sae.minSteps": 0, "sae.batch": 64 };
const folder = (): string => mkdtempSync(join(tmpdir(), "msae-tune-"));
const open = (set: object = {}, more: object = {}) =>
  openLab({ runs: folder(), d: 8, warn: () => {}, ...more, set: { ...quick, ...set } });
const runsIt = async (set: object, more: object = {}): Promise<boolean> => tune.runs((await open(set, more)).config);

test("calibrated tunes, unless it is turned off or both settings are set by hand; no other factorization does", async () => {
  assert.is(await runsIt({}), true);
  assert.is(await runsIt({ "mf.alpha": 5 }), true);
  assert.is(await runsIt({ "mf.reg": 5 }), true);
  assert.is(await runsIt({ "mf.alpha": 5, "mf.reg": 5 }), false);
  assert.is(await runsIt({ "mf.tune": false }), false);
  assert.is(await runsIt({}, { preset: "paper" }), false);
  assert.not.ok("tune" in (await open({}, { preset: "paper" })).config.mf);
});

test("the factors are fitted with what was chosen, and the card says with what, for how long and whether it converged", async () => {
  const lab = await open();
  const { chosen } = await lab.tune();
  const { config, fit } = await lab.factors();
  assert.equal([config.alpha, config.reg, config.tuned], [chosen.alpha, chosen.reg, true]);
  const { mf, seconds } = await lab.card();
  assert.equal([mf.alpha, mf.reg, mf.tuned], [chosen.alpha, chosen.reg, true]);
  assert.equal([mf.sweeps, mf.converged], [fit!.objective.length, fit!.converged]);
  assert.ok(seconds.tune > 0);
});

test("what is set by hand is kept: with tuning off the rest has its defaults, with tuning on the rest is chosen", async () => {
  const of = async (set: object) => {
    const { alpha, reg, tuned } = (await (await open(set)).factors()).config;
    return { alpha, reg, tuned };
  };
  assert.equal(await of({ "mf.tune": false, "mf.alpha": 5 }), { alpha: 5, reg: IALS_DEFAULTS.reg, tuned: false });
  assert.equal(await of({ "mf.tune": false }), { alpha: IALS_DEFAULTS.alpha, reg: IALS_DEFAULTS.reg, tuned: false });
  assert.equal(await of({ "mf.alpha": 5, "mf.reg": 6 }), { alpha: 5, reg: 6, tuned: false });
  const held = await of({ "mf.alpha": 5 });
  assert.equal([held.alpha, held.tuned], [5, true]);
  assert.not.equal(held.reg, IALS_DEFAULTS.reg);
});

test("a setting that is there and undefined is not set", () => {
  const { alpha: _alpha, ...others } = IALS_DEFAULTS;
  const mf = { ...others, tune: true, alpha: undefined };
  const tuned = { chosen: { alpha: 7, reg: 9 } } as TunedIals;
  const { alpha, reg, ...rest } = ialsConfig(mf, 3, tuned);
  assert.equal([alpha, reg, rest.seed], [7, IALS_DEFAULTS.reg, 3]);
  assert.not.ok("tune" in rest);
});

test("the choice sees nothing of the test split", async () => {
  const lab = await open();
  const split = await lab.split();
  const settings = tune.settings(lab.config, {}, undefined as never);
  const tools = { settings, seed: lab.config.seed, onProgress: () => {} } as never;
  const known = await tune.compute({ split }, tools);
  const none = { ...split.test, indptr: new Int32Array(split.test.rows + 1), indices: new Int32Array(0) };
  assert.equal(await tune.compute({ split: { ...split, test: none } }, tools), known);
  assert.equal(await lab.tune(), known);
});

test("rewired data is fitted with what was chosen on the real data: tuned once, whatever the runs", async () => {
  const runs = folder();
  const lab = await open({ "rewired.runs": 2 }, { runs });
  const { chosen } = await lab.tune();
  const real = await lab.factors();
  await lab.rewired();
  assert.is(readdirSync(join(runs, "tune")).length, 1);
  assert.is(readdirSync(join(runs, "factors")).length, 3);
  assert.equal([real.config.alpha, real.config.reg], [chosen.alpha, chosen.reg]);
});

test("a fit that the cap ends is said to be one", async () => {
  const said: string[] = [];
  const of = async (set: object): Promise<string> => {
    said.length = 0;
    const lab = await open({ ...set, "mf.tune": false }, { warn: (text: string) => said.push(text) });
    const { mf } = await lab.card();
    return `${mf.converged} ${mf.sweeps} ${said.join(" ")}`;
  };
  assert.match(
    await of({ "mf.iterations": 2 }),
    /^false 2 .*cap of 2 sweeps before it had converged: raise mf\.iterations/,
  );
  assert.match(await of({ "mf.tolerance": 0.01 }), /^true \d+ $/);
});

test("settings of the wrong kind are refused by name", async () => {
  for (const [name, value] of [
    ["mf.tune", "yes"],
    ["mf.tolerance", 1],
    ["mf.alpha", 0],
  ] as const) {
    const error = await open({ [name]: value }).catch((thrown) => thrown);
    assert.ok(String(error).includes(name), String(error));
  }
  const config: LabConfig = (await open({ "mf.tolerance": 0 })).config;
  assert.is((config.mf as { tolerance: number }).tolerance, 0);
});

test.run();
