import { test } from "uvu";
import * as assert from "uvu/assert";
import { columnsOf } from "../../lib/src/explore/activations";
import { measureUsers } from "../../lib/src/explore/users";
import { factorsOf, splitOf } from "../stages/tiny";

test("a user: what was taken, the latents that it fires more than by chance, and what comes next", async () => {
  // Items 0 and 1 along x, 2 and 3 along y; latent 0 fires on the first two.
  const factors = factorsOf(
    [
      [1, 0.1],
      [0, 1],
      [1, 1],
    ],
    [
      [2, 0],
      [1, 0],
      [0, 1],
      [0, 2],
    ],
  );
  const split = splitOf(factors, [[0], [2, 3], []], [[1], [], [0]]);
  const rows = Int32Array.of(0, 1, 2, 3);
  const columns = columnsOf(Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1), 2, rows);
  const found = await measureUsers({ factors, split, rows, columns, k: 2 }, 10, 1);
  assert.equal(
    found.map(({ id }) => id),
    ["u0", "u1"],
    "who has no history is not there",
  );
  assert.equal(found[0], {
    id: "u0",
    history: [0],
    taken: 1,
    latents: [[0, 1, 0.5]],
    list: [
      [1, 1],
      [3, 0],
      [2, 0],
    ],
  });
  assert.equal(found[1].latents, [[1, 2, 1]]);
  assert.is((await measureUsers({ factors, split, rows, columns, k: 2 }, 1, 1)).length, 1);
});

test.run();
