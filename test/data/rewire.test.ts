import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { pairChances } from "../../lib/src/data/chance-overlap";
import { rewire } from "../../lib/src/data/rewire";
import { sizeClasses } from "../../lib/src/data/size-classes";
import { type Csr, csrFromPairs } from "../../lib/src/records/interactions";

/** Two blocks: the first half of the rows takes from the first half of the columns, and so on; some columns popular. */
function blocks(rows: number, cols: number, each: number): Csr {
  const random = seededRandom(5, "rewire-test");
  const [rowOf, colOf]: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++)
    for (let n = 0; n < each; n++) {
      rowOf.push(row);
      const within = Math.floor((cols / 2) * random.uniform() ** 2);
      colOf.push(row < rows / 2 ? within : cols / 2 + within);
    }
  return csrFromPairs(rows, cols, rowOf, colOf);
}

const columnCounts = ({ cols, indices }: Csr): number[] => {
  const counts = new Array<number>(cols).fill(0);
  for (const column of indices) counts[column]++;
  return counts;
};

test("every row's and every column's count is kept, no pair repeats, rows stay ascending, the original is not touched", async () => {
  const csr = blocks(200, 60, 6);
  const before = csr.indices.slice();
  const { csr: rewired } = await rewire(csr, { seed: 1 });
  assert.equal(csr.indices, before);
  assert.equal(rewired.indptr, csr.indptr);
  assert.equal(columnCounts(rewired), columnCounts(csr));
  for (let row = 0; row < rewired.rows; row++)
    for (let p = rewired.indptr[row] + 1; p < rewired.indptr[row + 1]; p++)
      assert.ok(rewired.indices[p] > rewired.indices[p - 1]);
});

test("the blocks are destroyed, and the overlap ends about where chance would have it", async () => {
  const csr = blocks(400, 100, 6);
  const { csr: rewired, shared, sharedByChance } = await rewire(csr, { seed: 1 });
  let crossing = 0;
  for (let row = 0; row < 200; row++)
    for (let p = rewired.indptr[row]; p < rewired.indptr[row + 1]; p++) if (rewired.indices[p] >= 50) crossing++;
  const share = crossing / rewired.indptr[200];
  assert.ok(share > 0.45 && share < 0.55, `${share} of the first block's pairs cross over`);
  const end = shared[shared.length - 1];
  assert.ok(shared[0] > end && Math.abs(end - sharedByChance) < 0.03, `${shared} against ${sharedByChance}`);
});

