import { test } from "uvu";
import * as assert from "uvu/assert";
import { z } from "zod";
import { InputError } from "../../lib/src/base/errors";
import type { Architecture, TrainingConfig } from "../../lib/src/sae/architecture";
import { initialWeights } from "../../lib/src/sae/encode";
import { asTheyAre } from "../../lib/src/sae/layer-norm";
import { MSAE_DEFAULTS, msae } from "../../lib/src/sae/msae";
import { PLAIN_SAE_DEFAULTS, plainSae } from "../../lib/src/sae/plain";
import { trainingSettings } from "../../lib/src/sae/settings";
import { type Checkpoint, trainSae } from "../../lib/src/sae/train";

const training: TrainingConfig = { ...MSAE_DEFAULTS, k: 1, prefixes: [1], batch: 4, epochs: 2 };
/** Rows of width 1 that hold their own number. */
const numbered = (n: number): Float32Array => Float32Array.from({ length: n }, (_, row) => row);

interface Seen {
  epoch: number;
  users: number[];
  items: number[];
}

/** An architecture that learns nothing and notes what it is fed. */
function recorder(epochEnds: "shorter" | "users"): { architecture: Architecture<TrainingConfig>; seen: Seen[] } {
  const seen: Seen[] = [];
  const architecture: Architecture<TrainingConfig> = {
    name: "recorder",
    terms: ["mse", "l1", "kl", "inner"],
    epochEnds,
    title: "recorder",
    schema: z.object(trainingSettings(training)),
    defaults: training,
    normalise: asTheyAre,
    encode: () => new Float32Array(0),
    decode: () => new Float32Array(0),
    init: () => ({ w: Float32Array.of(1) }),
    shapes: () => ({ w: [1] }),
    beta: () => 0,
    loss: (_tf, { w }, { users, items }, _config, epoch) => {
      seen.push({ epoch, users: [...users.dataSync()], items: [...items.dataSync()] });
      const term = (): never => w.sum() as never;
      return { mse: term(), l1: term(), kl: term(), inner: term() };
    },
    weights: ({ w }, { k, prefixes }, d) => ({ architecture: "recorder", d, k, W: w, prefixes, config: {} }),
  };
  return { architecture, seen };
}

const ascending = (rows: number[]): number[] => [...rows].sort((a, b) => a - b);
const rowsOf = (seen: Seen[], side: "users" | "items", epoch: number): number[] =>
  seen.filter((batch) => batch.epoch === epoch).flatMap((batch) => batch[side]);

test("an epoch takes every row of the shorter side once, in an order of its own for each side and epoch", async () => {
  const { architecture, seen } = recorder("shorter");
  await trainSae(architecture, { users: numbered(16), items: numbered(16), d: 1 }, training);
  assert.is(seen.length, 2 * 4);
  const orders = [0, 1].flatMap((epoch) => [rowsOf(seen, "users", epoch), rowsOf(seen, "items", epoch)]);
  for (const order of orders) assert.equal(ascending(order), [...numbered(16)]);
  assert.is(new Set(orders.map(String)).size, 4);
});

test("the last partial batch is dropped, and the longer side gives as many rows as the shorter", async () => {
  const { architecture, seen } = recorder("shorter");
  await trainSae(architecture, { users: numbered(30), items: numbered(11), d: 1 }, training);
  for (const epoch of [0, 1])
    for (const side of ["users", "items"] as const) {
      const rows = rowsOf(seen, side, epoch);
      assert.is(rows.length, 8);
      assert.is(new Set(rows).size, 8);
    }
});

test("where an epoch runs over the users, items are cycled so that none is ahead of another by more than one", async () => {
  const { architecture, seen } = recorder("users");
  await trainSae(architecture, { users: numbered(16), items: numbered(6), d: 1 }, training);
  assert.equal(ascending(rowsOf(seen, "users", 0)), [...numbered(16)]);
  const times = [...numbered(6)].map((item) => rowsOf(seen, "items", 0).filter((row) => row === item).length);
  assert.equal(ascending(times), [2, 2, 3, 3, 3, 3]);
});

