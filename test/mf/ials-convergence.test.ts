import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawnItems, fitIals, hasConverged, IALS_DEFAULTS } from "../../lib/src/mf/ials";
import { ialsHalfSweep, ialsObjective } from "../../lib/src/mf/ials-reference";
import { transposeCsr } from "../../lib/src/records/interactions";
import { allClose } from "../oracle";
import { interactions, random } from "./random-interactions";

test("the history of a fit is the objective of plain loops after each sweep, and it ends where that has converged", async () => {
  const csr = random(500, 60, 5, 11);
  const tolerance = 2e-3;
  const config = { ...IALS_DEFAULTS, d: 8, alpha: 10, reg: 5, tolerance };
  const { fit } = await fitIals(interactions(csr), config);
  const items = Float64Array.from(drawnItems(60, config));
  const users = new Float64Array(500 * 8);
  const zeros = ialsObjective(csr, users, new Float64Array(60 * 8), 8, 10, 5);
  const known: number[] = [];
  // Plain loops know nothing of the rule but its words: by how much a sweep lowered, of all that was lowered since zeros.
  for (let lowered = Number.POSITIVE_INFINITY; lowered >= tolerance; ) {
    ialsHalfSweep(csr, items, 8, 10, 5, users);
    ialsHalfSweep(transposeCsr(csr), users, 8, 10, 5, items);
    known.push(ialsObjective(csr, users, items, 8, 10, 5));
    const [before, after] = known.slice(-2);
    if (known.length > 1) lowered = (before - after) / (zeros - after);
  }
  allClose([fit.objectiveOfZeros], [zeros], 1e-12);
  assert.is(fit.objective.length, known.length);
  assert.ok(known.length > 5 && known.length < IALS_DEFAULTS.iterations, `${known.length} sweeps`);
  allClose(fit.objective, known, 1e-5, "objective by sweep");
  assert.is(fit.converged, true);
  assert.equal(
    fit.objective,
    [...fit.objective].sort((a, b) => b - a),
    "no sweep raises it",
  );
});

test("a fit that the cap ends says that it has not converged; tolerance 0 never ends one; a tighter one goes on for longer", async () => {
  const data = interactions(random(500, 60, 5, 11));
  const config = { ...IALS_DEFAULTS, d: 8, alpha: 10, reg: 5 };
  const capped = await fitIals(data, { ...config, iterations: 3 });
  assert.equal([capped.fit.converged, capped.fit.objective.length], [false, 3]);
  const fixed = await fitIals(data, { ...config, iterations: 40, tolerance: 0 });
  assert.equal([fixed.fit.converged, fixed.fit.objective.length], [false, 40]);
  const sweeps = [];
  for (const tolerance of [1e-2, 1e-3, 1e-4])
    sweeps.push((await fitIals(data, { ...config, tolerance })).fit.objective.length);
  assert.ok(sweeps[0] < sweeps[1] && sweeps[1] < sweeps[2], sweeps.join(" "));
});

test("a penalty that leaves nothing ends the fit at once, and so does a rise by rounding", async () => {
  const nothing = await fitIals(interactions(random(50, 30, 4, 3)), { ...IALS_DEFAULTS, d: 3, alpha: 1, reg: 1e6 });
  assert.ok(nothing.fit.converged && nothing.fit.objective.length < 10, `${nothing.fit.objective.length} sweeps`);
  assert.is(hasConverged({ objective: [10, 10.000001], objectiveOfZeros: 20 }, 1e-4), true);
  assert.is(hasConverged({ objective: [10, 9], objectiveOfZeros: 20 }, 1e-4), false);
  assert.is(hasConverged({ objective: [9], objectiveOfZeros: 20 }, 1e-4), false);
});

test("a rise above rounding, or no number, is no convergence", () => {
  assert.is(hasConverged({ objective: [10, 10.1], objectiveOfZeros: 20 }, 1e-4), false);
  assert.is(hasConverged({ objective: [10, Number.NaN], objectiveOfZeros: 20 }, 1e-4), false);
  assert.is(hasConverged({ objective: [Number.NaN, 10], objectiveOfZeros: 20 }, 1e-4), false);
});

test("a fit that goes on from another's items is one fit of all their sweeps, byte for byte", async () => {
  const data = interactions(random(300, 80, 6, 9));
  const config = { ...IALS_DEFAULTS, d: 7, tolerance: 0 };
  const whole = await fitIals(data, { ...config, iterations: 5 });
  const half = await fitIals(data, { ...config, iterations: 2 });
  const rest = await fitIals(data, { ...config, iterations: 3 }, undefined, undefined, half.items);
  assert.equal(rest.items, whole.items);
  assert.equal(rest.users, whole.users);
  assert.equal([...half.fit.objective, ...rest.fit.objective], whole.fit.objective);
});

test("as many sweeps to convergence, and the same history, on 1, 2 and 4 threads", async () => {
  const data = interactions(random(3000, 700, 6, 9));
  const fits = [];
  for (const threads of [1, 2, 4])
    fits.push((await fitIals(data, { ...IALS_DEFAULTS, tolerance: 1e-2 }, undefined, threads)).fit);
  assert.ok(fits[0].converged);
  for (const fit of fits) assert.equal(fit, fits[0]);
});

test.run();
