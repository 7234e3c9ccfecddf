/** One of a list. */
export const pick = (random, list) => list[random.integer(list.length)];

/** True in this share of the draws. */
export const chance = (random, share) => random.uniform() < share;

/** Bytes with one to three places of them changed: a bit, a byte, a run cut out, doubled, moved or overwritten, the end cut off or more put behind it. */
export function mutateBytes(random, bytes) {
  let out = Buffer.from(bytes);
  for (let left = 1 + random.integer(3); left > 0 && out.length > 0; left--)
    out = CHANGES[random.integer(CHANGES.length)](random, out);
  return out;
}

const place = (random, bytes) => {
  const at = random.integer(bytes.length);
  return [at, Math.min(bytes.length, at + 1 + random.integer(16))];
};

const CHANGES = [
  (random, bytes) => {
    const at = random.integer(bytes.length);
    bytes[at] ^= 1 << random.integer(8);
    return bytes;
  },
  (random, bytes) => {
    bytes[random.integer(bytes.length)] = random.integer(256);
    return bytes;
  },
  (random, bytes) => {
    bytes[random.integer(bytes.length)] = pick(
      random,
      [0, 10, 32, 34, 44, 45, 48, 57, 91, 92, 93, 123, 125, 127, 128, 255],
    );
    return bytes;
  },
  (random, bytes) => bytes.subarray(0, random.integer(bytes.length)),
  (random, bytes) => Buffer.concat([bytes, Buffer.alloc(1 + random.integer(12), random.integer(256))]),
  (random, bytes) => {
    const [from, to] = place(random, bytes);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (random, bytes) => {
    const [from, to] = place(random, bytes);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (random, bytes) => {
    const [from, to] = place(random, bytes);
    const at = random.integer(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at)]);
  },
];

/** Values that a field of JSON does not expect. */
export const ODD_VALUES = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  1.5,
  1e300,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  "",
  "a",
  "NaN",
  "\u0000",
  "\u001b[31m",
  "\u202e",
  "\ud800",
  "x".repeat(10_000),
  [],
  [[]],
  {},
  { a: 1 },
  [0],
  [-1],
  [1.5],
  [null],
  ["1"],
  [0, 0],
  [2 ** 52, 2 ** 52],
];

/** Keys that objects have by themselves, or that nobody expects. */
export const ODD_KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "",
  "\u0000",
  "\ufeff",
  "a.b",
  "x".repeat(5000),
  "__metadata__",
];

/** A JSON value with one place of it replaced, removed, doubled or added to. The value given stays as it is. */
export function mutateJson(random, value) {
  const whole = { root: structuredClone(value) };
  const places = [];
  const visit = (holder) => {
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      if (holder[key] !== null && typeof holder[key] === "object") visit(holder[key]);
    }
  };
  visit(whole);
  const [holder, key] = pick(random, places);
  const held = holder[key];
  const how = random.integer(6);
  if (how === 0 && holder !== whole) Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key];
  else if (how === 1 && typeof held === "number") holder[key] = held + pick(random, [-1, 1, 0.5, 8, -8, 2 ** 40]);
  else if (how === 2)
    holder[key] = structuredClone(
      pick(
        random,
        places.map(([from, name]) => from[name]),
      ),
    );
  else if (how === 3 && held !== null && typeof held === "object") {
    const added = pick(random, ODD_VALUES);
    if (Array.isArray(held)) held.push(added);
    else
      Object.defineProperty(held, pick(random, ODD_KEYS), {
        value: added,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  } else if (how === 4 && typeof held === "string")
    holder[key] = mutateBytes(random, Buffer.from(held || "x")).toString("latin1");
  else holder[key] = pick(random, ODD_VALUES);
  return whole.root;
}

const REWRITES = [
  [/(\d+)/, "$1.0"],
  [/(\d+)/, "-$1"],
  [/(\d+)/, "$1e0"],
  [/(\d+)/, "0$1"],
  [/(\d+)/, "1e999"],
  [/(\d+)/, "NaN"],
  [/(\d+)/, "18446744073709551616"],
  [/^\{/, " {"],
  [/^\{/, "\ufeff{"],
  [/\}$/, "} \n"],
  [/\}$/, "}\u0000"],
  [/\}$/, ",}"],
  [/,/, ",,"],
  [/"([a-z]+)":/, '"$1":0,"$1":'],
  [/"([a-z])/, '"\\u0000$1'],
  [/"([a-z])/, '"\\ud800$1'],
  [/:/, " :\t"],
  [/,/, ",\u00a0"],
  [/"/, "'"],
  [/\[/, `${"[".repeat(200)}`],
  [/\{/, "/* */{"],
];

/** The text of a JSON value, now and then written as JSON does not allow, or says a thing twice. */
export function writeJson(random, value) {
  const text = JSON.stringify(value);
  if (!chance(random, 0.3)) return text;
  const [from, to] = pick(random, REWRITES);
  return text.replace(from, to);
}
