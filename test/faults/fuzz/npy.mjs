import { createHash } from "node:crypto";
import { built, fuzz } from "./lib/fuzz.mjs";
import { chance, mutateBytes, pick } from "./lib/mutate.mjs";

/*
 * Refused here and not by NumPy: types other than the four that the lab writes, big-endian numbers, structures, column order, bytes
 * behind the array, numbers and texts of Python in other spellings than repr's, more than 32 dimensions.
 */

const { decodeNpy } = built("formats/npy");

const TYPES = {
  "<f4": 4,
  "<f8": 8,
  "<i4": 4,
  "|u1": 1,
  ">f4": 4,
  "<f2": 2,
  "<c8": 8,
  "<i8": 8,
  "|O": 8,
  "<U3": 12,
  "|b1": 1,
  "|V4": 4,
};
const REWRITES = [
  ["False", "True"],
  ["False", "0"],
  ["False", "None"],
  ["(", "["],
  [")", "]"],
  [",)", ")"],
  [", }", "}"],
  ["'", '"'],
  ["{", "  {"],
  ["}", "} # "],
  ["}", "}\u000b"],
  ["'shape'", "'shape ', 'shape'"],
  ["'shape': (", "'shape': (-"],
  ["'shape': (", "'shape': (0x"],
  ["'shape': (", "'shape': (True, "],
  ["'shape': (", "'shape': (1L, "],
  ["'shape': (", "'shape': (0, 99999999999999999999, "],
  ["'shape': (", "'shape': (9007199254740992, 0, "],
  ["'shape': (", `'shape': (${"1, ".repeat(40)}`],
  ["'shape': (", `'shape': (${"1, ".repeat(70)}`],
  ["'descr': ", "'more': 1, 'descr': "],
  ["'descr': ", "'descr': '<f4', 'descr': "],
  ["{", "{**{}, "],
  ["{", "__import__('os')"],
  [": ", ":"],
  [": ", ":\n"],
];

function header(random) {
  const descr = chance(random, 0.7) ? pick(random, ["<f4", "<f8", "<i4", "|u1"]) : pick(random, Object.keys(TYPES));
  const shape = Array.from({ length: random.integer(4) }, () => random.integer(5));
  const written = chance(random, 0.05) ? "[('a', '<f4'), ('b', '<i4')]" : `'${descr}'`;
  const order = chance(random, 0.05) ? "True" : "False";
  const text = `{'descr': ${written}, 'fortran_order': ${order}, 'shape': (${shape.map((side) => `${side},`).join(" ")}), }`;
  return { text, size: (TYPES[descr] ?? 8) * shape.reduce((product, side) => product * side, 1) };
}

await fuzz({
  name: "npy",
  judge: "numpy",
  make(random) {
    const { text: valid, size } = header(random);
    const how = random.integer(10);
    const [from, to] = pick(random, REWRITES);
    const text = how < 5 ? valid.replace(from, to) : valid;
    const version = pick(random, [1, 1, 1, 2, 3, how === 1 ? random.integer(256) : 1]);
    const lengthBytes = version === 1 ? 2 : 4;
    const padded = Buffer.from(`${text.padEnd(64 - 7 - lengthBytes)}\n`, "latin1");
    const length = Buffer.alloc(lengthBytes);
    length.writeUIntLE(padded.length + (chance(random, 0.05) ? pick(random, [1, -1, 8, 20_000]) : 0), 0, lengthBytes);
    const extra = chance(random, 0.05) ? pick(random, [-1, 1, 4]) : 0;
    const body = Buffer.from(Array.from({ length: Math.max(0, size + extra) }, () => random.integer(256)));
    const bytes = Buffer.concat([
      Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\x00`, "latin1"),
      length,
      padded,
      body,
    ]);
    return how > 6 ? mutateBytes(random, bytes) : bytes;
  },
  read: (bytes) => decodeNpy(bytes, "x.npy"),
  differs({ shape, data }, [, theirShape, digest]) {
    if (shape.join() !== theirShape.join()) return `shape [${shape}] for [${theirShape}]`;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return createHash("sha1").update(bytes).digest("hex") === digest ? undefined : "other bytes";
  },
});