test("each matrix with the same counts comes about equally often", async () => {
  // Three rows with two, one and one of three columns with counts 2, 1, 1: five matrices.
  const csr = csrFromPairs(3, 3, [0, 0, 1, 2], [0, 1, 0, 2]);
  const seen = new Map<string, number>();
  const draws = 3000;
  for (let seed = 0; seed < draws; seed++) {
    const { csr: one } = await rewire(csr, { seed });
    const key = String(one.indices);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  assert.is(seen.size, 5);
  const expected = draws / 5;
  const chiSquare = [...seen.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 99.9 % of chi-square with 4 degrees of freedom lies below 18.5.
  assert.ok(chiSquare < 18.5, `${[...seen]}: chi-square ${chiSquare}`);
});

test("each of all matrices with uneven counts comes equally often, though heavy rows are drawn more often", async () => {
  // Rows of 3, 2, 1, 1 and columns of 3, 2, 1, 1, all matrices enumerated.
  const csr = csrFromPairs(4, 4, [0, 0, 0, 1, 1, 2, 3], [0, 1, 2, 0, 1, 0, 3]);
  const [sizes, counts] = [
    [3, 2, 1, 1],
    [3, 2, 1, 1],
  ];
  let states = 0;
  for (let set = 0; set < 1 << 16; set++) {
    const bit = (row: number, col: number): number => (set >> (4 * row + col)) & 1;
    const fits = [0, 1, 2, 3].every(
      (one) =>
        [0, 1, 2, 3].reduce((sum, other) => sum + bit(one, other), 0) === sizes[one] &&
        [0, 1, 2, 3].reduce((sum, other) => sum + bit(other, one), 0) === counts[one],
    );
    if (fits) states++;
  }
  const seen = new Map<string, number>();
  const draws = 4000;
  for (let seed = 0; seed < draws; seed++) {
    const key = String((await rewire(csr, { seed })).csr.indices);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  assert.is(seen.size, states);
  const expected = draws / states;
  const chiSquare = [...seen.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 99.9 % of chi-square with f degrees of freedom lies below about f + 3.1 √(2f) + 6.4.
  const freedom = states - 1;
  assert.ok(freedom > 5 && chiSquare < freedom + 3.1 * Math.sqrt(2 * freedom) + 6.4, `${states}: ${chiSquare}`);
});

/** 20 users of 1,200 items among 20,000 of 6. */
function heavyUsers(): Csr {
  const random = seededRandom(5, "rewire-heavy");
  const [rowOf, colOf]: [number[], number[]] = [[], []];
  for (let row = 0; row < 20_020; row++)
    for (let n = 0; n < (row < 20 ? 1200 : 6); n++) {
      rowOf.push(row);
      colOf.push(Math.floor(60_000 * random.uniform()));
    }
  return csrFromPairs(20_020, 60_000, rowOf, colOf);
}

/** Share of the pairs of `rows` that are in both. */
function sharedIn(one: Csr, other: Csr, from: number, to: number): number {
  let shared = 0;
  for (let row = from; row < to; row++) {
    const own = new Set(one.indices.subarray(one.indptr[row], one.indptr[row + 1]));
    for (let p = other.indptr[row]; p < other.indptr[row + 1]; p++) if (own.has(other.indices[p])) shared++;
  }
  return shared / (one.indptr[to] - one.indptr[from]);
}

test("a few heavy users among many light ones are mixed as well: rows of every size are near their chance overlap", async () => {
  const csr = heavyUsers();
  const [one, two] = [await rewire(csr, { seed: 1 }), await rewire(csr, { seed: 2 })];
  const { rowClasses, columnClasses } = one;
  assert.is(rowClasses.length, 2);
  const [light, heavy] = rowClasses;
  assert.ok(light.most === 6 && heavy.least > 1000 && heavy.members === 20);
  // Counted here, and beside what two independent chains share.
  for (const [from, to, found] of [
    [0, 20, heavy],
    [20, 20_020, light],
  ] as const) {
    assert.ok(Math.abs(sharedIn(csr, one.csr, from, to) - found.shared) < 1e-12);
    const chains = sharedIn(two.csr, one.csr, from, to);
    const slack = 4 * Math.sqrt(found.sharedByChance / found.pairs);
    assert.ok(found.shared < 1.5 * found.sharedByChance + slack, `${found.shared} of ${found.sharedByChance}`);
    assert.ok(Math.abs(chains - found.sharedByChance) < 0.05 * found.sharedByChance + slack, `chains share ${chains}`);
  }
  assert.ok(columnClasses.length >= 4);
  for (const { pairs, shared, sharedByChance } of [...columnClasses, ...rowClasses])
    assert.ok(shared * pairs < 1.5 * sharedByChance * pairs + 4 * Math.sqrt(sharedByChance * pairs) + 4);
  assert.is(
    rowClasses.reduce((sum, { pairs }) => sum + pairs, 0),
    csr.indices.length,
  );
});

test("what a matrix holds in the end is held to the tolerance, not only what it held when it was looked at first", async () => {
  const csr = blocks(300, 80, 6);
  // So narrow that chance alone leaves it in every other state.
  const tolerance = { times: 1.2, deviations: 0.5 };
  let longer = 0;
  for (let seed = 0; seed < 12; seed++) {
    const { rowClasses, columnClasses, tradesPerRow } = await rewire(csr, { seed, tolerance, mostRounds: 5000 });
    for (const { pairs, shared, sharedByChance } of [...rowClasses, ...columnClasses]) {
      const most = 1.2 * pairs * sharedByChance + 0.5 * (Math.sqrt(pairs * sharedByChance) + 1);
      assert.ok(pairs * shared <= most + 1e-9, `seed ${seed}: ${pairs * shared} of ${most}`);
    }
    if (tradesPerRow > 24) longer++;
  }
  assert.ok(longer > 0);
});

test("what has not mixed is a sentence with the rows that still are what they were", async () => {
  const error = await rewire(heavyUsers(), { seed: 1, mostRounds: 2 }).catch((thrown) => thrown);
  assert.instance(error, InputError);
  assert.match(
    error.message,
    /not mixed after 4 trades a user: the \d+ users with \d+ to \d+ interactions still share/,
  );
  assert.match(error.message, /by chance it would be [\d.e-]+ %/);
});

test("chances of pairs add up to every row's and every column's count, full rows among them", async () => {
  const csr = blocks(60, 30, 8);
  const full = csrFromPairs(
    61,
    30,
    [
      ...Array.from({ length: 60 }, (_, row) => row).flatMap((row) =>
        Array(csr.indptr[row + 1] - csr.indptr[row]).fill(row),
      ),
      ...Array(30).fill(60),
    ],
    [...csr.indices, ...Array.from({ length: 30 }, (_, col) => col)],
  );
  const { x, y } = await pairChances(full);
  const chance = (row: number, col: number): number => (x[row] * y[col]) / (1 + x[row] * y[col]);
  for (let row = 0; row < 61; row++) {
    const sum = y.reduce((total, _, col) => total + chance(row, col), 0);
    assert.ok(Math.abs(sum - (full.indptr[row + 1] - full.indptr[row])) < 0.2, `row ${row}: ${sum}`);
  }
  columnCounts(full).forEach((count, col) => {
    const sum = x.reduce((total, _, row) => total + chance(row, col), 0);
    assert.ok(Math.abs(sum - count) < 0.2, `column ${col}: ${sum} for ${count}`);
  });
});

test("size classes are deciles with the last one cut, rows of one size are never parted", () => {
  const sizes = Int32Array.from({ length: 10_000 }, (_, at) => (at < 5 ? 0 : at < 4000 ? 3 : at + 1));
  const { of, classes } = sizeClasses(sizes);
  assert.is(of[0], -1);
  assert.is(new Set(of.subarray(5, 4000)).size, 1);
  assert.equal(
    classes.map(({ members }) => members).reduce((a, b) => a + b),
    9995,
  );
  assert.ok(classes[classes.length - 1].members <= 10 && classes[classes.length - 2].members <= 91);
  for (let at = 1; at < classes.length; at++) assert.ok(classes[at].least > classes[at - 1].most);
});

test("the same seed gives the same bytes, another seed others", async () => {
  const csr = blocks(100, 40, 5);
  const [one, again, other] = [
    await rewire(csr, { seed: 1 }),
    await rewire(csr, { seed: 1 }),
    await rewire(csr, { seed: 2 }),
  ];
  assert.equal(one, again);
  assert.not.equal(one.csr.indices, other.csr.indices);
});

test("a single row has nobody to exchange with", async () => {
  const error = await rewire(csrFromPairs(3, 3, [1, 1], [0, 2]), { seed: 1 }).catch((thrown) => thrown);
  assert.instance(error, InputError);
  assert.match(error.message, /Only 1 rows/);
});

test.run();
