import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { BceSgdKernel, type BceSgdParameters, type BceSgdSettings } from "../../lib/src/kernels/bce-sgd";
import { type BceSgdState, sgdBatch } from "../../lib/src/mf/bce-sgd";
import { holds } from "../../lib/src/mf/negatives";
import { type Csr, csrFromPairs, rowOf } from "../../lib/src/records/interactions";
import { allClose, flat, oracle } from "../oracle";

interface Rows {
  P: number[][];
  Q: number[][];
  bu: number[];
  bi: number[];
}

interface Batch {
  lr: number;
  reg: number;
  before: Rows;
  after: Rows;
  users: number[];
  items: number[];
  labels: number[];
}

/** Users with 1 to 8 items at random; few enough items that users and items repeat within a batch. */
function someData(users: number, items: number): Csr {
  const random = seededRandom(5, "bce-sgd-kernel");
  const pairs = Array.from({ length: users }, (_, user) =>
    Array.from({ length: 1 + random.integer(8) }, () => [user, random.integer(items)]),
  ).flat();
  return csrFromPairs(
    users,
    items,
    pairs.map(([user]) => user),
    pairs.map(([, item]) => item),
  );
}

/** Normal factors and biases. */
function someParameters({ rows, cols }: Csr, d: number) {
  const random = seededRandom(6, "parameters");
  const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => 0.3 * random.normal());
  return { P: normals(rows * d), Q: normals(cols * d), bu: normals(rows), bi: normals(cols) };
}

const SCHEDULES: readonly BceSgdSettings["schedule"][] = ["batches", "blocks"];

/** The readable form over the pairs of one block after another, in batches. */
function readable(
  start: BceSgdParameters,
  pairs: Int32Array,
  starts: ArrayLike<number>,
  { d, lr, reg, batch }: BceSgdSettings,
): { state: BceSgdState; sum: number } {
  const wide = (values: Float32Array): Float64Array => Float64Array.from(values);
  const state = { d, P: wide(start.P), Q: wide(start.Q), bu: wide(start.bu), bi: wide(start.bi) };
  let sum = 0;
  for (let block = 0; block + 1 < starts.length; block++)
    for (let from = starts[block]; from < starts[block + 1]; from += batch) {
      const some = pairs.subarray(2 * from, 2 * Math.min(starts[block + 1], from + batch));
      const [users, odd] = [0, 1].map((word) => some.filter((_, at) => at % 2 === word));
      const [items, labels] = [odd.map((value) => value >> 1), odd.map((value) => value & 1)];
      sum += sgdBatch(state, users, items, labels, lr, reg) * users.length;
    }
  return { state, sum };
}

test("a batch in which users and items repeat equals the oracle's", async () => {
  const known = oracle<Batch>("mf-sgd-batch");
  const { before, after, lr, reg } = known;
  const d = before.P[0].length;
  const csr = { ...csrFromPairs(before.P.length, before.Q.length, [0], [0]) };
  // The oracle's pairs in place of drawn ones: as many as there are, half of them in the name of positives.
  const half = known.users.length / 2;
  const stand = { ...csr, indices: new Int32Array(half), indptr: csr.indptr.map((start) => start * half) };
  const kernel = new BceSgdKernel(stand, { d, lr, reg, batch: known.users.length, schedule: "batches" }, 1);
  const single = ({ P, Q, bu, bi }: Rows) => ({
    P: Float32Array.from(flat(P)),
    Q: Float32Array.from(flat(Q)),
    bu: Float32Array.from(bu),
    bi: Float32Array.from(bi),
  });
  await kernel.start(single(before));
  kernel.drawn().set(known.users.flatMap((user, row) => [user, 2 * known.items[row] + known.labels[row]]));
  assert.is(await kernel.train(() => {}), undefined);
  const { P, Q, bu, bi } = kernel.parameters();
  await kernel.close();
  allClose(P, flat(after.P), 1e-6, "P");
  allClose(Q, flat(after.Q), 1e-6, "Q");
  allClose(bu, after.bu, 1e-6, "bu");
  allClose(bi, after.bi, 1e-6, "bi");
});

test("an epoch in batches, the last one short, equals the readable form, and so does its log loss", async () => {
  const csr = someData(300, 40);
  for (const d of [1, 2, 5, 20]) {
    const settings = { d, lr: 0.05, reg: 0.02, batch: 128, schedule: "batches" as const };
    const kernel = new BceSgdKernel(csr, settings, 1);
    const start = someParameters(csr, d);
    await kernel.start(start);
    await kernel.draw(1, 0);
    const pairs = kernel.drawn().slice();
    let loss = 0;
    await kernel.train((_done, mean) => {
      loss = mean;
    });
    const trained = kernel.parameters();
    await kernel.close();
    const { state, sum } = readable(start, pairs, [0, kernel.pairs], settings);
    for (const name of ["P", "Q", "bu", "bi"] as const) allClose(trained[name], state[name], 1e-5, `${name}, d = ${d}`);
    allClose([loss], [sum / kernel.pairs], 1e-5, "log loss");
  }
});

