import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { openIals } from "../../lib/src/kernels/ials";
import { fitIals, IALS_DEFAULTS } from "../../lib/src/mf/ials";
import { ialsHalfSweep, ialsObjective, solveCholesky } from "../../lib/src/mf/ials-reference";
import { type Csr, csrFromPairs, transposeCsr } from "../../lib/src/records/interactions";
import { allClose, flat, oracle } from "../oracle";
import { interactions, random } from "./random-interactions";

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

for (const threads of [1, 2])
  test(`the kernel's sweep each way equals the oracle's, zeros included, ${threads} threads`, async () => {
    const known = oracle<Sweep>("ials-sweep");
    const csr = csrOf(known.interactions);
    const d = known.users[0].length;
    const solver = openIals(csr, { d, alpha: known.alpha, reg: known.reg }, threads);
    solver.setItems(Float32Array.from(flat(known.itemsBefore)));
    solver.setUsers(new Float32Array(csr.rows * d).fill(7));
    await solver.solveUsers();
    allClose(solver.users(), flat(known.users), 1e-5, "users");
    const { explained, norm } = await solver.solveItems();
    allClose(solver.items(), flat(known.items), 1e-5, "items");
    assert.equal([...solver.users().subarray(3 * d, 4 * d)], Array(d).fill(0));
    assert.equal([...solver.items().subarray(5 * d, 6 * d)], Array(d).fill(0));
    const loss = (1 + known.alpha) * csr.indices.length + known.reg * norm - explained;
    allClose([loss], [known.loss], 1e-5, "objective");
    await solver.close();
  });

test("at any width, with rows of many interactions and of none, the kernel equals the readable form", async () => {
  for (const d of [1, 2, 5, 8, 20, 33, 64]) {
    // Item 0 is taken by every user: more than are gathered at a time.
    const draw = seededRandom(d, "kernel-test");
    const pairs = Array.from({ length: 300 }, () => [draw.integer(90), 1 + draw.integer(45)]);
    for (let user = 0; user < 80; user++) pairs.push([user, 0]);
    const csr = csrFromPairs(
      95,
      50,
      pairs.map(([u]) => u),
      pairs.map(([, i]) => i),
    );
    const items = Float32Array.from({ length: csr.cols * d }, () => 0.3 * draw.normal());
    const solver = openIals(csr, { d, alpha: 40, reg: 1 }, 2);
    solver.setItems(items);
    await solver.solveUsers();
    await solver.solveItems();
    const known = { users: new Float64Array(csr.rows * d), items: Float64Array.from(items) };
    ialsHalfSweep(csr, known.items, d, 40, 1, known.users);
    ialsHalfSweep(transposeCsr(csr), known.users, d, 40, 1, known.items);
    allClose(solver.users(), known.users, 1e-4, `users at d = ${d}`);
    allClose(solver.items(), known.items, 1e-4, `items at d = ${d}`);
    await solver.close();
  }
});

test("the same bytes on 1, 2 and 4 threads, and twice", async () => {
  const data = interactions(random(3000, 700, 6, 9));
  const config = { ...IALS_DEFAULTS, iterations: 2 };
  const losses: number[][] = [];
  const fits = [];
  for (const threads of [1, 1, 2, 4]) {
    const seen: number[] = [];
    fits.push(await fitIals(data, config, ({ metrics }) => void (metrics && seen.push(metrics.loss)), threads));
    losses.push(seen);
  }
  for (const [at, { users, items }] of fits.entries()) {
    assert.equal(users, fits[0].users);
    assert.equal(items, fits[0].items);
    assert.equal(losses[at], losses[0]);
  }
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

test("a fit is its half-sweeps in turn, and the loss it reports is the objective", async () => {
  const csr = random(700, 40, 3, 5);
  const config = { ...IALS_DEFAULTS, d: 16, iterations: 2 };
  const losses: number[] = [];
  const factors = await fitIals(
    interactions(csr),
    config,
    ({ metrics }) => void (metrics && losses.push(metrics.loss)),
  );
  const draw = seededRandom(config.seed, "ials/init");
  const users = new Float64Array(700 * 16);
  const items = Float64Array.from({ length: 40 * 16 }, () => config.initScale * draw.normal());
  const known: number[] = [];
  for (let iteration = 0; iteration < 2; iteration++) {
    ialsHalfSweep(csr, items, 16, config.alpha, config.reg, users);
    ialsHalfSweep(transposeCsr(csr), users, 16, config.alpha, config.reg, items);
    known.push(ialsObjective(csr, users, items, 16, config.alpha, config.reg));
  }
  allClose(factors.users, users, 1e-3, "users");
  allClose(factors.items, items, 1e-3, "items");
  allClose(losses, known, 1e-4, "losses");
});

test("the objective without the dense matrix equals the double loop", () => {
  const csr = random(7, 5, 2, 4);
  const draw = seededRandom(6, "start");
  const [users, items] = [7, 5].map((n) => Float64Array.from({ length: n * 3 }, () => draw.normal()));
  let sum = 0;
  for (let u = 0; u < 7; u++)
    for (let i = 0; i < 5; i++) {
      const taken = csr.indices.subarray(csr.indptr[u], csr.indptr[u + 1]).includes(i);
      let score = 0;
      for (let f = 0; f < 3; f++) score += users[u * 3 + f] * items[i * 3 + f];
      sum += taken ? 41 * (1 - score) ** 2 : score ** 2;
    }
  for (const value of [...users, ...items]) sum += 0.5 * value ** 2;
  allClose([ialsObjective(csr, users, items, 3, 40, 0.5)], [sum], 1e-12);
});

test("factors that are not finite stop the sweep with the row's number, not with NaN in the result", () => {
  const csr = csrFromPairs(3, 2, [1, 2], [0, 1]);
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e200])
    assert.throws(
      () => ialsHalfSweep(csr, Float64Array.of(1, 2, bad, 1), 2, 40, 1, new Float64Array(6)),
      /row 1 \(1 interactions\): the factors .* not a finite number/,
    );
  assert.throws(
    () => ialsHalfSweep(csr, Float64Array.of(1, 1, 1, 1), 2, 40, -200, new Float64Array(6)),
    /row 1 .*raise mf\.reg/,
  );
});

