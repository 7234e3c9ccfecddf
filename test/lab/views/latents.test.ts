import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError, MissingData } from "../../../lib/src/base/errors";
import { latentFigure, strongestItems } from "../../../lib/src/lab/views/pipeline";
import { csrFromPairs } from "../../../lib/src/records/interactions";
import type { Items } from "../../../lib/src/records/items";

const items: Items = {
  ids: ["c", "a", "b"],
  titles: ["", "Ankle boot", "Beret"],
  categoryNames: ["Shoes", "Hats"],
  categories: csrFromPairs(3, 2, [1, 2, 2], [0, 0, 1]),
};
/** Rows a, b, c; the third latent never fires. */
const latents = { k: 3, values: Float32Array.of(1, 0, 0, 2, 0.5, 0, 2, 0, 0), itemIds: ["a", "b", "c"] };

test("a latent's strongest items are joined by id, the strongest first and equals in the order of rows", () => {
  const beret = { item: "Beret", categories: "Shoes · Hats" };
  assert.equal(strongestItems(latents, items, 2), [
    { latent: 0, rank: 1, ...beret, activation: 2 },
    { latent: 0, rank: 2, item: "c", categories: "", activation: 2 },
    { latent: 1, rank: 1, ...beret, activation: 0.5 },
  ]);
  assert.equal(strongestItems(latents, items, 3)[2], {
    ...{ latent: 0, rank: 3, item: "Ankle boot", categories: "Shoes", activation: 1 },
  });
  assert.throws(
    () => strongestItems({ ...latents, itemIds: ["a", "b", "x"] }, items, 2),
    (error: unknown) => error instanceof InputError && /Item x has activations but no metadata/.test(error.message),
  );
  assert.throws(
    () => latentFigure({ ...latents, values: new Float32Array(9) }, items),
    (error: unknown) => error instanceof MissingData,
  );
});

test.run();
