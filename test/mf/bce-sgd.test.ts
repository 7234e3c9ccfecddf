import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { pairMetrics, validationPairs } from "../../lib/src/metrics/pairs";
import { BCE_SGD_DEFAULTS, fitBceSgd, sampleUsers, sgdBatch } from "../../lib/src/mf/bce-sgd";
import { drawNegative, holds } from "../../lib/src/mf/negatives";
import { popularityFactors } from "../../lib/src/mf/popularity";
import { type Csr, csrFromPairs } from "../../lib/src/records/interactions";
import { allClose, flat, oracle } from "../oracle";

interface Batch {
  lr: number;
  reg: number;
  before: { P: number[][]; Q: number[][]; bu: number[]; bi: number[] };
  after: { P: number[][]; Q: number[][]; bu: number[]; bi: number[] };
  users: number[];
  items: number[];
  labels: number[];
}

const ids = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, at) => `${prefix}${at}`);

/** Two tastes that never meet: even users take even items. */
function twoTastes(users: number, items: number): Csr {
  const pairs: [number, number][] = [];
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++) if (u % 2 === i % 2 && (u + i) % 3 > 0) pairs.push([u, i]);
  return csrFromPairs(
    users,
    items,
    pairs.map(([u]) => u),
    pairs.map(([, i]) => i),
  );
}

test("a batch in which users and items repeat equals the oracle's", () => {
  const known = oracle<Batch>("mf-sgd-batch");
  const state = {
    d: known.before.P[0].length,
    P: flat(known.before.P),
    Q: flat(known.before.Q),
    bu: Float64Array.from(known.before.bu),
    bi: Float64Array.from(known.before.bi),
  };
  sgdBatch(state, known.users, known.items, known.labels, known.lr, known.reg);
  allClose(state.P, flat(known.after.P), 1e-9, "P");
  allClose(state.Q, flat(known.after.Q), 1e-9, "Q");
  allClose(state.bu, known.after.bu, 1e-9, "bu");
  allClose(state.bi, known.after.bi, 1e-9, "bi");
});

test("a batch's update is the gradient of its log loss, by finite differences", () => {
  const draw = seededRandom(1, "test");
  const values = (n: number): Float64Array => Float64Array.from({ length: n }, () => draw.normal());
  const make = { d: 2, P: values(6), Q: values(8), bu: values(3), bi: values(4) };
  const [users, items, labels] = [
    [0, 1, 1],
    [2, 2, 3],
    [1, 0, 1],
  ];
  const copy = () => ({ d: 2, P: make.P.slice(), Q: make.Q.slice(), bu: make.bu.slice(), bi: make.bi.slice() });
  const moved = copy();
  sgdBatch(moved, users, items, labels, 1, 0);
  for (const name of ["P", "Q", "bu", "bi"] as const)
    for (let at = 0; at < make[name].length; at++) {
      const loss = (shift: number): number => {
        const state = copy();
        state[name][at] += shift;
        return sgdBatch(state, users, items, labels, 0, 0) * users.length;
      };
      const slope = (loss(1e-5) - loss(-1e-5)) / 2e-5;
      assert.ok(Math.abs(moved[name][at] - make[name][at] + slope) < 1e-6, `${name}[${at}]`);
    }
});

for (const schedule of ["batches", "blocks"] as const)
  test(`${schedule}: with a rate that learns, held-out pairs of two tastes are told apart; the same seed gives the same bytes`, async () => {
    const csr = twoTastes(40, 30);
    const data = { users: ids("u", 40), items: ids("i", 30), csr };
    const config = { ...BCE_SGD_DEFAULTS, d: 4, lr: 0.1, epochs: 40, batch: 32, schedule };
    const factors = await fitBceSgd(data, config);
    const { auc, accuracy, logLoss } = pairMetrics(factors, validationPairs({ test: csr }, 1));
    assert.ok(auc > 0.9, `AUC ${auc}`);
    assert.ok(accuracy > 0.8 && logLoss < Math.LN2);
    assert.equal((await fitBceSgd(data, config)).users, factors.users);
  });

