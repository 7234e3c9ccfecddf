import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { compare } from "../../lib/src/cli/compare";
import type { Card } from "../../lib/src/lab/card";
import { readCard } from "../../lib/src/lab/card-schema";

const CARD = {
  data: { users: 3, items: 2, interactions: 4, categories: 0, source: "planted" },
  seed: 42,
  preset: "calibrated",
  backend: "fused",
  versions: { node: "22.0.0" },
  config: { preset: "calibrated", seed: 42 },
  mf: { kind: "ials", d: 2, ndcgAt10: 0.1, recallAt20: 0.2, auc: 0.7 },
  sae: { k: 2, prefixes: [1, 2], epochs: 3, fvu: 0.5, l0: 1.5 },
  monosemanticity: { mean: 0.1, perLatent: [0.1, null], nulls: {}, verdict: "noise" },
  seconds: {},
};

/** A text with one place of it changed; the place must be there. */
function changed(value: unknown, from: string, to: string): string {
  const text = JSON.stringify(value);
  assert.ok(text.includes(from), from);
  return text.replace(from, to);
}

function fileOf(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "card-")), "card.json");
  writeFileSync(file, content);
  return file;
}

test("a card that lacks something, or says it wrongly, is refused by the field's name", () => {
  assert.equal(readCard(fileOf(JSON.stringify(CARD))), CARD as unknown as Card);
  for (const [content, sentence] of [
    ["", /is not JSON/],
    ["null", /is not a card/],
    ["[]", /is not a card/],
    ['{"monosemanticity":null,"config":null}', /is not a card: its data is missing or wrong/],
    [changed(CARD, '"mean":0.1', '"mean":"0.1"'), /its monosemanticity\.mean is missing or wrong/],
    [changed(CARD, '"perLatent":[0.1,null]', '"perLatent":[[]]'), /its monosemanticity\.perLatent/],
    [changed(CARD, '"users":3', '"users":-3'), /its data\.users/],
    [changed(CARD, '"nulls":{}', '"nulls":{"noise":null}'), /its monosemanticity\.nulls\.noise/],
    [changed(CARD, '"seed":42', '"seed":42,"seed":43'), /has the key "seed" twice/],
    [changed(CARD, '"mean":0.1', '"mean":1e999'), /beyond the largest/],
  ] as const)
    assert.throws(
      () => readCard(fileOf(content)),
      (error: Error) => error instanceof InputError && sentence.test(error.message),
      `${sentence}`,
    );
});

test("cards with very long lists and many fields are compared, and what they say is safe to print", () => {
  const wide = (seed: number): string => {
    const many = Object.fromEntries(Array.from({ length: 130_000 }, (_, at) => [`f${at}`, seed]));
    const perLatent = new Array(200_000).fill(seed / 7);
    const versions = { node: "\u001b[2J\u202e\u009b", long: `${seed}${"x".repeat(10_000)}` };
    const monosemanticity = { ...CARD.monosemanticity, perLatent, verdict: "\u202enoise" };
    return JSON.stringify({ ...CARD, seed, versions, monosemanticity, config: { ...CARD.config, many } });
  };
  const parts: string[] = [];
  compare([fileOf(wide(1)), fileOf(wide(2))], {}, { out: (text) => void parts.push(text), err: () => undefined });
  const out = parts.join("");
  assert.not.match(out.replaceAll("\n", ""), /[\p{Cc}\u202e]/u);
  assert.match(out, /x… \(10,003 characters\)/);
  assert.match(out, /verdict is the same: \\u202enoise/);
});

test.run();
