import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { drawControls } from "../../lib/src/interventions/controls";
import { omnibus } from "../../lib/src/interventions/omnibus";
import { allClose } from "../oracle";

test("a strong dose that moves every set does not rule: an effect at a weak dose is found", () => {
  const random = seededRandom(1, "omnibus");
  const controls = [0.01, 1].map((scale) => Float64Array.from({ length: 99 }, () => scale * random.normal()));
  // Five standard deviations of the first dose, and nothing at the second.
  assert.is(omnibus([0.05, 0], controls), 0.01);
  // In raw changes the same effect is below nearly every control's largest.
  const raw = controls[1].filter((value) => Math.abs(value) >= 0.05).length;
  assert.ok(raw > 80);
  assert.is(omnibus([0.05, 0], controls, [1]), 1);
});

test("where no tested dose has a deviation there is no p: nothing was asked", () => {
  assert.is(omnibus([0, 0], [new Float64Array(19), new Float64Array(19)]), undefined);
  assert.is(omnibus([0.9, 0.9], [new Float64Array(19).fill(0.1), new Float64Array(19)], []), undefined);
});

test("a set that moves nothing is drawn again; where none moves anything, no dose but 1 is matched", async () => {
  const alive = Array.from({ length: 20 }, (_, at) => at);
  const question = { latents: [19], alphas: [0.5, 1, 2], controls: 30, seed: 1 };
  const some = await drawControls(question, alive, ([latent]) => (latent < 9 ? 0 : 1));
  assert.ok(some.sets.every(([latent]) => latent >= 9) && some.redrawn > 5);
  assert.equal([...some.matched], [1, 1, 1]);
  const none = await drawControls(question, alive, ([latent]) => (latent < 19 ? 0 : 1));
  assert.equal([...none.matched], [0, 1, 0]);
});

test("among exchangeable sets p is exact: each rank of ours comes equally often", () => {
  const random = seededRandom(2, "omnibus-null");
  const [runs, count] = [4000, 19];
  const seen = new Array<number>(count + 1).fill(0);
  for (let run = 0; run < runs; run++) {
    const sets = Array.from({ length: count + 1 }, () => [0.1, 1, 7].map((scale) => scale * random.normal() ** 3));
    const controls = [0, 1, 2].map((dose) => Float64Array.from(sets.slice(1), (changes) => changes[dose]));
    seen[Math.round((omnibus(sets[0], controls) as number) * (count + 1)) - 1]++;
  }
  const expected = runs / (count + 1);
  const chiSquare = seen.reduce((sum, times) => sum + (times - expected) ** 2 / expected, 0);
  // 99.9 % of chi-square with 19 degrees of freedom lies below 43.9.
  assert.ok(chiSquare < 43.9, `${seen}: ${chiSquare}`);
});

test("no control's dose is below 0: such a set is drawn again, and counted", async () => {
  const size = (latents: readonly number[]): number => latents.reduce((sum, latent) => sum + latent, 0);
  const alive = Array.from({ length: 30 }, (_, at) => at + 1);
  const question = { latents: [14, 16], alphas: [0, 0.5, 1, 4], controls: 60, seed: 3 };
  const { sets, doses, redrawn, matched } = await drawControls(question, alive, size);
  assert.ok(redrawn > 10 && redrawn < 60, `${redrawn} drawn again`);
  assert.equal([...matched], [1, 1, 1, 1]);
  assert.is(sets.length, 60);
  for (const [at, set] of sets.entries()) {
    assert.ok(set.every((latent) => !question.latents.includes(latent)) && size(set) >= 30);
    question.alphas.forEach((alpha, index) => {
      assert.ok(doses[at][index] >= 0);
      allClose([Math.abs(doses[at][index] - 1) * size(set)], [Math.abs(alpha - 1) * 30], 1e-9);
    });
  }
  assert.equal((await drawControls(question, alive, size)).sets, sets);
});

test("where no draw moves the items as far, controls stop at 0 and that dose is in no p; a negative α is followed", async () => {
  const size = (latents: readonly number[]): number => (latents.includes(0) ? 3 : 1);
  const question = { latents: [0], alphas: [0, 0.5, 0.9, 2], controls: 5, seed: 3 };
  const { doses, redrawn, matched } = await drawControls(question, [0, 1, 2, 3], size);
  assert.equal([...matched], [0, 0, 1, 1]);
  assert.is(redrawn, 5);
  for (const own of doses) allClose(own, [0, 0, 0.7, 4], 1e-12);
  const negative = await drawControls({ ...question, alphas: [-1] }, [0, 1, 2, 3], size);
  assert.equal([...negative.matched], [1]);
  allClose(negative.doses[0], [-5], 1e-12);
  assert.is(negative.redrawn, 0);
});

test.run();