test("on the kernel, too, factors that are not finite stop the sweep with the row's number", async () => {
  const csr = csrFromPairs(3, 2, [1, 2], [0, 1]);
  for (const threads of [1, 2]) {
    const solver = openIals(csr, { d: 2, alpha: 40, reg: 1 }, threads);
    solver.setItems(Float32Array.of(1, 2, Number.NaN, 1));
    const error = await solver.solveUsers().catch((thrown) => thrown);
    await solver.close();
    assert.match((error as Error).message, /row \d \(1 interactions\): the factors .* not a finite number/);
  }
  const solver = openIals(csr, { d: 2, alpha: 40, reg: -200 }, 1);
  solver.setItems(Float32Array.of(1, 1, 1, 1));
  const error = await solver.solveUsers().catch((thrown) => thrown);
  assert.match((error as Error).message, /row \d .*raise mf\.reg/);
});

test("a fit that leaves the numbers stops with iteration, half-sweep, row and what to change", async () => {
  const data = interactions(random(40, 30, 6, 3));
  for (const threads of [1, 2]) {
    const fit = fitIals(data, { ...IALS_DEFAULTS, d: 4, initScale: 1e25 }, undefined, threads);
    const error = await fit.catch((thrown) => thrown);
    assert.match(
      (error as Error).message,
      /^In iteration 1, users: iALS cannot solve row \d+ .*lower mf\.alpha or mf\.initScale/,
    );
  }
});

test("users and items without a train interaction come out of a fit as zeros, all others as numbers", async () => {
  const csr = csrFromPairs(5, 4, [0, 0, 2, 4], [0, 3, 3, 0]);
  for (const threads of [1, 2, 4]) {
    const { users, items } = await fitIals(interactions(csr), { ...IALS_DEFAULTS, d: 3 }, undefined, threads);
    for (const [rows, empty] of [
      [users, [1, 3]],
      [items, [1, 2]],
    ] as const)
      for (let row = 0; row * 3 < rows.length; row++) {
        const values = Array.from(rows.subarray(3 * row, 3 * row + 3));
        assert.ok(values.every(Number.isFinite), `row ${row}`);
        assert.is(
          values.every((value) => value === 0),
          (empty as readonly number[]).includes(row),
          `row ${row}`,
        );
      }
  }
});

test("settings out of range and an empty split are refused in a sentence that names them", async () => {
  const data = interactions(random(5, 5, 2, 3));
  const none = interactions(csrFromPairs(5, 5, [], []));
  const refused = async (given: typeof data, bad: Partial<typeof IALS_DEFAULTS>): Promise<string> => {
    const error = await fitIals(given, { ...IALS_DEFAULTS, ...bad }).catch((thrown) => thrown);
    assert.instance(error, InputError);
    return (error as Error).message;
  };
  for (const d of [0, -1, 2.5, Number.NaN]) assert.match(await refused(data, { d }), /^mf\.d is /);
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.match(await refused(data, { reg: value }), /mf\.reg is/);
    assert.match(await refused(data, { alpha: value }), /^mf\.alpha is/);
    assert.match(await refused(data, { initScale: value }), /^mf\.initScale is/);
  }
  for (const iterations of [0, 1.5]) assert.match(await refused(data, { iterations }), /^mf\.iterations is/);
  for (const tolerance of [-1e-9, 1, Number.NaN]) assert.match(await refused(data, { tolerance }), /^mf\.tolerance is/);
  assert.match(await refused(data, { seed: Number.NaN }), /seed is NaN/);
  assert.match(await refused(none, {}), /no interaction/);
});

test.run();
