import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { joinFactors, readFactorsFolder } from "../../lib/src/formats/factors-folder";
import { encodeSafetensors, type Tensor } from "../../lib/src/formats/safetensors";

const matrix = (rows: number[][]): Tensor => ({
  shape: [rows.length, rows[0].length],
  data: Float32Array.from(rows.flat()),
});

/** A folder of two users and three items of width 2, with what is given in place of its parts. */
function folder(
  parts: { tensors?: Record<string, Tensor>; users?: string | Buffer; items?: string | Buffer } = {},
): string {
  const dir = mkdtempSync(join(tmpdir(), "factors-"));
  const tensors = {
    users: matrix([
      [1, 2],
      [3, 4],
    ]),
    items: matrix([
      [5, 6],
      [7, 8],
      [9, 10],
    ]),
    itemBias: { shape: [3], data: Float32Array.of(0.1, 0.2, 0.3) },
    ...parts.tensors,
  };
  writeFileSync(join(dir, "factors.safetensors"), encodeSafetensors(tensors));
  writeFileSync(join(dir, "users.txt"), parts.users ?? "u1\nu2\n");
  writeFileSync(join(dir, "items.txt"), parts.items ?? "001\r\n002\r\n003");
  return dir;
}

test("factors are read with their ids, leading zeros kept", () => {
  const { d, users, itemIds, itemBias, userBias } = readFactorsFolder(folder());
  assert.is(d, 2);
  assert.equal([...users], [1, 2, 3, 4]);
  assert.equal(itemIds, ["001", "002", "003"]);
  assert.is(itemBias?.length, 3);
  assert.is(userBias, undefined);
});

test("a byte-order mark before the first id is no part of it; ids that look alike stay as many as they are", () => {
  const { userIds, itemIds } = readFactorsFolder(
    folder({ users: "\ufeffu1\r\nu2\r\n", items: "caf\u00e9\ncafe\u0301\ncaf\u00e9 \n" }),
  );
  assert.equal(userIds, ["u1", "u2"]);
  assert.equal(itemIds, ["caf\u00e9", "cafe\u0301", "caf\u00e9 "]);
});

test("ids that are blank, not UTF-8, or hold a byte-order mark or NUL are refused by file and line", () => {
  for (const [items, sentence] of [
    ["a\n \t\nc\n", /items\.txt, line 2 is blank/],
    ["a\n\u00a0\nc\n", /items\.txt, line 2 is blank/],
    [Buffer.from("a\nb\ncaf\xe9\n", "latin1"), /items\.txt, line 3 holds bytes that are not UTF-8/],
    [Buffer.from("caf\xe9", "latin1"), /items\.txt, line 1 holds bytes that are not UTF-8/],
    ["a\n\ufeffb\nc\n", /items\.txt, line 2 holds a byte-order mark within the id "\\ufeffb"/],
    ["a\nb\0\nc\n", /items\.txt, line 2 holds a NUL/],
    [`a\n${"x".repeat(10_000)}\n${"x".repeat(10_000)}\n`, /repeats the id "x{80}… \(10,000 characters\)" of line 2/],
  ] as const)
    assert.throws(
      () => readFactorsFolder(folder({ items })),
      (error: Error) => error instanceof InputError && sentence.test(error.message),
      String(sentence),
    );
});

test("a tensor of a type that is not read is no matter unless it is one of the factors", () => {
  const bytes = (users: string): Buffer => {
    const json = Buffer.from(
      `{"users":{"dtype":"${users}","shape":[2,1],"data_offsets":[0,16]},"items":{"dtype":"F32","shape":[3,1],"data_offsets":[16,28]},"ids":{"dtype":"I64","shape":[1],"data_offsets":[28,36]}}`,
    );
    const file = Buffer.alloc(8 + json.length + 36);
    file.writeBigUInt64LE(BigInt(json.length));
    json.copy(file, 8);
    return file;
  };
  const dir = folder();
  writeFileSync(join(dir, "factors.safetensors"), bytes("F64"));
  assert.is(readFactorsFolder(dir).d, 1);
  writeFileSync(join(dir, "factors.safetensors"), bytes("I64"));
  assert.throws(() => readFactorsFolder(dir), /holds users of type I64, which is not read here: save it as float32/);
});

test("factors are joined by id; an id that they do not hold gets zeros and is counted", () => {
  const { factors, missing } = joinFactors(readFactorsFolder(folder()), ["u2", "new", "u1"], ["003", "001"]);
  assert.equal([...factors.users], [3, 4, 0, 0, 1, 2]);
  assert.equal([...factors.items], [9, 10, 5, 6]);
  assert.equal(factors.itemBias, Float32Array.of(0.3, 0.1));
  assert.equal(missing, { users: 1, items: 0 });
});

test("factors of which most ids match nothing are refused, with counts and examples, unless more is allowed", () => {
  const given = readFactorsFolder(folder());
  const [one] = given.userIds;
  const ids = [one, "x1", "x2", "x3"];
  assert.throws(
    () => joinFactors(given, ids, given.itemIds),
    /no row for 3 of the data's 4 users \(such as x1, x2, x3\), and \d of their own \d .*share of 0\.5 may be missing.*mf\.maxMissing/,
  );
  assert.is(joinFactors(given, ids, given.itemIds, 0.75).missing.users, 3);
  assert.is(joinFactors(given, [one, "x1"], given.itemIds).missing.users, 1);
});

test("no id in common is refused with three of each", () => {
  const given = readFactorsFolder(folder());
  assert.throws(() => joinFactors(given, ["a", "b", "c", "d"], ["001"]), /no users in common.*u1, u2.*a, b, c/);
});

test("what does not fit is refused by file and line", () => {
  for (const [dir, sentence] of [
    [mkdtempSync(join(tmpdir(), "empty-")), /factors\.safetensors is missing/],
    [folder({ users: "u1\n" }), /users of shape \[2,2\].*users\.txt has 1 ids: expected \[1, d\]/],
    [folder({ users: "u1\nu1\n" }), /users\.txt, line 2 repeats the id "u1" of line 1/],
    [folder({ items: "1\n\n3\n" }), /items\.txt, line 2 is blank/],
    [folder({ tensors: { items: matrix([[1], [2], [3]]) } }), /users of width 2 and items of width 1/],
    [
      folder({
        tensors: {
          users: matrix([
            [1, Number.NaN],
            [3, 4],
          ]),
        },
      }),
      /NaN in the row of "u1"/,
    ],
    [folder({ tensors: { itemBias: { shape: [2], data: Float32Array.of(1, 2) } } }), /2 values of itemBias for 3 ids/],
  ] as const)
    try {
      readFactorsFolder(dir);
      assert.unreachable(String(sentence));
    } catch (error) {
      assert.instance(error, InputError);
      assert.match((error as Error).message, sentence);
    }
});

test.run();
