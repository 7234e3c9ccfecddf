import { test } from "uvu";
import * as assert from "uvu/assert";
import { Pace } from "../../lib/src/kernels/pace";

/** Calls of a pace on a machine where a step takes `milliseconds(threads)`: threads and steps of each. */
function calls(pace: Pace, n: number, milliseconds: (threads: number) => number): { threads: number; steps: number }[] {
  return Array.from({ length: n }, () => {
    const next = pace.next();
    pace.took(next.steps * milliseconds(next.threads), next.steps);
    return next;
  });
}

test("all threads and one take turns in trials, and the faster is kept", () => {
  for (const faster of [1, 4]) {
    const made = calls(new Pace(4, 256), 30, (threads) => (threads === faster ? 0.5 : 1));
    assert.equal(
      made.slice(0, 8).map(({ threads }) => threads),
      [4, 1, 4, 1, 4, 1, 4, 1],
    );
    assert.ok(made.slice(8).every(({ threads }) => threads === faster));
  }
});

test("a single slow call, as other work makes it, changes nothing", () => {
  const pace = new Pace(2, 256);
  let n = 0;
  const made = calls(pace, 45, (threads) => (n++ % 7 === 6 ? 5 : threads === 2 ? 0.5 : 0.8));
  assert.ok(made.slice(8).every(({ threads }) => threads === 2));
});

test("threads that gain little are not taken, since they lose more when others need the cores", () => {
  const made = calls(new Pace(2, 256), 40, (threads) => (threads === 2 ? 0.18 : 0.2));
  assert.ok(made.slice(8).every(({ threads }) => threads === 1));
});

test("when the machine changes, so does the choice, within a few looks", () => {
  const pace = new Pace(2, 256);
  assert.is(calls(pace, 40, (threads) => (threads === 1 ? 0.5 : 1)).pop()?.threads, 1);
  assert.is(calls(pace, 60, (threads) => (threads === 1 ? 0.5 : 0.25)).pop()?.threads, 2);
});

test("calls grow to some 40 ms, and to no more steps than there is room for", () => {
  assert.is(calls(new Pace(1, 256), 12, () => 1).pop()?.steps, 40);
  assert.is(calls(new Pace(1, 256), 12, () => 0.01).pop()?.steps, 256);
  assert.is(calls(new Pace(1, 256), 3, () => 2000).pop()?.steps, 1);
});

test("a look at the other number costs a few short calls", () => {
  const made = calls(new Pace(2, 256), 200, (threads) => (threads === 1 ? 0.2 : 0.6));
  const looks = made.slice(8).filter(({ threads }) => threads === 2);
  assert.ok(looks.length > 0 && looks.length <= 12, `${looks.length} looks`);
  const [steps, all] = [looks, made].map((some) => some.reduce((sum, call) => sum + call.steps, 0));
  assert.ok(steps < all / 50, `${steps} of ${all} steps`);
});

test.run();
