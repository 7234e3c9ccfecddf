import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { decodeRecord, encodeRecord } from "../../lib/src/formats/record";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../lib/src/formats/safetensors";

const tensors = {
  odd: { shape: [3], data: Uint8Array.of(1, 2, 3) },
  weights: { shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 1e-8) },
  wide: { shape: [1], data: Float64Array.of(Math.PI) },
  counts: { shape: [2], data: Int32Array.of(-1, 7) },
};

test("tensors come back with their type, shape and values", () => {
  const { tensors: read, metadata } = decodeSafetensors(encodeSafetensors(tensors, { by: "us" }), "t");
  assert.equal({ ...read }, tensors);
  assert.equal({ ...metadata }, { by: "us" });
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

/** A file of this header and this many bytes of data. */
function fileOf(header: string | Uint8Array, bodyBytes: number, claimed?: bigint): Buffer {
  const json = Buffer.from(header);
  const bytes = Buffer.alloc(8 + json.length + bodyBytes);
  bytes.writeBigUInt64LE(claimed ?? BigInt(json.length));
  json.copy(bytes, 8);
  return bytes;
}

const entry = (dtype: string, shape: unknown, offsets: unknown): string =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

test("a header that is hostile or damaged is refused in one sentence that names the file and the fault", () => {
  const whole = entry("F32", [3, 2], [0, 24]);
  const cases: [bytes: Uint8Array, sentence: RegExp][] = [
    [fileOf("null", 24), /does not begin with \{/],
    [fileOf("", 24), /does not begin with \{/],
    [fileOf(` {"a":${whole}}`, 24), /does not begin with \{/],
    [fileOf("{}", 0, 2n ** 63n), /claims 9223372036854775808 bytes/],
    [fileOf("{}", 0, 3n), /claims 3 bytes of 10/],
    [fileOf('{"users":null}', 24), /tensor "users" is described by no object/],
    [fileOf('{"users":{"dtype":"F32","data_offsets":[0,24]}}', 24), /the shape of tensor "users" is missing/],
    [fileOf('{"users":{"shape":[3,2],"data_offsets":[0,24]}}', 24), /the dtype of tensor "users"/],
    [fileOf(`{"users":${entry("F32", [3, 2], 5)}}`, 24), /the data_offsets of tensor "users"/],
    [fileOf(`{"users":${entry("F32", [3, 2], [0, 12, 24])}}`, 24), /the data_offsets of tensor "users"/],
    [fileOf(`{"users":${entry("F32", [-3, -2], [0, 24])}}`, 24), /the number -3, where only whole numbers/],
    [fileOf(`{"users":${entry("F32", [1.5, 4], [0, 24])}}`, 24), /the number 1\.5/],
    [fileOf('{"users":{"dtype":"F32","shape":[3.0,2],"data_offsets":[0,24]}}', 24), /the number 3\.0/],
    [fileOf('{"users":{"dtype":"F32","shape":[6e0],"data_offsets":[0,24]}}', 24), /the number 6e0/],
    [fileOf(`{"users":${entry("F32", [3, 3], [0, 24])}}`, 24), /shape \[3,3\] claims bytes 0 to 24/],
    [fileOf(`{"users":${entry("F32", [6], [24, 0])}}`, 24), /claims bytes 24 to 0/],
    [fileOf(`{"users":${entry("F32", [2 ** 50, 2 ** 50, 0], [0, 0])}}`, 0), /too many values to count/],
    [fileOf(`{"users":${entry("F64", [2 ** 50], [0, 0])}}`, 0), /too many bytes to count/],
    [
      fileOf('{"users":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,0]}}', 0),
      /18446744073709551616/,
    ],
    [fileOf(`{"users":${entry("F12", [6], [0, 24])}}`, 24), /type "F12", which the format does not know/],
    [fileOf(`{"users":${entry("toString", [6], [0, 24])}}`, 24), /type "toString"/],
    [fileOf(`{"users":${whole},"items":${whole}}`, 24), /begins at byte 0, within another tensor/],
    [fileOf(`{"users":${entry("F32", [3, 2], [8, 32])}}`, 32), /bytes 0 to 8 belong to no tensor/],
    [fileOf(`{"users":${whole}}`, 25), /its last 1 bytes belong to no tensor/],
    [fileOf("{}", 1), /its last 1 bytes/],
    [fileOf(`{"users":${whole},"users":${whole}}`, 24), /the key "users" twice/],
    [fileOf(`{"users":${whole},"\\u0075sers":${whole}}`, 24), /the key "users" twice/],
    [fileOf(`{"\\ud800":${whole}}`, 24), /half of a surrogate pair/],
    [fileOf(Buffer.from(`{"us\xff":${whole}}`, "latin1"), 24), /is not UTF-8/],
    [fileOf(`\ufeff{"users":${whole}}`, 24), /does not begin with \{/],
    [fileOf(`{"users":${whole}}\0`, 24), /is not JSON/],
    [fileOf('{"__metadata__":[]}', 0), /__metadata__ is no map of strings/],
    [fileOf('{"__metadata__":{"a":1}}', 0), /__metadata__ has "a", which is no text/],
    [fileOf(`{"users":${"[".repeat(200)}${"]".repeat(200)}}`, 0), /more than 100 lists/],
    [fileOf(`{"${"x".repeat(10_000)}\\u001b":${entry("F32", [1], [0, 0])}}`, 0), /… \(10,001 characters\)/],
  ];
  for (const [bytes, sentence] of cases)
    assert.throws(
      () => decodeSafetensors(bytes, "w.safetensors"),
      (error: Error) => {
        assert.instance(error, InputError, `${sentence}: ${error}`);
        assert.match(error.message, sentence);
        return error.message.startsWith("w.safetensors is not a whole safetensors file");
      },
      String(sentence),
    );
});

test("a name that every object has is a tensor's or a text's like any other", () => {
  const header = `{"__metadata__":{"__proto__":"text"},"__proto__":${entry("U8", [1], [0, 1])},"constructor":${entry("U8", [], [1, 2])}}`;
  const { tensors: read, metadata } = decodeSafetensors(fileOf(header, 2), "f");
  assert.equal(Object.keys(read), ["__proto__", "constructor"]);
  assert.equal(Object.keys(metadata), ["__proto__"]);
});

test("half precision is widened exactly; types that are not read are named, not refused", () => {
  const header = `{"h":${entry("F16", [5], [0, 10])},"b":${entry("BF16", [3], [10, 16])},"ids":${entry("I64", [1], [16, 24])},"n":${entry("F32", [0, 7], [24, 24])}}`;
  const bytes = fileOf(header, 24);
  const at = bytes.length - 24;
  [0x3c00, 0xc000, 0x0001, 0x7c00, 0x7bff].forEach((half, n) => void bytes.writeUInt16LE(half, at + 2 * n));
  [0x3f80, 0xc040, 0x0001].forEach((half, n) => void bytes.writeUInt16LE(half, at + 10 + 2 * n));
  const { tensors: read, unread } = decodeSafetensors(bytes, "f");
  assert.equal(read.h.data, Float32Array.of(1, -2, 2 ** -24, Number.POSITIVE_INFINITY, 65504));
  assert.equal(read.b.data, Float32Array.of(1, -3, 2 ** -133));
  assert.equal({ ...unread }, { ids: "I64" });
  assert.equal(read.n, { shape: [0, 7], data: new Float32Array(0) });
});

test("a record whose arrays or text do not fit is refused in a sentence", () => {
  const long = Array.from({ length: 1000 }, (_, at) => `é${at}`);
  const whole = encodeRecord({ a: Float32Array.of(1), long });
  const changed = (change: (all: Record<string, Tensor>) => void): Record<string, Tensor> => {
    const { tensors: all } = decodeSafetensors(encodeSafetensors(whole.tensors), "r");
    change(all);
    return all;
  };
  for (const [json, parts, sentence] of [
    ["{", whole.tensors, /plain part is not JSON/],
    ['{"$tensor":"__proto__"}', whole.tensors, /no array "__proto__"/],
    [whole.json, changed((all) => delete all.a), /no array "a"/],
    [whole.json, changed((all) => delete all["long.ends"]), /no array "long\.ends"/],
    [whole.json, changed((all) => all["long.ends"].data.fill(1, 3, 4)), /ends where it cannot/],
    [whole.json, changed((all) => all["long.ends"].data.fill(1e6, 999)), /ends where it cannot/],
    [whole.json, changed((all) => all["long.bytes"].data.fill(0xff, 0, 1)), /not UTF-8/],
  ] as const)
    assert.throws(
      () => decodeRecord({ json, tensors: parts }, "r"),
      (error: Error) => error instanceof InputError && sentence.test(error.message),
      String(sentence),
    );
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
