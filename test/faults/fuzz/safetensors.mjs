import { createHash } from "node:crypto";
import { built, fuzz } from "./lib/fuzz.mjs";
import { chance, mutateBytes, mutateJson, pick, writeJson } from "./lib/mutate.mjs";

/*
 * Refused here and not by the reference: a key twice in an object, numbers other than whole ones from 0 in digits (in fields that the
 * reference passes over), numbers from 2^53 on, blanks before the header, a tensor written as a list of its three fields.
 */

const { decodeSafetensors } = built("formats/safetensors");

const TYPES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
  C64: 8,
};
const NAMES = ["users", "items", "userBias", "itemBias", "__proto__", "constructor", "a b", "é", "", "😀"];

function validFile(random) {
  const header = Object.create(null);
  if (chance(random, 0.3)) header.__metadata__ = pick(random, [{}, { format: "pt" }, { a: "1", b: "é" }, null]);
  let offset = 0;
  for (let left = random.integer(4); left > 0; left--) {
    const dtype = pick(random, Object.keys(TYPES));
    const shape = Array.from({ length: random.integer(4) }, () => random.integer(5));
    const end = offset + TYPES[dtype] * shape.reduce((product, side) => product * side, 1);
    const name = pick(random, NAMES);
    if (Object.hasOwn(header, name)) continue;
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  return { header, body: Buffer.from(Array.from({ length: offset }, () => random.integer(256))) };
}

function fileOf(random, text, body) {
  const json = Buffer.from(text);
  const length = Buffer.alloc(8);
  const lie = chance(random, 0.05) ? pick(random, [-1, 1, 8, 2 ** 31, 2 ** 45, -json.length]) : 0;
  length.writeBigUInt64LE(BigInt.asUintN(64, BigInt(json.length + lie)));
  return Buffer.concat([length, json, body]);
}

await fuzz({
  name: "safetensors",
  judge: "safetensors",
  make(random) {
    const { header, body } = validFile(random);
    const how = random.integer(10);
    const changed = how < 6 ? mutateJson(random, { ...header }) : header;
    const bytes = fileOf(random, how < 8 ? writeJson(random, changed) : JSON.stringify(changed), body);
    return how === 0 || how > 7 ? mutateBytes(random, bytes) : bytes;
  },
  read: (bytes) => decodeSafetensors(bytes, "w.safetensors"),
  differs({ tensors, unread }, theirs) {
    const names = [...Object.keys(tensors), ...Object.keys(unread)].sort();
    if (names.join("\n") !== Object.keys(theirs).sort().join("\n"))
      return `tensors ${names} for ${Object.keys(theirs)}`;
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      const [dtype, theirShape, digest] = theirs[name];
      if (shape.join() !== theirShape.join()) return `shape [${shape}] for [${theirShape}]`;
      const wide = dtype === "F16" || dtype === "BF16";
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      if (!wide && createHash("sha1").update(bytes).digest("hex") !== digest) return `other bytes in "${name}"`;
    }
    return undefined;
  },
});
