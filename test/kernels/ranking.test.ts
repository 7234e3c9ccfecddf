import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { countsAbove } from "../../lib/src/kernels/ranking";
import { scoreItems, topK, topLists } from "../../lib/src/metrics/top-k";
import type { Factors } from "../../lib/src/records/factors";
import { csrFromPairs, rowOf } from "../../lib/src/records/interactions";

const ids = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, at) => `${prefix}${at}`);

/**
 * Factors that are hard to rank, by the seed: with and without biases, with rows of zeros, of lengths from 1e-4 to 1e2, and
 * with many items that differ from another by a few units in the last place or not at all.
 */
function hardCase(seed: number, users = 140, items = 300) {
  const random = seededRandom(seed, "ranking-kernel");
  const d = [0, 1, 3, 20, 33][seed % 5];
  const rows = (n: number, width: number): Float32Array => {
    const out = new Float32Array(n * width);
    for (let row = 0; row < n; row++) {
      if (random.uniform() < 0.1) continue;
      const scale = 10 ** (random.integer(7) - 4);
      const copied = row > 0 && random.uniform() < 0.4 ? random.integer(row) : -1;
      for (let f = 0; f < width; f++) {
        const at = row * width + f;
        out[at] = copied < 0 ? scale * random.normal() : out[copied * width + f] * (1 + random.integer(3) * 2 ** -23);
      }
    }
    return out;
  };
  const factors: Factors = {
    d,
    users: rows(users, d),
    items: rows(items, d),
    itemBias: seed % 2 ? rows(items, 1) : undefined,
    userBias: seed % 3 ? rows(users, 1) : undefined,
    userIds: ids("u", users),
    itemIds: ids("i", items),
    config: { kind: "test" },
  };
  const taken = Array.from({ length: users * 12 }, () => [random.integer(users), random.integer(items)]);
  const mask = csrFromPairs(
    users,
    items,
    taken.map(([user]) => user),
    taken.map(([, item]) => item),
  );
  return { factors, mask };
}

test("lists equal those of a full scan in double precision: ties, near ties, rows of zeros and biases included", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 10_000 }), async (seed) => {
      const { factors, mask } = hardCase(seed);
      const k = [1, 10, 300][seed % 3];
      const rows = Int32Array.from({ length: 140 }, (_, at) => (at * 37) % 140);
      const { items, scores } = await topLists(factors, rows, k, mask);
      rows.forEach((row, at) => {
        const known = topK(factors, row, k, rowOf(mask, row));
        const size = known.items.length;
        assert.equal(items.slice(at * k, at * k + size), known.items, `user ${row} of case ${seed}`);
        assert.equal(scores.slice(at * k, at * k + size), known.scores);
        assert.ok(items.slice(at * k + size, (at + 1) * k).every((item) => item === -1));
      });
    }),
    { numRuns: 60 },
  );
});

test("items above a target and at least as high are counted exactly, masked ones left out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 10_000 }), async (seed) => {
      const { factors, mask } = hardCase(seed);
      const random = seededRandom(seed, "targets");
      const rows = Int32Array.from({ length: 200 }, () => random.integer(140));
      const targets = rows.map(() => random.integer(300));
      const counts = await countsAbove(factors, { rows, mask }, targets);
      rows.forEach((row, at) => {
        const scores = scoreItems(factors, row, new Float32Array(300));
        const masked = new Set(rowOf(mask, row));
        const open = [...scores.keys()].filter((item) => !masked.has(item));
        const wanted = scores[targets[at]];
        const known = [open.filter((item) => scores[item] > wanted), open.filter((item) => scores[item] >= wanted)];
        assert.equal([counts[2 * at], counts[2 * at + 1]], [known[0].length, known[1].length], `case ${seed}, ${at}`);
      });
    }),
    { numRuns: 60 },
  );
});

