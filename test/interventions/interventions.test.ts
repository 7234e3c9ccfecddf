import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { drawUsers } from "../../lib/src/data/sample-users";
import { latentsFor } from "../../lib/src/interventions/choose";
import { doseLists } from "../../lib/src/interventions/dose-lists";
import { listEffect, tagShares } from "../../lib/src/interventions/effects";
import { listsAt, type ResponseQuestion, responseCurve } from "../../lib/src/interventions/response";
import { dose, latentDial } from "../../lib/src/interventions/scale";
import type { Alignment } from "../../lib/src/metrics/alignment";
import type { Factors } from "../../lib/src/records/factors";
import { csrFromPairs } from "../../lib/src/records/interactions";
import type { SaeWeights } from "../../lib/src/records/sae-weights";
import { encode, reconstruct, reconstructScaled } from "../../lib/src/sae/encode";
import { allClose } from "../oracle";

const [d, k, items, users] = [5, 7, 60, 12];

/** Random weights and factors, half of the items tagged. */
function world(): { weights: SaeWeights; factors: Factors; question: ResponseQuestion } {
  const random = seededRandom(6, "world");
  const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
  const weights: SaeWeights = {
    architecture: "msae",
    d,
    k,
    W: normals(k * d),
    bPre: normals(d),
    bLat: normals(k),
    prefixes: [3, 7],
    config: {},
  };
  const ids = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, at) => `${prefix}${at}`);
  const factors: Factors = {
    d,
    users: normals(users * d),
    items: normals(items * d),
    userIds: ids("u", users),
    itemIds: ids("i", items),
    config: { kind: "test" },
  };
  const train = csrFromPairs(users, items, [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]);
  const tags = Array.from({ length: items }, (_, at) => (at % 3 === 0 ? "women" : at % 3 === 1 ? "men" : "neutral"));
  const question = {
    weights,
    factors,
    train,
    axis: { sides: ["women", "men"], tags },
    latents: [2],
    alphas: [0, 1, 2],
    users: [0, 1, 2, 3],
    k: 10,
    controls: 0,
    seed: 1,
  };
  return { weights, factors, question };
}

test("α = 1 is the reconstruction exactly, and so is every α with no latent", () => {
  const { weights, factors } = world();
  const rebuilt = reconstruct(weights, factors.items);
  assert.equal(dose(latentDial(weights, factors, [0, 2]), factors, 1).items, rebuilt);
  for (const alpha of [0, 2, 16]) assert.equal(dose(latentDial(weights, factors, []), factors, alpha).items, rebuilt);
});

test("a dose equals scaling the latents and decoding, for every α", () => {
  const { weights, factors } = world();
  const dial = latentDial(weights, factors, [1, 4]);
  for (const alpha of [-1, 0, 0.5, 3]) {
    const scale = Float32Array.from({ length: k }, (_, latent) => (latent === 1 || latent === 4 ? alpha : 1));
    allClose(dose(dial, factors, alpha).items, reconstructScaled(weights, factors.items, scale), 1e-5, `α = ${alpha}`);
  }
});

test("a latent that no item activates moves nothing", () => {
  const { weights, factors } = world();
  const dead = { ...weights, bLat: weights.bLat!.map((value, latent) => (latent === 3 ? -1e6 : value)) };
  assert.ok(encode(dead, factors.items).every((value, at) => at % k !== 3 || value === 0));
  assert.is(latentDial(dead, factors, [3]).size, 0);
});

test("shares, overlap and rank shift equal a case worked by hand", () => {
  const tags = ["women", "men", "neutral", "women"];
  const axis = { sides: ["women", "men"], tags };
  assert.equal(tagShares([0, 3, 1, 2], axis), { women: 0.5, men: 0.25, neutral: 0.25 });
  const longer = { ...axis, tags: [...tags, ...Array(6).fill("neutral")] };
  const { overlap, rankShift } = listEffect([3, 0, 9, 8], [0, 1, 2, 3], longer);
  assert.is(overlap, 0.5);
  assert.is(rankShift, (1 + 3) / 2);
  assert.ok(Number.isNaN(listEffect([1], [0], axis).rankShift));
  assert.throws(() => listEffect([1, 2], [1], axis), /same K/);
});

