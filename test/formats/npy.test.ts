import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/errors";
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

test.run();