test("progress is told whenever 100 ms have gone by, and counts every step once", async () => {
  const clock = Date.now;
  const told: { done: number; total: number; unit?: string; loss?: number }[] = [];
  let now = 0;
  Date.now = () => {
    now += 60;
    return now;
  };
  try {
    await trainSae(recorder("shorter").architecture, { users: numbered(80), items: numbered(80), d: 1 }, training, {
      onProgress: ({ done, total, unit, metrics }) => void told.push({ done, total, unit, loss: metrics?.loss }),
    });
  } finally {
    Date.now = clock;
  }
  // A look at the clock is 60 ms: one for each step, and one for each report.
  const gaps = told.map(({ done }, at) => done - (at === 0 ? 0 : told[at - 1].done));
  assert.ok(
    gaps.every((gap) => gap >= 1 && gap <= 2),
    `steps between reports: ${gaps}`,
  );
  assert.equal([told[0].unit, told[0].total, told[told.length - 1].done], ["steps", 40, 40]);
  assert.ok(told.every(({ loss }) => Number.isFinite(loss)));
});

const d = 6;
const width6 = (users: number, items: number) => {
  const rows = (n: number): Float32Array => Float32Array.from({ length: n * d }, (_, at) => Math.sin(at));
  return { users: rows(users), items: rows(items), d };
};
const config = { ...MSAE_DEFAULTS, k: 8, prefixes: [2, 5, 8], batch: 16, epochs: 1 };
const refusal = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("it was not refused"),
    (thrown) => thrown,
  );

test("rows that are no numbers, or no whole rows, are refused with their place", async () => {
  const nan = width6(32, 32);
  nan.items[3 * d + 1] = Number.NaN;
  for (const [rows, sentence] of [
    [nan, /Row 3 of the items .* holds NaN/],
    [{ ...width6(32, 32), users: new Float32Array(100) }, /users hold 100 values.*width 6/],
  ] as const) {
    const error = await refusal(trainSae(msae, rows, config));
    assert.instance(error, InputError);
    assert.match(error.message, sentence);
  }
});

test("loss weights and Adam's constants that are out of range are refused by name", async () => {
  const plain = { ...PLAIN_SAE_DEFAULTS, k: 8, prefixes: [8], batch: 16, epochs: 1 };
  for (const [work, name] of [
    [trainSae(msae, width6(32, 32), { ...config, wMse: Number.NaN }), "sae.wMse"],
    [trainSae(msae, width6(32, 32), { ...config, betaWarmup: -1 }), "sae.betaWarmup"],
    [trainSae(msae, width6(32, 32), { ...config, beta2: 1 }), "sae.beta2"],
    [trainSae(msae, width6(32, 32), { ...config, epsilon: 0 }), "sae.epsilon"],
    [trainSae(plainSae, width6(32, 32), { ...plain, rho: 0 }), "sae.rho"],
    [trainSae(plainSae, width6(32, 32), { ...plain, wInner: -1 }), "sae.wInner"],
  ] as const) {
    const error = await refusal(work);
    assert.instance(error, InputError);
    assert.ok(error.message.startsWith(name), error.message);
  }
});

test("weights that stop being numbers in the very last step are a divergence, too", async () => {
  const error = await refusal(trainSae(msae, width6(16, 16), { ...config, lr: 1e39 }));
  assert.match(error.message, /diverged in epoch 1, step 1 of 1/);
});

test("a checkpoint of another width, or of more epochs, is refused", async () => {
  const kept: Checkpoint[] = [];
  await trainSae(msae, width6(32, 32), { ...config, epochs: 2 }, { onCheckpoint: (made) => void kept.push(made) });
  const resume = kept[1];
  const narrow = await refusal(trainSae(msae, width6(32, 32), { ...config, k: 4, prefixes: [4] }, { resume }));
  assert.match(narrow.message, /its W has 48 values where this configuration has 24/);
  const shorter = await refusal(trainSae(msae, width6(32, 32), config, { resume }));
  assert.match(shorter.message, /2 epochs, more than the 1 asked for/);
});

test("factors of width 1 have nothing to normalise, and train all the same", async () => {
  const { history } = await trainSae(msae, { users: numbered(32), items: numbered(32), d: 1 }, config);
  assert.ok(Number.isFinite(history[0].total));
});

test("starting rows are uniform on ±1/√d, starting biases 0", () => {
  const { W, bPre, bLat } = initialWeights(msae, { ...config, k: 400, prefixes: [400] }, 25);
  const [low, high] = [Math.min(...W), Math.max(...W)];
  assert.ok(low >= -0.2 && low < -0.199 && high <= 0.2 && high > 0.199, `${low} to ${high}`);
  const square = W.reduce((sum, value) => sum + value * value, 0) / W.length;
  // The variance of a uniform draw on ±a is a²/3; 10,000 draws leave its estimate within 4 % (four deviations and more).
  assert.ok(Math.abs(square / (0.04 / 3) - 1) < 0.04, `variance ${square}`);
  assert.ok([...(bPre ?? [1]), ...(bLat ?? [1])].every((value) => value === 0));
});

test.run();
