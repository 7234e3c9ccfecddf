import { test } from "uvu";
import * as assert from "uvu/assert";
import { engineSpeeds, type Measurement } from "../../lib/src/lab/engine-speeds";

/** A clock that only measurements move, and measurements that take what they are told. */
function world(): { now: () => number; taking: (engine: string, ms: number) => Measurement; budgets: number[] } {
  let time = 0;
  const budgets: number[] = [];
  return {
    now: () => time,
    budgets,
    taking: (engine, ms) => ({
      ...{ engine, shape: "s" },
      measure: async (budget) => {
        budgets.push(budget);
        time += ms;
        return ms;
      },
    }),
  };
}

test("each measurement gets its share of the time that is left", async () => {
  const { now, taking, budgets } = world();
  const { milliseconds, left } = await engineSpeeds([taking("a", 100), taking("b", 100), taking("c", 10)], 900, now);
  assert.equal(budgets, [300, 400, 700]);
  assert.equal(milliseconds, { a: { s: 100 }, b: { s: 100 }, c: { s: 10 } });
  assert.equal(left, []);
});

test("on a slow machine none begins once the time is up, and those left are named", async () => {
  const { now, taking } = world();
  const slow = [taking("a", 600), taking("b", 600), taking("c", 600), taking("d", 600)];
  const { milliseconds, left } = await engineSpeeds(slow, 1000, now);
  assert.equal(Object.keys(milliseconds), ["a", "b"]);
  assert.equal(left, [
    { engine: "c", shape: "s" },
    { engine: "d", shape: "s" },
  ]);
  assert.is(now(), 1200);
});

test("an engine that does not work is tried once and left out", async () => {
  const { now, taking } = world();
  let tried = 0;
  const broken: Measurement = {
    ...{ engine: "x", shape: "s" },
    measure: async () => {
      tried++;
      throw new Error("not built");
    },
  };
  const { milliseconds, left } = await engineSpeeds([broken, broken, taking("a", 1)], 1000, now);
  assert.equal([tried, milliseconds, left], [1, { a: { s: 1 } }, []]);
});

test.run();
