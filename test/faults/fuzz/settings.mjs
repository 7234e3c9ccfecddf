import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built, fuzz } from "./lib/fuzz.mjs";
import { chance, mutateBytes, mutateJson, ODD_KEYS, ODD_VALUES, pick, writeJson } from "./lib/mutate.mjs";

// Files of --config beside settings of --set: what comes of them is a whole configuration, or one sentence.
const { resolveConfig } = built("lab/config");
const { presetConfig } = built("stages/config");
const { parseSetting } = built("lab/settings/merge");

const FILES = {
  kind: "files",
  ratings: "r.csv",
  items: "i.jsonl",
  columns: { user: "u", item: "i" },
  categories: { column: "c", separator: "|" },
  filter: { minRating: 4, from: "2015-01-01", repeats: "latest" },
  cleanCategories: true,
  maxRejected: 0.01,
  prune: { minUserRatings: 3, minItemRatings: 5, minCategoryItems: 40, mainCategory: "x", iterate: true },
};

function pathsOf(value, path = "") {
  if (value === null || typeof value !== "object") return [path];
  return Object.entries(value).flatMap(([key, entry]) => [
    ...(path ? [path] : []),
    ...pathsOf(entry, path ? `${path}.${key}` : key),
  ]);
}

function setting(random) {
  const config = {
    ...presetConfig(pick(random, ["paper", "calibrated"])),
    ...(chance(random, 0.5) ? { data: FILES } : {}),
  };
  let path = pick(random, pathsOf(config));
  if (chance(random, 0.2)) path = `${path}.${pick(random, ODD_KEYS)}`;
  else if (chance(random, 0.1)) path = mutateBytes(random, Buffer.from(path)).toString("latin1");
  const value = chance(random, 0.7)
    ? writeJson(random, pick(random, ODD_VALUES))
    : pick(random, ["1", "true", "x", "NaN", "1e999", '{"a":1,"a":2}', ""]);
  return chance(random, 0.05) ? path : `${path}=${value}`;
}

const folder = mkdtempSync(join(tmpdir(), "fuzz-settings-"));
const file = join(folder, "config.json");
const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

await fuzz({
  name: "settings",
  make(random) {
    const whole = {
      ...presetConfig(pick(random, ["paper", "calibrated"])),
      ...(chance(random, 0.5) ? { data: FILES } : {}),
    };
    const kept = Object.fromEntries(Object.entries(whole).filter(() => chance(random, 0.6)));
    let changed = kept;
    for (let left = random.integer(3); left > 0; left--) changed = mutateJson(random, changed);
    const text = writeJson(random, changed) ?? "null";
    const content = chance(random, 0.15) ? mutateBytes(random, Buffer.from(text)) : Buffer.from(text);
    return JSON.stringify({
      content: content.toString("base64"),
      set: Array.from({ length: random.integer(3) }, () => setting(random)),
      given: chance(random, 0.2) ? { items: "i.jsonl", k: pick(random, [0, 20, 1e15]), d: 8 } : {},
    });
  },
  read(text) {
    const { content, set, given } = JSON.parse(text);
    writeFileSync(file, Buffer.from(content, "base64"));
    const config = resolveConfig({ ...given, config: file, set: Object.fromEntries(set.map(parseSetting)) });
    if (JSON.stringify(Object.getOwnPropertyNames(Object.prototype)) !== before)
      throw new Error("all objects were changed");
    // What is accepted is whole: it is accepted again as it is.
    writeFileSync(file, JSON.stringify(config));
    const again = resolveConfig({ config: file });
    if (JSON.stringify(again) !== JSON.stringify(config)) throw new Error("accepted, and read otherwise a second time");
    return config;
  },
});
rmSync(folder, { recursive: true });
