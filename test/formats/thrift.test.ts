import { test } from "uvu";
import * as assert from "uvu/assert";
import { readThrift, type StructType, ThriftEnd, ThriftError } from "../../lib/src/formats/thrift";

const POINT: StructType = {
  fields: {
    1: ["x", "i32", "required"],
    2: ["name", "bytes"],
    4: ["marks", { list: "i64" }],
    5: ["set", "bool"],
    6: ["inner", { fields: { 1: ["small", "i8"] } }],
  },
};
/** x −3; name "ab"; marks 1, −1; set true; inner small −2; an unknown list of two truth values in field 20; the end. */
const WHOLE = Buffer.from("1505 1802 6162 2926 0201 11 1c 13fe 00 0928 2101 0200".replaceAll(" ", ""), "hex");

test("each type is read as the protocol writes it, and fields that are not named are passed over", () => {
  const { value, length } = readThrift(Buffer.concat([WHOLE, Buffer.from("more")]), POINT);
  assert.equal(value, {
    x: -3,
    name: Buffer.from("ab"),
    marks: [1, -1],
    set: true,
    inner: { small: -2 },
  });
  assert.is(length, WHOLE.length);
});

test("bytes that end before the value does are said to, at every length", () => {
  for (let length = 0; length < WHOLE.length; length++)
    assert.throws(
      () => readThrift(WHOLE.subarray(0, length), POINT),
      (error: unknown) => error instanceof ThriftEnd,
    );
});

for (const [what, hex, message] of [
  ["a field of another type", "180161 00", /field x is of another type/],
  ["a field that is required and lacks", "280161 00", /field x is missing/],
  ["a number beyond its bits", "15 feffffff7f 00", /does not fit into 32 bits/],
  ["a number without end", `15 ${"80".repeat(11)}00 00`, /too long/],
  ["a list of another type", "1502 3915 02 00", /list in it holds another type/],
  ["a type that there is not", "1502 ff 00", /type that there is not/],
] as const)
  test(`${what} is refused`, () => {
    assert.throws(
      () => readThrift(Buffer.from(hex.replaceAll(" ", ""), "hex"), POINT),
      (error: unknown) => error instanceof ThriftError && message.test(error.message),
    );
  });

test("structs within structs without end are refused, not followed", () => {
  assert.throws(
    () => readThrift(Buffer.concat([Buffer.from("1502", "hex"), Buffer.alloc(100_000, 0x7c)]), POINT),
    (error: unknown) => error instanceof ThriftError && /too deep/.test(error.message),
  );
});

test.run();
