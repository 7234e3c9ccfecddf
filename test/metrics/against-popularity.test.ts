import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { againstPopularity, popularitySentences } from "../../lib/src/metrics/against-popularity";
import { allClose } from "../oracle";

/** A ranking of n users with these NDCGs. */
const ranking = (ndcg: readonly number[], first = 0) => ({
  perUser: {
    rows: Int32Array.from(ndcg, (_, at) => first + at),
    ndcgAt10: Float32Array.from(ndcg),
    recallAt20: new Float32Array(ndcg.length),
  },
});
const users = 400;
/** Users of whom some are easy for everyone: the two sides are strongly correlated. */
const easy = (() => {
  const random = seededRandom(5, "users");
  return Array.from({ length: users }, () => random.uniform());
})();

test("the difference is the mean over users, and its interval that of a plain paired bootstrap", async () => {
  const random = seededRandom(6, "lead");
  const ours = easy.map((value) => value * 0.5 + 0.02 * random.normal() + 0.01);
  const theirs = easy.map((value) => value * 0.5);
  const { ndcgAt10, weak } = await againstPopularity(ranking(ours), ranking(theirs), { seed: 3 });
  const gains = ours.map((value, at) => Math.fround(value) - Math.fround(theirs[at]));
  const draws = seededRandom(99, "another stream");
  const means = Array.from({ length: 4000 }, () => {
    let sum = 0;
    for (let at = 0; at < users; at++) sum += gains[draws.integer(users)];
    return sum / users;
  }).sort((a, b) => a - b);
  allClose([ndcgAt10.mean], [gains.reduce((sum, gain) => sum + gain, 0) / users], 1e-9);
  // Two bootstraps of the same sample: their ends agree to a small share of the interval's width (0.004).
  assert.ok(Math.abs(ndcgAt10.low - means[100]) < 4e-4 && Math.abs(ndcgAt10.high - means[3899]) < 4e-4);
  assert.is(weak, false, "unpaired intervals would overlap by far");
});

test("factors are weak unless the whole interval lies above 0: equal, below, and above by luck", async () => {
  const weak = async (ours: readonly number[]): Promise<boolean> =>
    (await againstPopularity(ranking(ours), ranking(easy), { seed: 1 })).weak;
  assert.is(await weak(easy), true, "the same ranking");
  assert.is(await weak(easy.map((value) => value - 0.01)), true, "below");
  assert.is(await weak(easy.map((value, at) => value + (at === 7 ? 1 : 0))), true, "above through one user");
  assert.is(await weak(easy.map((value) => value + 0.01)), false, "above");
});

test("weak factors are said to be, loudly, with the interval", async () => {
  const said = async (ours: readonly number[]): Promise<string> =>
    popularitySentences(await againstPopularity(ranking(ours), ranking(easy), { seed: 1 })).join(" ");
  assert.match(await said(easy.map((value) => value - 0.25)), /^FACTORS TOO WEAK: .*−0\.2500 \(−0\.2500 to −0\.2500\)/);
  assert.match(await said(easy.map((value) => value + 0.25)), /^The factors beat popularity\. .*\+0\.2500/);
});

test("rankings of other users are not paired", async () => {
  for (const other of [ranking(easy, 1), ranking(easy.slice(1))]) {
    const error = await againstPopularity(ranking(easy), other, { seed: 1 }).catch((thrown) => thrown);
    assert.match(String(error), /different users/);
  }
});

test.run();
