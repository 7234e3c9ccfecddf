import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Csr, csrFromPairs, transposeCsr } from "../../lib/src/data/interactions";
import { InputError } from "../../lib/src/errors";
import { fitIals, IALS_DEFAULTS, ialsHalfSweep, ialsObjective, solveCholesky } from "../../lib/src/mf/ials";
import { seededRandom } from "../../lib/src/random";
import { allClose, flat, oracle } from "../oracle";

interface Sweep {
  alpha: number;
  reg: number;
  interactions: number[][];
  itemsBefore: number[][];
  users: number[][];
  items: number[][];
  loss: number;
}

function csrOf(dense: readonly (readonly number[])[]): Csr {
  const pairs = dense.flatMap((row, r) => row.flatMap((value, c) => (value > 0 ? [[r, c]] : [])));
  return csrFromPairs(
    dense.length,
    dense[0].length,
    pairs.map(([r]) => r),
    pairs.map(([, c]) => c),
  );
}

const random = (users: number, items: number, perUser: number, seed: number): Csr => {
  const draw = seededRandom(seed, "test");
  const n = users * perUser;
  return csrFromPairs(
    users,
    items,
    Array.from({ length: n }, () => draw.integer(users)),
    Array.from({ length: n }, () => draw.integer(items)),
  );
};
const ids = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, at) => `${prefix}${at}`);
const interactions = (csr: Csr) => ({ users: ids("u", csr.rows), items: ids("i", csr.cols), csr });

test("one sweep each way equals the oracle's, rows without interaction come out as zeros", () => {
  const known = oracle<Sweep>("ials-sweep");
  const csr = csrOf(known.interactions);
  const d = known.users[0].length;
  const users = new Float64Array(csr.rows * d).fill(7);
  const items = new Float64Array(csr.cols * d).fill(7);
  ialsHalfSweep(csr, flat(known.itemsBefore), d, known.alpha, known.reg, users);
  allClose(users, flat(known.users), 1e-9, "users");
  ialsHalfSweep(transposeCsr(csr), users, d, known.alpha, known.reg, items);
  allClose(items, flat(known.items), 1e-9, "items");
  assert.equal([...users.subarray(3 * d, 4 * d)], Array(d).fill(0));
  assert.equal([...items.subarray(5 * d, 6 * d)], Array(d).fill(0));
  allClose([ialsObjective(csr, users, items, d, known.alpha, known.reg)], [known.loss], 1e-9, "objective");
});

test("Cholesky solves a system with a known answer", () => {
  const b = Float64Array.of(10, 8);
  solveCholesky(Float64Array.of(4, 2, 2, 3), b, 2);
  allClose(b, [1.75, 1.5], 1e-14);
});

test("every half-sweep lowers the objective", () => {
  const csr = random(60, 40, 5, 1);
  const d = 6;
  const byItem = transposeCsr(csr);
  const start = seededRandom(2, "start");
  const users = new Float64Array(csr.rows * d);
  const items = Float64Array.from({ length: csr.cols * d }, () => 0.1 * start.normal());
  let last = Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < 6; sweep++) {
    if (sweep % 2 === 0) ialsHalfSweep(csr, items, d, 40, 1, users);
    else ialsHalfSweep(byItem, users, d, 40, 1, items);
    const now = ialsObjective(csr, users, items, d, 40, 1);
    assert.ok(now < last, `sweep ${sweep}: ${now} is not below ${last}`);
    last = now;
  }
});

test("the same seed gives the same bytes, another seed others", async () => {
  const data = interactions(random(50, 30, 4, 3));
  const config = { ...IALS_DEFAULTS, d: 5, iterations: 3 };
  const once = await fitIals(data, config);
  assert.equal((await fitIals(data, config)).items, once.items);
  assert.not.equal((await fitIals(data, { ...config, seed: 1 })).items, once.items);
  assert.is(once.config.kind, "ials");
});

test("progress runs from first to last row, and a listener that throws stops the fit", async () => {
  const data = interactions(random(50, 30, 4, 3));
  const seen: number[] = [];
  await fitIals(data, { ...IALS_DEFAULTS, d: 3, iterations: 2 }, ({ done, total }) => void seen.push(done / total));
  assert.is(seen[seen.length - 1], 1);
  assert.equal(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  let error: unknown;
  await fitIals(data, IALS_DEFAULTS, () => {
    throw new Error("stop");
  }).catch((thrown) => {
    error = thrown;
  });
  assert.is((error as Error).message, "stop");
});

test("settings out of range are refused", async () => {
  const data = interactions(random(5, 5, 2, 3));
  for (const bad of [{ d: 0 }, { d: 2.5 }, { reg: 0 }, { alpha: Number.NaN }]) {
    const error = await fitIals(data, { ...IALS_DEFAULTS, ...bad }).catch((thrown) => thrown);
    assert.instance(error, InputError);
  }
});

test.run();
