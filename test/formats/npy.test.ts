import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { decodeNpy, encodeNpy } from "../../lib/src/formats/npy";

test("a .npy file has the bytes that NumPy writes", () => {
  const bytes = encodeNpy({ shape: [2, 1], data: Int32Array.of(1, -2) });
  const header = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 1,), }";
  assert.is(Buffer.from(bytes.subarray(0, 10)).toString("latin1"), "\x93NUMPY\x01\x00\x76\x00");
  assert.is(Buffer.from(bytes.subarray(10, 128)).toString("latin1"), `${header.padEnd(117)}\n`);
  assert.equal(Array.from(bytes.subarray(128)), [1, 0, 0, 0, 254, 255, 255, 255]);
});

test("arrays of every type and shape come back as they were", () => {
  const arrays = fc.oneof(
    fc.float32Array({ noNaN: true }),
    fc.float64Array({ noNaN: true }),
    fc.int32Array(),
    fc.uint8Array(),
  );
  fc.assert(
    fc.property(arrays, (values) => {
      const data = values.slice();
      for (const shape of [[data.length], [1, data.length], [data.length, 1]]) {
        const back = decodeNpy(encodeNpy({ shape, data }), "x.npy");
        assert.equal(back.shape, shape);
        assert.equal(back.data, data);
      }
    }),
    { numRuns: 50 },
  );
});

test("what is no .npy file, in another order or cut short is refused by name", () => {
  const whole = encodeNpy({ shape: [3], data: Float32Array.of(1, 2, 3) });
  const text = Buffer.from(whole).toString("latin1");
  const cases = [
    Buffer.from("PK"),
    Buffer.from(text.replace("False", "True "), "latin1"),
    Buffer.from(text.replace("<f4", "<c8"), "latin1"),
    whole.subarray(0, whole.length - 4),
  ];
  for (const bytes of cases)
    assert.throws(
      () => decodeNpy(bytes, "x.npy"),
      (error: unknown) => error instanceof InputError && /^x\.npy is not a \.npy file/.test(error.message),
    );
});

/** A .npy file of this header, in version 1.0 to 3.0, and this much data. */
function fileOf(header: string, bodyBytes: number, { version = 1, minor = 0, claimed = header.length } = {}): Buffer {
  const start = version === 1 ? 10 : 12;
  const bytes = Buffer.alloc(start + header.length + bodyBytes);
  bytes.write(`\x93NUMPY${String.fromCharCode(version, minor)}`, "latin1");
  if (version === 1) bytes.writeUInt16LE(claimed, 8);
  else bytes.writeUInt32LE(claimed, 8);
  bytes.write(header, start, "latin1");
  return bytes;
}

const header = (descr = "'<f4'", order = "False", shape = "(3,)"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

test("headers of all three versions are read by their grammar, whatever the order of keys and the spaces", () => {
  for (const version of [1, 2, 3])
    for (const text of [header(), "{ 'shape':(3 ,),\"descr\":'<f4' ,\n'fortran_order':False}   \n"])
      assert.equal(decodeNpy(fileOf(text, 12, { version }), "x.npy").shape, [3]);
  assert.equal(decodeNpy(fileOf(header("'<f8'", "False", "()"), 8), "x.npy").shape, []);
  assert.equal(decodeNpy(fileOf(header("'<f8'", "False", "(0, 5)"), 0), "x.npy").shape, [0, 5]);
});

test("what NumPy knows and is not read here is refused by name, what is damaged by its fault", () => {
  for (const [bytes, sentence] of [
    [fileOf(header("'<f4'", "True"), 12), /column order \(fortran_order\)/],
    [fileOf(header("'>f4'"), 12), /big-endian \(">f4"\)/],
    [fileOf(header("'|O'"), 12), /Python objects \(a pickle\), which are never read/],
    [fileOf(header("[('a', '<f4'), ('b', '<i4')]"), 24), /structures/],
    [fileOf(header("'<c8'"), 24), /type is "<c8"/],
    [fileOf(header("'<f4'", "False", "(2,)"), 12), /bytes are left over: shape \[2\] of <f4 takes 8 bytes, and 12/],
    [fileOf(header("'<f4'", "False", "(4,)"), 12), /cut short/],
    [fileOf(header("'<f4'", "False", "(-3,)"), 12), /its header is/],
    [fileOf(header("'<f4'", "False", "(3)"), 12), /its header is/],
    [fileOf(header("'<f4'", "False", "(03,)"), 12), /its header is/],
    [fileOf(header("'<f4'", "False", "(3.0,)"), 12), /its header is/],
    [fileOf(header("'<f4'", "False", "(True, 3)"), 12), /its header is/],
    [fileOf(header("'<f4'", "False", `(${"1, ".repeat(33)})`), 4), /its header is/],
    [fileOf(header("'<f4'", "False", "(4294967296, 4294967296, 0)"), 0), /cut short/],
    [fileOf(header("'<f4'", "0"), 12), /its header is/],
    [fileOf("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'more': 1}", 12), /its header is/],
    [fileOf("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", 12), /its header is/],
    [fileOf("{'descr': '<f4', 'fortran_order': False}", 12), /its header is/],
    [fileOf("__import__('os').system('true')", 12), /its header is/],
    [fileOf(`{'descr': ${"(".repeat(5000)}`, 0), /its header is/],
    [fileOf(header(), 12, { claimed: 60_000 }), /claims 60000 bytes/],
    [fileOf(header(), 12, { version: 4 }), /version 4\.0/],
    [fileOf(header(), 12, { minor: 1 }), /version 1\.1/],
    [fileOf(header("'<f4\xff'"), 12), /not ASCII/],
    [Buffer.from("\x93NUMPY\x02\x00\x01\x00", "latin1"), /it has 10 bytes/],
    [Buffer.from("\x93NUMPY", "latin1"), /does not begin/],
  ] as const)
    assert.throws(
      () => decodeNpy(bytes, "x.npy"),
      (error: Error) => error instanceof InputError && sentence.test(error.message),
      `${sentence}: ${bytes.toString("latin1").slice(0, 80)}`,
    );
});

test.run();