test("a rate that is far too high stops with epoch, step and what to change", async () => {
  const data = { users: ids("u", 40), items: ids("i", 30), csr: twoTastes(40, 30) };
  const error = await fitBceSgd(data, { ...BCE_SGD_DEFAULTS, lr: 1e12, epochs: 60 }).catch((thrown) => thrown);
  assert.match((error as Error).message, /epoch \d+, step \d+: lower mf\.lr/);
  // In few epochs the loss still looks finite, but the factors no longer fit single precision.
  const overflow = await fitBceSgd(data, { ...BCE_SGD_DEFAULTS, lr: 1e12, epochs: 8 }).catch((thrown) => thrown);
  assert.match((overflow as Error).message, /epoch \d+, step \d+: lower mf\.lr/);
});

test("progress runs from first to last pair with the loss going down, and a listener that throws stops the fit", async () => {
  const data = { users: ids("u", 40), items: ids("i", 30), csr: twoTastes(40, 30) };
  const config = { ...BCE_SGD_DEFAULTS, d: 4, lr: 0.1, epochs: 20, batch: 32 };
  const [seen, losses]: [number[], number[]] = [[], []];
  await fitBceSgd(data, config, ({ done, total, metrics }) => {
    seen.push(done / total);
    if (metrics) losses.push(metrics.loss);
  });
  assert.is(seen[seen.length - 1], 1);
  assert.equal(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.is(losses.length, 20);
  assert.ok(Math.abs(losses[0] - Math.LN2) < 0.05, `${losses[0]} in the first epoch`);
  assert.ok(losses[19] < 0.8 * losses[0], `${losses[0]} → ${losses[19]}`);
  const error = await fitBceSgd(data, config, ({ done }) => {
    if (done > 0) throw new Error("stop");
  }).catch((thrown) => thrown);
  assert.is((error as Error).message, "stop");
});

test("an epoch holds every positive once and one negative for each, and the negatives change with the epoch", async () => {
  // At lr so small that nothing moves, what is left of one epoch is which rows were touched: biases count labels.
  const csr = twoTastes(12, 10);
  const data = { users: ids("u", 12), items: ids("i", 10), csr };
  const base = { ...BCE_SGD_DEFAULTS, d: 1, initScale: 0, reg: 0, lr: 1e-6, batch: 4096 };
  const counts = async (epochs: number): Promise<number[]> => {
    const { itemBias } = await fitBceSgd(data, { ...base, epochs });
    // Every row has error ± ½, so a bias is lr/2 · (positives − negatives).
    return Array.from(itemBias!, (value) => Math.round(value / (base.lr / 2)));
  };
  const [one, two] = [await counts(1), await counts(2)];
  assert.is(
    one.reduce((sum, value) => sum + value, 0),
    0,
  );
  const positives = popularityFactors(data).itemBias!;
  for (let item = 0; item < 10; item++) assert.ok(one[item] <= positives[item]);
  assert.not.equal(
    two.map((value, item) => value - one[item]),
    one,
  );
  const { userBias } = await fitBceSgd(data, { ...base, epochs: 1 });
  assert.ok(userBias!.every((value) => Math.abs(value) < 1e-9));
});

test("settings out of range and an empty split are refused in a sentence that names them", async () => {
  const data = { users: ids("u", 40), items: ids("i", 30), csr: twoTastes(40, 30) };
  const refused = async (given: typeof data, bad: Partial<typeof BCE_SGD_DEFAULTS>): Promise<string> => {
    const error = await fitBceSgd(given, { ...BCE_SGD_DEFAULTS, ...bad }).catch((thrown) => thrown);
    assert.instance(error, InputError);
    return (error as Error).message;
  };
  for (const name of ["d", "epochs", "batch"] as const)
    for (const value of [0, 1.5, Number.NaN]) assert.match(await refused(data, { [name]: value }), `mf.${name} is`);
  for (const lr of [0, Number.NaN, Number.POSITIVE_INFINITY]) assert.match(await refused(data, { lr }), /^mf\.lr is/);
  for (const reg of [-1, Number.NaN]) assert.match(await refused(data, { reg }), /^mf\.reg is/);
  assert.match(await refused(data, { initScale: -1 }), /^mf\.initScale is/);
  assert.match(await refused(data, { schedule: "rows" as never }), /^mf\.schedule is "rows": choose/);
  assert.match(await refused(data, { seed: 0.5 }), /seed is 0\.5/);
  assert.match(await refused({ ...data, csr: csrFromPairs(40, 30, [], []) }, {}), /no interaction/);
  assert.throws(() => sampleUsers(data, 0, 42), /split\.maxUsers is 0/);
});

test("a negative is never a positive, and a user who took everything is refused", () => {
  const csr = csrFromPairs(2, 3, [0, 0, 1, 1, 1], [0, 2, 0, 1, 2]);
  const random = seededRandom(1, "n");
  for (let draw = 0; draw < 50; draw++) assert.is(drawNegative(csr, 0, random), 1);
  assert.throws(
    () => drawNegative(csr, 1, random),
    (error: Error) => error instanceof InputError,
  );
  assert.ok(holds(csr, 0, 2) && !holds(csr, 0, 1));
});

test("validation pairs are half positives, in pairs of one user", () => {
  const csr = twoTastes(10, 12);
  const pairs = validationPairs({ test: csr }, 3);
  assert.is(pairs.labels.length, 2 * csr.indices.length);
  for (let at = 0; at < pairs.labels.length; at++)
    assert.is(holds(csr, pairs.users[at], pairs.items[at]), pairs.labels[at] === 1);
});

/** One user, three items, which score 2, −1 and .5. */
const scored = {
  ...{ d: 1, users: Float32Array.of(1), items: Float32Array.of(2, -1, 0.5) },
  ...{ userIds: ["u"], itemIds: ["i0", "i1", "i2"], config: { kind: "test" } },
};

test("pair metrics equal their definitions on a small case", () => {
  const pairs = { users: new Int32Array(3), items: Int32Array.of(0, 1, 2), labels: Uint8Array.of(1, 0, 0) };
  const { auc, logLoss, accuracy } = pairMetrics(scored, pairs);
  assert.is(auc, 1);
  const chance = (score: number): number => 1 / (1 + Math.exp(-score));
  allClose([logLoss], [-(Math.log(chance(2)) + Math.log(1 - chance(-1)) + Math.log(1 - chance(0.5))) / 3], 1e-12);
  allClose([accuracy], [2 / 3], 1e-12);
});

test("pairs that do not fit the factors, no pairs at all and factors that are not finite are refused", () => {
  const pairs = (user: number, item: number) => ({
    users: Int32Array.of(user),
    items: Int32Array.of(item),
    labels: Uint8Array.of(1),
  });
  const none = { users: new Int32Array(0), items: new Int32Array(0), labels: new Uint8Array(0) };
  const cases: [typeof scored, typeof none, RegExp][] = [
    [scored, pairs(1, 0), /user row 1 with item row 0, but the factors hold 1 users and 3 items/],
    [scored, pairs(0, 3), /same data/],
    [scored, none, /no held-out positive/],
    [{ ...scored, items: Float32Array.of(2, Number.NaN, 1) }, pairs(0, 0), /items hold NaN in the row of "i1"/],
    [{ ...scored, users: Float32Array.of(1, 2) }, pairs(0, 0), /users hold 2 values, but 1 ids/],
  ];
  for (const [given, at, message] of cases)
    assert.throws(
      () => pairMetrics(given, at),
      (error: Error) => error instanceof InputError && message.test(error.message),
    );
});

test("popularity scores an item by its train interactions", () => {
  const csr = csrFromPairs(2, 3, [0, 1, 1], [1, 1, 2]);
  assert.equal([...popularityFactors({ users: ids("u", 2), items: ids("i", 3), csr }).itemBias!], [0, 2, 1]);
});

test("users are drawn without replacement, with their rows, and the catalogue stays whole", () => {
  const data = { users: ids("u", 40), items: ids("i", 30), csr: twoTastes(40, 30) };
  const drawn = sampleUsers(data, 7, 42);
  assert.is(new Set(drawn.users).size, 7);
  assert.is(drawn.items.length, 30);
  drawn.users.forEach((id, row) => {
    const from = data.users.indexOf(id);
    const rowOf = (csr: Csr, at: number): number[] => [...csr.indices.subarray(csr.indptr[at], csr.indptr[at + 1])];
    assert.equal(rowOf(drawn.csr, row), rowOf(data.csr, from));
  });
  assert.is(sampleUsers(data, 40, 42), data);
});

test.run();