test("blocks trained at once equal the readable form, block after block: sixteen share no user and no item", async () => {
  const csr = someData(3000, 200);
  const settings = { d: 5, lr: 0.05, reg: 0.02, batch: 32, schedule: "blocks" as const };
  const kernel = new BceSgdKernel(csr, settings, 2);
  const start = someParameters(csr, settings.d);
  await kernel.start(start);
  await kernel.draw(1, 0);
  const [pairs, starts] = [kernel.drawn().slice(), kernel.blocks().slice()];
  let [loss, told] = [0, 0];
  await kernel.train((done, mean) => {
    loss += mean * (done - told);
    told = done;
  });
  const trained = kernel.parameters();
  await kernel.close();
  const { state, sum } = readable(start, pairs, starts, settings);
  for (const name of ["P", "Q", "bu", "bi"] as const) allClose(trained[name], state[name], 1e-5, name);
  allClose([loss], [sum], 1e-5, "log loss");
  assert.is(told, kernel.pairs);
  const blocksOf = (word: 0 | 1, shift: number, first: number): Map<number, Set<number>> => {
    const seen = new Map<number, Set<number>>();
    for (let block = first; block < first + 16; block++)
      for (let at = starts[block]; at < starts[block + 1]; at++) {
        const row = pairs[2 * at + word] >> shift;
        seen.set(row, (seen.get(row) ?? new Set()).add(block));
      }
    return seen;
  };
  for (let first = 0; first < 256; first += 16) {
    const [users, items] = [blocksOf(0, 0, first), blocksOf(1, 1, first)];
    assert.ok(users.size > 100 && items.size > 50);
    for (const blocks of [...users.values(), ...items.values()]) assert.is(blocks.size, 1);
  }
});

for (const schedule of SCHEDULES)
  test(`${schedule}: an epoch holds every positive once and as many negatives of the same user, none of them a positive`, async () => {
    const csr = someData(5000, 60);
    const kernel = new BceSgdKernel(csr, { d: 1, lr: 0.1, reg: 0, batch: 64, schedule }, 2);
    await kernel.start(someParameters(csr, 1));
    await kernel.draw(1, 0);
    const pairs = kernel.drawn().slice();
    await kernel.draw(1, 1);
    const next = kernel.drawn().slice();
    await kernel.close();
    const positives = new Set<number>();
    const negatives = new Int32Array(csr.rows);
    const chosen = new Int32Array(csr.cols);
    for (let at = 0; at < pairs.length; at += 2) {
      const [user, item, label] = [pairs[at], pairs[at + 1] >> 1, pairs[at + 1] & 1];
      assert.is(holds(csr, user, item), label === 1);
      if (label === 1) positives.add(user * csr.cols + item);
      else {
        negatives[user]++;
        chosen[item]++;
      }
    }
    assert.is(positives.size, csr.indices.length);
    negatives.forEach((count, user) => {
      assert.is(count, rowOf(csr, user).length);
    });
    // Each item is about as often a negative as any other: five standard deviations of a count.
    const mean = csr.indices.length / csr.cols;
    for (const count of chosen) assert.ok(Math.abs(count - mean) < 5 * Math.sqrt(mean), `${count}, expected ${mean}`);
    assert.not.equal(next, pairs);
  });

test("the order is a uniform permutation: a user's pairs, neighbours when drawn, end up anywhere", async () => {
  const csr = someData(4000, 60);
  const kernel = new BceSgdKernel(csr, { d: 1, lr: 0.1, reg: 0, batch: 64, schedule: "batches" }, 1);
  await kernel.start(someParameters(csr, 1));
  // How often the positives of the first users come in each tenth of the order, over epochs.
  const tenths = new Int32Array(10);
  for (let epoch = 0; epoch < 20; epoch++) {
    await kernel.draw(3, epoch);
    const pairs = kernel.drawn();
    for (let at = 0; at < kernel.pairs; at++)
      if (pairs[2 * at] < 400 && pairs[2 * at + 1] & 1) tenths[Math.floor((10 * at) / kernel.pairs)]++;
  }
  await kernel.close();
  const mean = tenths.reduce((sum, count) => sum + count, 0) / 10;
  assert.ok(mean > 1000);
  for (const count of tenths) assert.ok(Math.abs(count - mean) < 5 * Math.sqrt(mean), `${count}, expected ${mean}`);
});

for (const schedule of SCHEDULES)
  test(`${schedule}: pairs and parameters are the same bytes on 1, 2 and 4 threads, twice`, async () => {
    const csr = someData(20_000, 500);
    const start = someParameters(csr, 6);
    const run = async (threads: number) => {
      const kernel = new BceSgdKernel(csr, { d: 6, lr: 0.05, reg: 0.01, batch: 64, schedule }, threads);
      await kernel.start(start);
      for (let epoch = 0; epoch < 2; epoch++) {
        await kernel.draw(1, epoch);
        await kernel.train(() => {});
      }
      const result = { ...kernel.parameters(), pairs: kernel.drawn().slice() };
      await kernel.close();
      return result;
    };
    const first = await run(1);
    for (const threads of [1, 2, 2, 4, 4]) assert.equal(await run(threads), first);
  });

for (const schedule of SCHEDULES)
  test(`${schedule}: a loss that is no number names its batch`, async () => {
    const csr = someData(300, 40);
    const kernel = new BceSgdKernel(csr, { d: 2, lr: 0.05, reg: 0.01, batch: 100, schedule }, 1);
    const start = someParameters(csr, 2);
    await kernel.start(start);
    await kernel.draw(1, 0);
    const pairs = kernel.drawn();
    const third = pairs[2 * 250];
    const first = Array.from({ length: kernel.pairs }, (_, at) => pairs[2 * at]).indexOf(third);
    start.bu[third] = Number.NaN;
    await kernel.start(start);
    // Blocks have fewer pairs here than a batch, so each is one, unless it is empty.
    const starts = Array.from(kernel.blocks());
    const filled = starts.filter((from, block) => block < 256 && from <= first && from < starts[block + 1]).length;
    const expected = schedule === "batches" ? Math.floor(first / 100) + 1 : filled;
    assert.is(await kernel.train(() => {}), expected);
    await kernel.close();
  });

test.run();
