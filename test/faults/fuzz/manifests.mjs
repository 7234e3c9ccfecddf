import { built, fuzz } from "./lib/fuzz.mjs";
import { chance, mutateBytes, mutateJson, writeJson } from "./lib/mutate.mjs";

// A stage's manifest, held to its key: what differs from the one that was written is refused, so all that is accepted is the same.
const { checkManifest, encodeManifest, parseManifest, resemblesManifest, stageHash } = built("lab/manifest");
const { InputError } = built("base/errors");

const KEY = {
  stage: "sae",
  config: { k: 20, prefixes: [2, 20] },
  inputs: { factors: "abc" },
  library: "0.1.0",
  code: "c0de",
  seed: 42,
};
const CHECKSUMS = { "record.json": "0".repeat(64), "arrays.safetensors": "f".repeat(64) };
const MANIFEST = {
  ...KEY,
  hash: stageHash(KEY),
  seconds: 1.5,
  finished: "2026-01-02T03:04:05.678Z",
  checksums: CHECKSUMS,
};
const BYTES = encodeManifest({ ...MANIFEST });
const WHOLE = JSON.parse(BYTES.toString());

await fuzz({
  name: "manifests",
  make(random) {
    if (chance(random, 0.5)) return mutateBytes(random, BYTES);
    const changed = mutateJson(random, WHOLE);
    // With its checksum right, so that what is behind it is reached.
    const { sha256: _own, ...rest } = changed ?? {};
    return chance(random, 0.5) ? encodeManifest(rest) : Buffer.from(writeJson(random, changed) ?? "null");
  },
  read(bytes) {
    parseManifest(bytes);
    resemblesManifest(bytes);
    let manifest;
    try {
      manifest = checkManifest(Buffer.from(bytes), KEY);
    } catch (error) {
      // Its message is the rest of a sentence that the store begins with the file's name.
      if (error.constructor !== Error) throw error;
      throw new InputError(`The manifest ${error.message}.`);
    }
    for (const field of Object.keys(KEY))
      if (JSON.stringify(manifest[field]) !== JSON.stringify(KEY[field]))
        throw new Error(`accepted with another ${field}`);
    return manifest;
  },
});
