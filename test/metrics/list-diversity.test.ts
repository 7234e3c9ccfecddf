import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { listDiversity } from "../../lib/src/metrics/list-diversity";
import { allClose } from "../oracle";

/** The definition, pair by pair. */
function plain(lists: readonly (readonly number[])[]): number {
  let [shared, pairs] = [0, 0];
  for (const [a, one] of lists.entries())
    for (const [b, other] of lists.entries()) {
      if (a === b) continue;
      shared += one.filter((item) => other.includes(item)).length / one.length;
      pairs++;
    }
  return shared / pairs;
}

function randomLists(users: number, k: number, items: number): number[][] {
  const random = seededRandom(3, "lists");
  return Array.from({ length: users }, () =>
    random.shuffle(Array.from({ length: items }, (_, item) => item)).slice(0, k),
  );
}

test("the overlap equals the mean over pairs, and every item is counted once", () => {
  const lists = randomLists(12, 4, 15);
  const { overlap, distinct, users, k } = listDiversity(lists, { seed: 1 });
  allClose([overlap], [plain(lists)], 1e-12);
  assert.equal([distinct, users, k], [new Set(lists.flat()).size, 12, 4]);
});

test("the same list for everyone overlaps wholly, lists without a shared item not at all", () => {
  const same = listDiversity(
    [
      [1, 2],
      [2, 1],
      [1, 2],
    ],
    { seed: 1 },
  );
  assert.equal([same.overlap, same.low, same.high, same.distinct], [1, 1, 1, 2]);
  assert.is(
    listDiversity(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      { seed: 1 },
    ).overlap,
    0,
  );
});

test("the interval is as wide as the overlap's spread over other draws of users", () => {
  // Users of two kinds: how many of each are drawn is what moves the overlap.
  const random = seededRandom(5, "kinds");
  const draw = (): number[][] =>
    Array.from({ length: 60 }, () =>
      random.uniform() < 0.3 ? [0, 1] : [2 + random.integer(20), 30 + random.integer(20)],
    );
  const overlaps = Array.from({ length: 400 }, () => plain(draw())).sort((a, b) => a - b);
  const { low, high } = listDiversity(draw(), { seed: 2 });
  const ratio = (high - low) / (overlaps[389] - overlaps[10]);
  assert.ok(ratio > 0.6 && ratio < 1.6, `ratio ${ratio}`);
});

test("a single list, and lists of different lengths, are refused", () => {
  assert.throws(
    () => listDiversity([[1]], { seed: 1 }),
    (error: unknown) => error instanceof InputError,
  );
  assert.throws(() => listDiversity([[1, 2], [1]], { seed: 1 }), /same K/);
});

test.run();
