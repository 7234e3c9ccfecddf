import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodeSafetensors, encodeSafetensors, inFileOrder, type Tensor } from "../../lib/src/formats/safetensors";
import { joinShards, planShards } from "../../lib/src/formats/shards";

const numbers = (length: number): Float32Array => Float32Array.from({ length }, (_, at) => at + 0.5);
const tensors: Record<string, Tensor> = {
  users: { shape: [50, 4], data: numbers(200) },
  ends: { shape: [7], data: Int32Array.of(1, 2, 3, 4, 5, 6, 7) },
  wide: { shape: [2, 60], data: Float64Array.from(numbers(120)) },
  bytes: { shape: [333], data: Uint8Array.from({ length: 333 }, (_, at) => at) },
  none: { shape: [0, 4], data: new Float32Array(0) },
};

test("arrays come back equal from shards of any size, each a whole file no larger than asked", () => {
  for (const bytes of [8, 16, 24, 100, 128, 333, 800, 10_000]) {
    const files = planShards(tensors, bytes).map((shard) => encodeSafetensors(shard.tensors, shard.metadata));
    assert.ok(
      files.every((file) => file.length - 8 - Number(new DataView(file.buffer).getBigUint64(0, true)) <= bytes),
      `${bytes} bytes`,
    );
    const back = joinShards(
      files.map((file, at) => decodeSafetensors(file, `${at}`)),
      "f",
    );
    for (const [name, { data }] of inFileOrder(tensors)) assert.equal(back[name].data, data, `${name}, ${bytes} bytes`);
  }
});

test("what fits into one file is the same file as ever; a matrix is cut between its rows", () => {
  const [whole, ...more] = planShards(tensors, 10_000);
  assert.equal([more.length, whole.metadata], [0, {}]);
  assert.equal(encodeSafetensors(whole.tensors, whole.metadata), encodeSafetensors(tensors));
  const rows = planShards({ users: tensors.users }, 250);
  assert.equal(
    rows.map(({ tensors: { users }, metadata }) => [users.shape, metadata]),
    [15, 15, 15, 5].map((count, index) => [[count, 4], { lengths: '{"users":200}', part: `${index + 1} of 4` }]),
  );
  assert.equal(planShards({ row: { shape: [1, 9], data: numbers(9) } }, 12)[0].tensors.row.shape, [3]);
});

test("a missing piece, or one too many, is said", () => {
  const shards = planShards({ users: tensors.users }, 250);
  for (const wrong of [shards.slice(1), [...shards, shards[0]]])
    assert.throws(
      () => joinShards(wrong, "the folder"),
      /the folder has \d+ values of the array "users", which has 200\./,
    );
});

test.run();
