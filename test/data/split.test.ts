import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { holdOut, requireDisjoint, splitInteractions, splitSummary } from "../../lib/src/data/split";
import { csrFromPairs, type Interactions } from "../../lib/src/records/interactions";

function interactionsOf(rows: number, cols: number, pairs: readonly (readonly [number, number])[]): Interactions {
  const csr = csrFromPairs(
    rows,
    cols,
    pairs.map(([u]) => u),
    pairs.map(([, i]) => i),
  );
  const ids = (letter: string, n: number): string[] => Array.from({ length: n }, (_, k) => `${letter}${k}`);
  return { users: ids("u", rows), items: ids("i", cols), csr };
}

const arbitrary = fc.tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 12 })).chain(([rows, cols]) =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: rows - 1 }), fc.integer({ min: 0, max: cols - 1 })), {
      minLength: 4,
      maxLength: rows * cols,
      selector: ([u, i]) => u * cols + i,
    })
    .map((pairs) => interactionsOf(rows, cols, pairs)),
);

test("no interaction is in both parts, none is lost, shapes stay and the share is exact", () => {
  fc.assert(
    fc.property(
      arbitrary,
      fc.integer({ min: 0, max: 999 }),
      fc.double({ min: 0.3, max: 0.7, noNaN: true }),
      (full, seed, trainShare) => {
        const { train, test: held } = splitInteractions(full, { kind: "random", trainShare, seed });
        const n = full.csr.indices.length;
        assert.is(train.indices.length, Math.floor(trainShare * n));
        for (const part of [train, held]) assert.equal([part.rows, part.cols], [full.csr.rows, full.csr.cols]);
        for (let row = 0; row < full.csr.rows; row++) {
          const of = (csr: typeof train): number[] =>
            Array.from(csr.indices.subarray(csr.indptr[row], csr.indptr[row + 1]));
          // Rows are sets in ascending order: equal to the sorted concatenation means disjoint and complete.
          assert.equal(
            [...of(train), ...of(held)].sort((a, b) => a - b),
            of(full.csr),
          );
          assert.equal(
            of(train),
            of(train).sort((a, b) => a - b),
          );
        }
      },
    ),
    { seed: 1 },
  );
});

const all = Array.from({ length: 400 }, (_, n) => [n % 20, Math.floor(n / 20)] as const);
const full = interactionsOf(20, 20, all);

test("the same seed gives the same split and another seed another", () => {
  const split = (seed: number): Int32Array =>
    splitInteractions(full, { kind: "random", trainShare: 0.8, seed }).test.indices;
  assert.equal(split(42), split(42));
  assert.not.equal(split(42), split(43));
});

test("every interaction is held out about as often as any other", () => {
  const counts = new Int32Array(400);
  for (let seed = 0; seed < 500; seed++) {
    const { test: held } = splitInteractions(full, { kind: "random", trainShare: 0.8, seed });
    for (let row = 0; row < 20; row++)
      for (let p = held.indptr[row]; p < held.indptr[row + 1]; p++) counts[row * 20 + held.indices[p]]++;
  }
  // Each count is binomial(500, .2): mean 100, sd 8.9; chi-square over 400 cells has mean 400 · .8 and sd 23.
  let chiSquare = 0;
  for (const count of counts) chiSquare += (count - 100) ** 2 / 100;
  assert.ok(chiSquare > 320 - 5 * 23 && chiSquare < 320 + 5 * 23, `chi-square ${chiSquare}`);
});

test("the summary counts rows and columns that are left empty", () => {
  const train = csrFromPairs(3, 4, [0, 0], [1, 2]);
  const held = csrFromPairs(3, 4, [0, 2, 2], [0, 2, 3]);
  assert.equal(splitSummary({ train, test: held }), {
    train: 2,
    test: 3,
    usersWithoutTrain: 2,
    itemsWithoutTrain: 2,
    usersWithTest: 2,
  });
});

