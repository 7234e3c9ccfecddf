import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/errors";
import { decodeRecord, encodeRecord } from "../../lib/src/formats/record";
import { decodeSafetensors, encodeSafetensors } from "../../lib/src/formats/safetensors";

const tensors = {
  odd: { shape: [3], data: Uint8Array.of(1, 2, 3) },
  weights: { shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 1e-8) },
  wide: { shape: [1], data: Float64Array.of(Math.PI) },
  counts: { shape: [2], data: Int32Array.of(-1, 7) },
};

test("tensors come back with their type, shape and values", () => {
  const { tensors: read, metadata } = decodeSafetensors(encodeSafetensors(tensors, { by: "us" }), "t");
  assert.equal(read, tensors);
  assert.equal(metadata, { by: "us" });
});

test("the layout is that of the published format", () => {
  const bytes = encodeSafetensors({ a: { shape: [2], data: Float32Array.of(1, 2) } });
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
  assert.equal(header, { a: { dtype: "F32", shape: [2], data_offsets: [0, 8] } });
  assert.is(length % 8, 0);
  assert.equal([...bytes.subarray(8 + length)], [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);
});

test("wide elements start aligned whatever stands beside them", () => {
  const bytes = encodeSafetensors(tensors);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
  assert.is(header.wide.data_offsets[0] % 8, 0);
  assert.is(header.weights.data_offsets[0] % 4, 0);
});

test("a truncated or foreign file is an input error that names it", () => {
  const bytes = encodeSafetensors(tensors);
  for (const bad of [bytes.subarray(0, 5), bytes.subarray(0, bytes.length - 1), Buffer.from("not a tensor file")]) {
    assert.throws(
      () => decodeSafetensors(bad, "weights.safetensors"),
      (error: Error) => error instanceof InputError && error.message.includes("weights.safetensors"),
    );
  }
});

test("a record survives the disk with arrays, NaN and nesting", () => {
  const record = {
    ids: ["a", "01"],
    nested: { values: Float32Array.of(1, -0.5), none: [Number.NaN, Infinity, 2] },
    list: [{ x: Int32Array.of(3) }],
    text: "ü",
  };
  assert.equal(decodeRecord(encodeRecord(record), "r"), record);
});

test("arrays of a record have the shape that was asked for", () => {
  const { tensors } = encodeRecord({ w: new Float32Array(6) }, { w: [2, 3] });
  assert.equal(decodeSafetensors(encodeSafetensors(tensors), "r").tensors.w.shape, [2, 3]);
});

test.run();