test("at α = 1 nothing changes; elsewhere the means are those of plain recounts", async () => {
  const { weights, factors, question } = world();
  const { points } = await responseCurve(question, [0, 1, 2, 3, 4, 5, 6]);
  const one = points[1];
  assert.equal([one.overlap, one.rankShift, one.change.women.mean, one.change.women.low], [1, 0, 0, 0]);
  const dial = latentDial(weights, factors, [2]);
  const [base, doubled] = [listsAt(question, dial, 1), listsAt(question, dial, 2)];
  const share = (lists: Int32Array[]): number =>
    lists.reduce((sum, list) => sum + tagShares(list, question.axis).women, 0) / lists.length;
  allClose([points[2].change.women.mean], [share(doubled) - share(base)], 1e-12);
  assert.ok(Math.abs(Object.values(points[2].shares).reduce((sum, share) => sum + share) - 1) < 1e-12);
  for (const [at, list] of base.entries()) assert.not.ok(list.includes(at), "a train item is on the list");
});

test("shares are of the items that count alone, those of the latents and those of their controls", async () => {
  const { weights, factors, question } = world();
  const counted = Uint8Array.from({ length: items }, (_, at) => Number(at % 2 === 0));
  const asked = { ...question, counted, alphas: [3], controls: 1 };
  const { points, controls } = await responseCurve(asked, [0, 1, 2, 3, 4, 5, 6]);
  const share = (lists: Int32Array[]): number =>
    lists.reduce((sum, list) => {
      const own = list.filter((item) => item % 2 === 0);
      return sum + own.filter((item) => question.axis.tags[item] === "women").length / own.length / lists.length;
    }, 0);
  const [dial, control] = [latentDial(weights, factors, [2]), latentDial(weights, factors, controls[0])];
  const before = share(listsAt(question, dial, 1));
  allClose(
    [points[0].shares.women, points[0].change.women.mean + before],
    Array(2).fill(share(listsAt(question, dial, 3))),
    1e-12,
  );
  const moved = share(listsAt(question, control, 1 + (2 * dial.size) / control.size)) - before;
  allClose([points[0].control!.women.median], [moved], 1e-12);
  assert.equal(tagShares([1, 3], question.axis, counted), { women: 0, men: 0, neutral: 0 });
});

test("controls have as many live latents, none of the set, and move the items as far", async () => {
  const { weights, factors, question } = world();
  const { controls, points } = await responseCurve({ ...question, controls: 5 }, [0, 1, 2, 3, 5]);
  assert.is(controls.length, 5);
  for (const set of controls) {
    assert.is(set.length, 1);
    assert.ok(![2, 4, 6].includes(set[0]));
  }
  assert.equal(points[1].control!.women, { low: 0, median: 0, high: 0 });
  const [dial, control] = [latentDial(weights, factors, [2]), latentDial(weights, factors, controls[0])];
  const moved = dose(control, factors, 1 + dial.size / control.size).items.map(
    (value, at) => value - control.rebuilt[at],
  );
  let sum = 0;
  for (let row = 0; row < items; row++) sum += Math.hypot(...moved.subarray(row * d, (row + 1) * d));
  allClose([sum / items], [dial.size], 1e-4);
});

test("lists and sizes at any dose of any set are those of items that were rebuilt for it", async () => {
  const { weights, factors, question } = world();
  const lists = await doseLists(weights, factors, question.train);
  const sets = [[2], [0, 4, 5], []];
  const alphas = [-1, 0, 1, 2, 8];
  for (const [set, latents] of sets.entries()) {
    const dial = latentDial(weights, factors, latents);
    allClose([lists.size(latents)], [dial.size], 1e-5, `size of [${latents}]`);
    for (const [at, alpha] of alphas.entries()) {
      const plain = listsAt(question, dial, alpha);
      for (let user = 0; user < question.users.length; user++) {
        const found = lists.of(user, question.k, sets, [alphas, alphas, alphas])[set][at];
        assert.equal(found, plain[user], `user ${user} at α = ${alpha} of [${latents}]`);
      }
    }
  }
});

