import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Distance } from "../../lib/src/metrics/distance";
import { answerOf, scoreWord, weakAnswer, wordOf } from "../../lib/src/metrics/verdict";

/** A distance with this interval; its margin is that of an interval two spreads wide. */
const at = (low: number, high: number, more: Partial<Distance> = {}): Distance => ({
  ...{ ours: 1, null: 0, difference: (low + high) / 2, interval: [low, high], runs: 3 },
  ...{ margin: (low + high) / (high - low), ...more },
});
const unknown: Distance = { ours: 1, null: 0, difference: 1, runs: 1 };

test("one null's word is that of the whole interval", () => {
  assert.is(wordOf(at(0.1, 0.3)), "yes");
  assert.is(wordOf(at(-0.3, -0.1)), "no");
  assert.is(wordOf(at(-0.1, 0.3)), "too close to call");
  assert.is(wordOf(at(0, 0.3)), "too close to call");
  assert.is(wordOf(unknown), "too close to call");
});

test("yes needs every null, no is one's, and the answer hangs on the null with the least margin", () => {
  const needed = ["a", "b"];
  const yes = answerOf({ a: at(1, 2), b: at(0.1, 0.9, { p: 0.05 }) }, needed);
  assert.equal([yes.answer, yes.decidedBy, yes.p], ["yes", "b", 0.05]);
  assert.ok(Math.abs((yes.margin as number) - 1.25) < 1e-12);
  const close = answerOf({ a: at(1, 2), b: at(-0.1, 0.9) }, needed);
  assert.equal([close.answer, close.decidedBy], ["too close to call", "b"]);
  const no = answerOf({ a: at(-2, -1), b: at(-0.1, 0.9), c: at(1, 2) }, needed);
  assert.equal([no.answer, no.decidedBy], ["no", "a"]);
  assert.equal(answerOf({ a: unknown, b: at(1, 2) }, needed).answer, "too close to call");
  // A null without an interval does not take a no upon itself that another said.
  const other = answerOf({ a: at(-2, -1), b: unknown }, needed);
  assert.equal([other.answer, other.decidedBy], ["no", "a"]);
});

test("without a needed null a question is undecided, unless another says no", () => {
  const lacking = answerOf({ a: at(1, 2) }, ["a", "b"]);
  assert.equal([lacking.answer, lacking.lacks, lacking.decidedBy], ["undecided", ["b"], undefined]);
  assert.equal(answerOf({ a: at(-2, -1) }, ["a", "b"]).answer, "no");
  assert.equal(answerOf({}, []).answer, "undecided");
});

test("what stands beside decides nothing", () => {
  const answer = answerOf({ a: at(1, 2) }, ["a"], { beside: at(-2, -1) });
  assert.is(answer.answer, "yes");
  assert.equal(
    Object.entries(answer.against).map(([name, { counts }]) => [name, counts]),
    [
      ["a", true],
      ["beside", false],
    ],
  );
});

test("the score's word follows the answer: noise, spectrum, untrained, structure, undecided", () => {
  const [above, close, below] = [at(1, 2), at(-1, 2), at(-2, -1)];
  const word = (noise: Distance[], data: Distance[], untrained = above): string => {
    const named = Object.fromEntries([...noise, ...data].map((one, n) => [`null ${n}`, one]));
    return scoreWord(answerOf({ ...named, untrained }, data.length > 0 ? [] : ["rewired"]), noise, data);
  };
  assert.is(word([above, close], [above]), "noise");
  assert.is(word([below], []), "noise");
  assert.is(word([above], []), "undecided");
  assert.is(word([], [above]), "structure");
  assert.is(word([above], [close]), "spectrum");
  assert.is(word([above], [below]), "spectrum");
  assert.is(word([above], [unknown]), "undecided");
  assert.is(word([above], [above]), "structure");
  assert.is(word([above], [above], below), "untrained");
  assert.is(word([above], [above], close), "untrained");
});

test("no answer is given on weak factors; the distances stay", () => {
  const weak = weakAnswer(answerOf({ a: at(1, 2) }, ["a"]));
  assert.equal(Object.keys(weak), ["answer", "against"]);
  assert.is(weak.answer, "factors too weak");
  assert.ok("a" in weak.against);
});

test.run();
