import { test } from "uvu";
import * as assert from "uvu/assert";
import { Pace } from "../../lib/src/sae/fused-pace";

/** Calls of a pace on a machine where a step takes `milliseconds(threads)`: threads and steps of each. */
function calls(pace: Pace, n: number, milliseconds: (threads: number) => number): { threads: number; steps: number }[] {
  return Array.from({ length: n }, () => {
    const next = pace.next();
    pace.took(next.steps * milliseconds(next.threads), next.steps);
    return next;
  });
}

test("all threads and one are tried, and the faster is kept", () => {
  for (const faster of [1, 4]) {
    const made = calls(new Pace(4, 256), 30, (threads) => (threads === faster ? 0.5 : 1));
    assert.equal([...new Set(made.slice(0, 6).map(({ threads }) => threads))], [4, 1]);
    assert.ok(made.slice(6).every(({ threads }) => threads === faster));
  }
});

test("when the machine changes, so does the choice, within a few looks", () => {
  const pace = new Pace(2, 256);
  assert.is(calls(pace, 40, (threads) => (threads === 1 ? 0.5 : 1)).pop()?.threads, 1);
  assert.is(calls(pace, 100, (threads) => (threads === 1 ? 0.5 : 0.25)).pop()?.threads, 2);
});

test("calls grow to some 40 ms, and to no more steps than there is room for", () => {
  assert.is(calls(new Pace(1, 256), 12, () => 1).pop()?.steps, 40);
  assert.is(calls(new Pace(1, 256), 12, () => 0.01).pop()?.steps, 256);
  assert.is(calls(new Pace(1, 256), 3, () => 2000).pop()?.steps, 1);
});

test.run();
