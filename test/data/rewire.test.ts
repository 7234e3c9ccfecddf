import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { rewire } from "../../lib/src/data/rewire";
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
