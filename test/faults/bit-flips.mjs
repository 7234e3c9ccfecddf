// One bit of a checkpoint, or of an artifact's files, is flipped, and the store is asked for it: it must never be believed.
// node test/faults/bit-flips.mjs --flips 5000      over lib/dist; that many flips in each of the two
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";

const require = createRequire(import.meta.url);
const library = resolve(fileURLToPath(import.meta.url), "..", "..", "..", "lib", "dist", "lab");

const KEY = { stage: "sae", config: { k: 4, lr: 0.001 }, inputs: { factors: "1" }, library: "0", code: "c", seed: 1 };
const values = (length) => Float32Array.from({ length }, (_, at) => Math.sin(at));
const VALUE = { weights: { W: values(600), b: Float64Array.of(1, 2) }, ids: ["a", "b"], history: [1.5, 0.5], epoch: 3 };

/** A whole number below `below`, named by what it is drawn for. */
const draw = (name, below) => createHash("sha256").update(name).digest().readUInt32LE() % below;

/**
 * Flip bits, one at a time, and count how often what was changed is taken for whole.
 *
 * @param options.flips in checkpoints, and as many in artifacts; @param options.seed of their places
 * @returns name, trials, how many were believed, and seconds
 */
export function bitFlips({ flips = 5000, seed = 1 } = {}) {
  const started = performance.now();
  const root = mkdtempSync(join(tmpdir(), "msae-flips-"));
  try {
    const believed = inCheckpoints(root, flips, seed) + inArtifacts(root, flips, seed);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    return { name: "bit-flips", trials: 2 * flips, believed, seconds };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function inCheckpoints(root, flips, seed) {
  const { checkpointFile } = require(join(library, "checkpoint.js"));
  const { openStore } = require(join(library, "store.js"));
  const file = openStore(root).checkpointFile(KEY);
  const checkpoint = checkpointFile(file, () => {});
  checkpoint.write(VALUE);
  if (!isDeepStrictEqual(checkpoint.read(), VALUE)) throw new Error("An untouched checkpoint does not come back.");
  const whole = readFileSync(file);
  let believed = 0;
  for (let trial = 0; trial < flips; trial++) {
    writeFileSync(file, flipped(whole, `checkpoint ${seed} ${trial}`));
    if (checkpoint.read() !== undefined) believed++;
    else if (existsSync(file)) throw new Error("A damaged checkpoint was not set aside.");
    rmSync(`${file}.damaged-1`, { force: true });
  }
  return believed;
}

function inArtifacts(root, flips, seed) {
  const { openStore } = require(join(library, "store.js"));
  const store = openStore(root);
  const { folder } = store.save(KEY, VALUE, 1.5, undefined, { "rejects.csv": "file,line,reason,text\n" });
  if (!isDeepStrictEqual(store.load(KEY)?.value, VALUE)) throw new Error("An untouched artifact does not come back.");
  const files = readdirSync(folder).map((name) => ({ name, whole: readFileSync(join(folder, name)) }));
  let believed = 0;
  for (let trial = 0; trial < flips; trial++) {
    // Each file as often as another, whatever its size.
    const { name, whole } = files[trial % files.length];
    writeFileSync(join(folder, name), flipped(whole, `artifact ${seed} ${trial}`));
    if (store.load(KEY) !== undefined) believed++;
    else renameSync(`${folder}.damaged-1`, folder);
    writeFileSync(join(folder, name), whole);
  }
  return believed;
}

/** Bytes with one bit changed; every second change is among the first 400 bytes, where headers are. */
function flipped(whole, name) {
  const bytes = Buffer.from(whole);
  const reach = draw(`${name} where`, 2) === 0 ? Math.min(400, bytes.length) : bytes.length;
  bytes[draw(`${name} byte`, reach)] ^= 1 << draw(`${name} bit`, 8);
  return bytes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: given } = parseArgs({ options: { flips: { type: "string" }, seed: { type: "string" } } });
  const [flips, seed] = [Number(given.flips ?? 5000), Number(given.seed ?? 1)];
  if (![flips, seed].every((number) => Number.isSafeInteger(number) && number > 0)) {
    console.error("--flips and --seed are whole numbers above 0, such as --flips 5000 --seed 1.");
    process.exit(2);
  }
  const result = bitFlips({ flips, seed });
  console.log(JSON.stringify(result));
  process.exitCode = result.believed > 0 ? 1 : 0;
}
