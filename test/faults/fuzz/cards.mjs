import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built, fuzz } from "./lib/fuzz.mjs";
import { chance, mutateBytes, mutateJson, pick, writeJson } from "./lib/mutate.mjs";

// `msae-lab compare`: two cards, of which one or both are damaged, in text and in JSON.
const { compare } = built("cli/compare");
const { presetConfig } = built("stages/config");

const scores = (n) => Array.from({ length: n }, (_, at) => (at % 5 === 3 ? null : at / n));
const latent = {
  latent: 1,
  best: "Shoes",
  auroc: 0.7,
  averagePrecision: 0.3,
  prevalence: 0.1,
  nap: 0.2,
  lift: 3,
  f1: 0.4,
  q: 0.001,
};
const CARD = {
  data: { users: 300, items: 200, interactions: 4000, categories: 9, source: "r.csv, i.jsonl" },
  seed: 42,
  preset: "calibrated",
  backend: "fused",
  versions: { "msae-lab": "0.1.0", node: "22.0.0" },
  config: presetConfig("calibrated"),
  mf: {
    kind: "ials",
    d: 2,
    ndcgAt10: 0.1,
    recallAt10: 0.1,
    recallAt20: 0.2,
    auc: 0.7,
    popularity: { ndcgAt10: 0.1, recallAt20: 0.1, auc: 0.6 },
  },
  sae: {
    k: 14,
    prefixes: [1, 14],
    epochs: 3,
    fvu: 0.5,
    fvuPerPrefix: [0.6, 0.5],
    l0: 1.5,
    dead: 0,
    finalLoss: 1,
    rankingCost: { ndcgAt10: 0 },
  },
  monosemanticity: {
    ...{ mean: 0.1, ci: [0, 0.2], perLatent: scores(14), sampled: { items: 10, mean: 0.1 }, excludedItems: 0 },
    ...{
      nulls: { noise: { mean: 0.1, perLatent: scores(14) }, permuted: { mean: 0, perLatent: scores(14) } },
      verdict: "noise",
    },
  },
  alignment: {
    ...{
      split: "B",
      categories: 9,
      categoriesLeftOut: 0,
      pairs: 100,
      significant: 5,
      meanBestNap: 0.2,
      perLatent: [latent, latent],
    },
    floors: { noise: { meanBestNap: 0.1, significant: 1, latentsAbove8: 0 } },
  },
  seconds: { data: 1 },
};

const folder = mkdtempSync(join(tmpdir(), "fuzz-cards-"));
const files = ["a", "b"].map((name) => join(folder, `${name}.json`));

function card(random) {
  let changed = CARD;
  for (let left = random.integer(3); left > 0; left--) changed = mutateJson(random, changed);
  const bytes = Buffer.from(writeJson(random, changed) ?? "null");
  return (chance(random, 0.15) ? mutateBytes(random, bytes) : bytes).toString("base64");
}

await fuzz({
  name: "cards",
  make: (random) => JSON.stringify({ contents: [card(random), card(random)], json: pick(random, [true, false]) }),
  read(text) {
    const { contents, json } = JSON.parse(text);
    for (const [at, content] of contents.entries()) writeFileSync(files[at], Buffer.from(content, "base64"));
    const parts = [];
    compare(files, { json }, { out: (part) => parts.push(part), err: () => undefined });
    const out = parts.join("");
    if (json) JSON.parse(out);
    else if (/[\p{Cc}\p{Cs}\u202e]/u.test(out.replaceAll("\n", ""))) throw new Error("control characters were printed");
    return out;
  },
});
rmSync(folder, { recursive: true });