test("rows that mask nearly everything, in turns and one after the other, take no more memory than there is", async () => {
  const [items, taken, rows] = [150_000, 140_000, 8192];
  const factors: Factors = {
    ...{ d: 0, users: new Float32Array(0), items: new Float32Array(0) },
    itemBias: Float32Array.from({ length: items }, (_, item) => item % 97),
    ...{ userIds: ids("u", 2), itemIds: ids("i", items), config: { kind: "test" } },
  };
  const mask = {
    ...{ rows: 2, cols: items, indptr: Int32Array.of(0, taken, 2 * taken) },
    indices: Int32Array.from({ length: 2 * taken }, (_, at) => (at < taken ? at : at - taken + items - taken)),
  };
  const turns = Int32Array.from({ length: rows }, (_, at) => at % 2);
  const known = [0, 1].map((row) => topK(factors, row, 3, rowOf(mask, row)));
  const lists = await topLists(factors, turns, 3, mask, { threads: 1 });
  for (const [at, row] of turns.entries()) assert.equal(lists.items.subarray(3 * at, 3 * at + 3), known[row].items);
  const targets = Int32Array.from({ length: 300 }, (_, at) => (at * 499) % items);
  const counts = await countsAbove(factors, { rows: new Int32Array(300), mask, threads: 1 }, targets);
  const open = Array.from({ length: items - taken }, (_, at) => (taken + at) % 97);
  for (const [at, target] of targets.entries())
    assert.is(counts[2 * at], open.filter((score) => score > target % 97).length);
});

test("lists and counts are the same bytes on 1, 2 and 4 threads, twice", async () => {
  const { factors, mask } = hardCase(8, 10_000, 700);
  const rows = Int32Array.from({ length: 10_000 }, (_, row) => row);
  const targets = rows.map((row) => (row * 31) % 700);
  const first = await topLists(factors, rows, 10, mask, { threads: 1 });
  const counted = await countsAbove(factors, { rows, mask, threads: 1 }, targets);
  for (const threads of [1, 2, 2, 4, 4]) {
    assert.equal(await topLists(factors, rows, 10, mask, { threads }), first);
    assert.equal(await countsAbove(factors, { rows, mask, threads }, targets), counted);
  }
});

for (const threads of [1, 2])
  test(`a listener that throws stops the lists at once: ${threads} threads`, async () => {
    // Items of one length, so that nothing is skipped: seconds of work.
    const random = seededRandom(1, "slow");
    const [users, items, d] = [20_000, 20_000, 20];
    const values = (n: number): Float32Array => Float32Array.from({ length: n }, () => Math.sign(random.normal()));
    const factors: Factors = {
      d,
      users: values(users * d),
      items: values(items * d),
      userIds: ids("u", users),
      itemIds: ids("i", items),
      config: { kind: "test" },
    };
    let reports = 0;
    const onProgress = ({ done, total }: { done: number; total: number }): void => {
      assert.ok(done < total);
      reports++;
      throw new Error("stop");
    };
    const error = await topLists(factors, [...Array(users).keys()], 10, undefined, { onProgress, threads }).catch(
      (thrown) => thrown,
    );
    assert.is((error as Error).message, "stop");
    assert.is(reports, 1);
  });

test("scores beyond single precision, an unknown user and a mask of other data are refused", async () => {
  const { factors, mask } = hardCase(3);
  const refused = async (message: RegExp, ...given: Parameters<typeof topLists>): Promise<void> => {
    const error = await topLists(...given).catch((thrown) => thrown);
    assert.instance(error, InputError);
    assert.match((error as Error).message, message);
  };
  const huge = { ...factors, items: factors.items.map((value) => value * 1e36) };
  await refused(/may score up to .* beyond what single precision ranks/, huge, [...Array(140).keys()], 5);
  await refused(/no user row 140/, factors, [0, 140], 5);
  await refused(/K is 301/, factors, [0], 301);
  await refused(/same data/, factors, [0], 5, { ...mask, cols: 299 });
});

test.run();