test("one p for a curve: changes in standard deviations of their dose, recounted from plain lists", async () => {
  const { weights, factors, question } = world();
  const asked = { ...question, latents: [2, 3], alphas: [0.5, 1, 3, 9], controls: 25, users: [0, 1, 2, 3, 6, 7] };
  const { p, controls, alphasTested } = await responseCurve(asked, [0, 1, 2, 3, 4, 5, 6]);
  const dial = latentDial(weights, factors, asked.latents);
  const share = (lists: Int32Array[]): number =>
    lists.reduce((sum, list) => sum + tagShares(list, question.axis).men, 0) / lists.length;
  const before = share(listsAt(asked, dial, 1));
  const changes = [asked.latents, ...controls].map((latents) => {
    const own = latentDial(weights, factors, latents);
    return alphasTested.map((alpha) => share(listsAt(asked, own, 1 + ((alpha - 1) * dial.size) / own.size)) - before);
  });
  const deviation = alphasTested.map((_, dosed) => {
    const values = changes.map((own) => own[dosed]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  });
  const largest = changes.map((own) =>
    Math.max(...own.map((value, dosed) => (deviation[dosed] > 1e-9 ? Math.abs(value) / deviation[dosed] : 0))),
  );
  const above = largest.slice(1).filter((value) => value >= largest[0] - 1e-9).length;
  assert.ok(above > 0 && above < 25, `${above} of 25 says nothing about the count`);
  allClose([p!.men], [(1 + above) / 26], 1e-12);
  assert.is((await responseCurve({ ...asked, controls: 18 }, [0, 1, 2, 3, 4, 5, 6])).p, undefined);
});

test("what cannot be asked is refused, one sentence each", async () => {
  const { question } = world();
  const all = [0, 1, 2, 3, 4, 5, 6];
  const cases: [Partial<ResponseQuestion>, RegExp][] = [
    [{ latents: [] }, /set of latents is empty/],
    [{ latents: [7] }, /no latent 7.*0 to 6/],
    [{ latents: [1, 1] }, /twice/],
    [{ alphas: [Number.NaN] }, /α is NaN/],
    [{ alphas: [] }, /No dose/],
    [{ k: 61 }, /K is 61.*60 items/],
    [{ axis: { ...question.axis, tags: question.axis.tags.map(() => "neutral") } }, /No item is on a side/],
    [{ axis: { ...question.axis, tags: question.axis.tags.slice(1) } }, /59 tags for 60 items/],
    [{ counted: new Uint8Array(59) }, /59 marks of what counts for 60 items/],
    [{ users: [] }, /No user/],
    [{ latents: [0, 1, 2, 3], controls: 2 }, /Only 3 live latents/],
  ];
  for (const [change, says] of cases) {
    const error = await responseCurve({ ...question, ...change }, all).catch((thrown) => thrown);
    assert.instance(error, InputError, String(says));
    assert.match((error as Error).message, says);
  }
});

test("users are drawn among those with a train item, the same for the same seed", () => {
  const { question } = world();
  const drawn = drawUsers(question.train, 4, 42);
  assert.is(new Set(drawn).size, 4);
  assert.ok(drawn.every((row) => row < 6));
  assert.equal(drawUsers(question.train, 4, 42), drawn);
  assert.is(drawUsers(question.train, 100, 42).length, 6);
});

test("latents are chosen by half A alone, and the best stays whatever its value", () => {
  const matrix = {
    latents: [0, 3, 5],
    categories: ["Women", "Men"],
    napA: Float64Array.of(0.1, 0, 0.4, 0.02, 0.01, 0.01),
    napB: Float64Array.of(0.9, 0, 0.1, 0, 0, 0),
  };
  const alignment = { matrix } as unknown as Alignment;
  assert.equal(
    latentsFor(alignment, "Women").map(({ latent, napB }) => [latent, napB]),
    [
      [3, 0.1],
      [0, 0.9],
    ],
  );
  assert.equal(
    latentsFor(alignment, "Men").map(({ latent }) => latent),
    [3],
  );
  assert.throws(() => latentsFor(alignment, "Hats"), /"Hats" was not tested/);
});

test.run();
