import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type LabelEdit, readLabelEdits } from "../../lib/src/formats/label-edits";

const file = join(mkdtempSync(join(tmpdir(), "msae-edits-")), "label-edits.jsonl");
const read = (text: string): LabelEdit[] => {
  writeFileSync(file, text);
  return readLabelEdits(file);
};

test("a line is a label; what is not said is filled in, and other fields say nothing", () => {
  assert.equal(
    read(
      '\uFEFF{"latent": 3, "broad": " Hats ", "auroc": 1}\r\n\r\n{"latent": 1, "broad": "A", "refined": "B", "description": "C.", "confidence": "low", "evidence": ["d"], "strongest": "i9"}',
    ),
    [
      {
        ...{ latent: 3, broad: "Hats", refined: "Hats", description: "", confidence: "high" },
        evidence: [],
        source: "person",
        line: 1,
      },
      {
        ...{ latent: 1, broad: "A", refined: "B", description: "C.", confidence: "low", evidence: ["d"] },
        source: "person",
        line: 3,
        strongest: "i9",
      },
    ],
  );
  assert.equal(read(""), []);
});

for (const [text, why] of [
  ['{"latent": 1, "broad": "a"}\nno object', /label-edits\.jsonl, line 2: it is not JSON .*mend it, or take it out/],
  ['{"broad": "a"}', /line 1: latent is missing or no whole number/],
  ['{"latent": -1, "broad": "a"}', /line 1: latent is below 0/],
  ['{"latent": 1}', /line 1: broad is missing or no text/],
  ['{"latent": 1, "broad": " "}', /line 1: broad is empty/],
  ['{"latent": 1, "broad": "a", "confidence": "sure"}', /line 1: confidence is none of low, medium, high/],
  ['{"latent": 1, "broad": "a", "evidence": "b"}', /line 1: evidence is no list of texts/],
  ['{"latent": 1, "broad": "a"}\n{"latent": 1, "broad": "b"}', /line 2: latent 1 has a label in line 1 already/],
] as const)
  test(`a line that is wrong is named: ${text.slice(0, 60)}`, () => {
    try {
      read(text);
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).name, "InputError");
      assert.match((error as Error).message, why);
    }
  });

test.run();
