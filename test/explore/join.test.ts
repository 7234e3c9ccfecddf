import { test } from "uvu";
import * as assert from "uvu/assert";
import { joinRuns } from "../../lib/src/explore/join";
import { nearestByItems } from "../../lib/src/explore/nearest";
import { plainWeights } from "../stages/tiny";
import { measuredSides, twoSidesInput } from "./made-up";

const space = { itemIds: ["a", "b"], factors: Float32Array.of(1, 2, 3, 4) };
const other = { itemIds: ["a", "b"], factors: Float32Array.of(4, 3, 2, 1) };

test("the same autoencoder is joined by number", async () => {
  const run = { ...(await measuredSides()), space };
  const { join, matches } = await joinRuns(run, run);
  assert.is(join.by, "index");
  assert.equal(matches, [
    [0, 1],
    [1, 1],
    [2, 1],
  ]);
});

test("another autoencoder of the same factors is joined by decoder, beside what random directions give", async () => {
  const run = { ...(await measuredSides()), space };
  const turned = plainWeights([
    [0, 2],
    [1, 0],
  ]);
  const { join, matches } = await joinRuns(run, { ...run, input: { ...run.input, weights: turned } });
  assert.is(join.by, "decoder");
  assert.equal(matches, [
    [1, 1],
    [0, 1],
    [0, 0.8],
  ]);
  assert.ok((join.chance ?? 2) < 1 && (join.chance ?? -2) > 0);
});

test("runs with factors of their own are joined by the items that they share", async () => {
  const run = { ...(await measuredSides()), space };
  const swapped = [...run.latents].reverse();
  const { join, matches } = await joinRuns(run, { ...run, latents: swapped, space: other });
  assert.is(join.by, "items");
  assert.equal(matches, [[2, 1], [1, 1], undefined]);
  assert.ok((join.chance ?? 1) < 1);
});

test("runs without a common item are refused in a sentence", async () => {
  const run = { ...(await measuredSides()), space };
  const foreign = { ...run, input: twoSidesInput({ name: "elsewhere" }), space: { ...other, itemIds: ["x", "y"] } };
  try {
    await joinRuns(run, foreign);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /^The runs "two-sides" and "elsewhere" have no item in common/);
  }
});

test("the share is of the smaller set, ties go to the lower latent", () => {
  const theirs = [["a", "b", "c", "d"], ["a"], ["b", "c"]];
  assert.equal(nearestByItems([["a", "b"], ["c"], ["z"]], theirs), [[0, 1], [0, 1], undefined]);
});

test.run();
