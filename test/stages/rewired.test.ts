import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openLab } from "../../lib/src/lab/lab";
import { type SeedsResult, seeds } from "../../lib/src/stages/seeds";
import { writeFactors } from "../factor-files";

const runs = mkdtempSync(join(tmpdir(), "msae-rewired-"));
const small = { "data.users": 300, "data.items": 200, "data.interactions": 4000 };
const quick = { "sae.epochs": 2, "sae.minSteps": 0, "sae.batch": 64, ...small };
const options = { runs, d: 8, k: 20, warn: () => {} };

test("rewired runs take turns with what each seed chose; with one seed all have its choice", async () => {
  const lab = await openLab({ ...options, seeds: 3, set: { ...quick, "rewired.runs": 4 } });
  const chosen = (await lab.verdict()).seeds.map(({ alpha, reg }) => ({ alpha, reg }));
  assert.ok(
    new Set(chosen.map((one) => JSON.stringify(one))).size > 1,
    `seeds that choose alike: ${JSON.stringify(chosen)}`,
  );
  const fitted = (await lab.rewired()).runs.map((run) => run.fitted);
  assert.equal(fitted, [chosen[0], chosen[1], chosen[2], chosen[0]]);
  const alone = await openLab({ ...options, set: { ...quick, "rewired.runs": 2 } });
  assert.equal(
    (await alone.rewired()).runs.map((run) => run.fitted),
    [chosen[0], chosen[0]],
  );
});

test("given factors are refitted on rewired data by iALS, with alpha and reg tuned on the real data at their width", async () => {
  const set = { ...quick, "rewired.runs": 2 };
  const lab = await openLab({ ...options, set });
  const folder = writeFactors(join(runs, "given"), await lab.factors());
  const { d: _d, ...others } = options;
  const given = await openLab({ ...others, factors: folder, set });
  const [[one, two], fitted] = [(await given.rewired()).runs, (await lab.rewired()).runs];
  // The factors that were given are those that iALS fits here, so their null is the same as its own.
  assert.equal([one.perLatent, two.perLatent], [fitted[0].perLatent, fitted[1].perLatent]);
  assert.equal([one.fitted, one.d], [fitted[0].fitted, 8]);
  assert.ok(one.mixing && two.mixing);
  const ours = await given.scores();
  assert.not.equal(one.perLatent, ours.perLatent);
  assert.not.equal(one.perLatent, two.perLatent);
});

test("the seconds of further runs are those of all their stages, be they one or several", async () => {
  const lab = await openLab({ ...options, seeds: 2, set: { ...quick, "rewired.runs": 1 } });
  const { seconds } = await lab.card();
  // Each further run fits, trains and scores: more than its last stage alone, and never nothing.
  assert.ok(seconds.rewired > 0 && seconds.seeds > 0, JSON.stringify(seconds));
});

test("what two stages need of the same further runs is counted once: seconds are not more than those of all results", async () => {
  const runs = mkdtempSync(join(tmpdir(), "msae-seconds-"));
  const lab = await openLab({ ...options, runs, seeds: 2, set: { ...quick, "rewired.runs": 2 } });
  const { seconds } = await lab.card();
  const kept = (readdirSync(runs, { recursive: true }) as string[]).filter((file) => file.endsWith("manifest.json"));
  const each = kept.map((file): number => JSON.parse(readFileSync(join(runs, file), "utf8")).seconds);
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  assert.ok(kept.length > 20, `${kept.length} results`);
  // The tuning of another seed, which a rewired run is fitted by, is in none.
  assert.ok(total(Object.values(seconds)) < total(each) + 1e-6, `${JSON.stringify(seconds)}, ${total(each)}`);
});

test("what no seed draws anew is said: a split by a file or by time, unless users are drawn, and given factors", async () => {
  const { config } = await openLab(options);
  const fixed = (changes: object, users = 10): readonly string[] => {
    const settings = seeds.settings({ ...config, ...changes }, {}, undefined);
    const data = { interactions: { users: Array(users).fill("u") } };
    return (seeds.compute({ data, more: [] }, { settings } as never) as SeedsResult).fixed;
  };
  const split = (own: object): object => ({ split: { ...config.split, ...own } });
  assert.equal(fixed({}), []);
  assert.equal(fixed(split({ heldOut: "held-out.csv" })), ["split"]);
  assert.equal(fixed(split({ kind: "time" })), ["split"]);
  assert.equal(fixed(split({ kind: "leave-last-out", maxUsers: 5 })), []);
  assert.equal(fixed({ mf: { kind: "given", folder: "mine" } }), ["factors"]);
  assert.equal(fixed({ ...split({ heldOut: "held-out.csv" }), mf: { kind: "given", folder: "mine" } }), [
    "split",
    "factors",
  ]);
});

test.run();