test("a share outside (0, 1) and data too small to part are refused", () => {
  for (const trainShare of [0, 1, -0.1, Number.NaN])
    assert.throws(
      () => splitInteractions(full, { kind: "random", trainShare, seed: 1 }),
      (error: unknown) => error instanceof InputError && /trainShare/.test(error.message),
    );
  const one = interactionsOf(2, 2, [[0, 1]]);
  assert.throws(() => splitInteractions(one, { kind: "random", trainShare: 0.8, seed: 1 }), /leaves one part empty/);
});

/** Two users with times that are not in the order of their items. */
const timed = {
  users: ["u", "v", "w"],
  items: ["a", "b", "c"],
  csr: csrFromPairs(3, 3, [0, 0, 0, 1, 1, 2], [0, 1, 2, 0, 2, 1]),
  times: Float64Array.from([5, 9, 1, 4, 4, 7]),
};

test("leave-last-out holds out each user's latest, and nobody's only one", () => {
  const { train, test: held } = splitInteractions(timed, { kind: "leave-last-out", trainShare: 0.8, seed: 1 });
  assert.equal([...held.indptr, ...held.indices], [0, 1, 2, 2, 1, 2]);
  assert.equal([...train.indices], [0, 2, 0, 1]);
});

test("a split by time fits on what came first", () => {
  const { train, test: held } = splitInteractions(timed, { kind: "time", trainShare: 0.5, seed: 1 });
  assert.equal([...train.indptr, ...train.indices], [0, 1, 3, 3, 2, 0, 2]);
  assert.equal([...held.indices], [0, 1, 1]);
});

test("a split by time cuts ties at the moment of the cut, so that the share is exact", () => {
  const tied = { ...timed, times: new Float64Array(6).fill(3) };
  assert.is(splitInteractions(tied, { kind: "time", trainShare: 0.5, seed: 1 }).train.indices.length, 3);
});

test("a split by time of data without times says what to name", () => {
  const { times: _times, ...untimed } = timed;
  for (const kind of ["time", "leave-last-out"] as const)
    assert.throws(
      () => splitInteractions(untimed, { kind, trainShare: 0.8, seed: 1 }),
      (error: unknown) => error instanceof InputError && /--columns time=/.test(error.message),
    );
});

test("an interaction in both parts, or lost, is found", () => {
  const part = csrFromPairs(1, 3, [0, 0], [0, 1]);
  assert.throws(() => requireDisjoint({ train: part, test: csrFromPairs(1, 3, [0], [1]) }, 3), /in both parts/);
  assert.throws(() => requireDisjoint({ train: part, test: csrFromPairs(1, 3, [0], [2]) }, 4), /lost/);
  requireDisjoint({ train: part, test: csrFromPairs(1, 3, [0], [2]) }, 3);
});

test("given pairs are held out by id, whether or not they are in the data; the rest is train", () => {
  const all = interactionsOf(3, 4, [
    [0, 0],
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
  const own = interactionsOf(3, 4, [
    [0, 1],
    [2, 0],
    [1, 3],
  ]);
  // Other rows and columns, and an item that the data does not have.
  const given = { ...own, users: ["u2", "u1", "u0"], items: ["new", "i1", "i2", "i3"] };
  const { train, test: held, unknown } = holdOut(all, given);
  // u2-i1 is no interaction of the data; u0-new is unknown; u1-i3 is none either.
  assert.equal([...held.indptr], [0, 0, 1, 2]);
  assert.equal([...held.indices], [3, 1]);
  assert.is(unknown, 1);
  assert.equal([...train.indices], [0, 1, 2, 3]);
  const taken = holdOut(all, interactionsOf(3, 4, [[0, 1]]));
  assert.equal([[...taken.train.indices], [...taken.test.indices]], [[0, 2, 3], [1]]);
  assert.throws(
    () => holdOut(all, { ...given, users: ["a", "b", "c"] }),
    /0 are of users and items of the data, 3 are not/,
  );
  // "u3" is of the data and was not drawn.
  const one = holdOut(all, { ...own, users: ["u3", "u1", "ghost"] }, [...all.users, "u3"]);
  assert.equal([one.undrawn, one.unknown, one.test.indices.length], [1, 1, 1]);
});

test.run();
