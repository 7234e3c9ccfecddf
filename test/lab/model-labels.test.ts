import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openLab } from "../../lib/src/lab/lab";
import { modelLabels } from "../../lib/src/lab/model-labels";
import { labelAgreement } from "../../lib/src/labels/agreement";
import type { Labeller } from "../../lib/src/labels/judge";
import type { Exhibit } from "../../lib/src/records/label";

const folder = mkdtempSync(join(tmpdir(), "msae-model-labels-"));
const QUICK = {
  ...{ "data.users": 300, "data.items": 200, "data.interactions": 4000, "sae.epochs": 2, "sae.minSteps": 0 },
  ...{ "sae.batch": 64, "mf.iterations": 3, "sae.k": 12 },
};
const open = (set: Record<string, unknown> = {}) =>
  openLab({ runs: join(folder, "runs"), set: { ...QUICK, ...set } as typeof QUICK });

/** A labeller that says what the strongest item's last category is, and remembers whom it was asked for; every fifth latent fails. */
function byCategory(): Labeller & { asked: Exhibit[][] } {
  const asked: Exhibit[][] = [];
  return {
    asked,
    name: "by category",
    async label(exhibits) {
      asked.push([...exhibits]);
      const all = exhibits.map(({ latent, items: [{ categories }] }) => {
        const broad = categories[categories.length - 1];
        const rest = { description: "", confidence: "high" as const, evidence: [], source: "model" as const };
        return { latent, broad, refined: broad, ...rest };
      });
      return {
        labels: all.filter(({ latent }) => latent % 5 > 0),
        failed: all.filter(({ latent }) => latent % 5 === 0).map(({ latent }) => ({ latent, reason: "no" })),
      };
    },
  };
}

test("the trained latents and an untrained encoder's are labelled from half A and tested, shuffled labels beside them", async () => {
  const labeller = byCategory();
  const lab = await open();
  const found = await modelLabels(lab, { labeller, nulls: true });
  assert.is(labeller.asked.length, 2);
  const [trained, untrained] = labeller.asked;
  assert.ok(trained.length > 6);
  assert.not.equal(trained, untrained);
  assert.equal(
    found.labels.map(({ latent }) => latent),
    trained.map(({ latent }) => latent).filter((latent) => latent % 5 > 0),
  );
  assert.is(found.failed.length, trained.length - found.labels.length);
  for (const { latent, items } of trained) assert.is(found.strongest.get(latent), items[0].id);
  assert.equal(Object.keys(found.nulls), ["shuffled", "untrained"]);
  const { shuffled, untrained: floor } = found.nulls;
  assert.is(floor.failed, untrained.filter(({ latent }) => latent % 5 === 0).length);
  assert.ok(found.scores.length > 3 && found.means.detection && floor.detection && shuffled.detection);
  const { detection } = floor.difference;
  assert.ok(Math.abs((detection?.mean ?? 9) - (found.means.detection!.mean - floor.detection!.mean)) < 1e-12);
  assert.is(found.judge, "lexical");
  const offline = (await lab.labels()).labels;
  assert.equal(found.agreement, labelAgreement(found.labels, offline));
  assert.is(found.agreement?.latents, found.labels.length);

  const again = await modelLabels(lab, { labeller: byCategory(), nulls: false });
  assert.equal(again.scores, found.scores, "the same labels have the same scores");
  assert.equal(Object.keys(again.nulls), ["shuffled"]);
});

test("people's labels are tested with the others and not asked for; where labels are not wanted further, nothing is tested", async () => {
  const edits = join(folder, "label-edits.jsonl");
  writeFileSync(edits, '{"latent": 1, "broad": "Mine"}\n');
  const lab = await open({ "labels.edits": edits });
  const labeller = byCategory();
  const found = await modelLabels(lab, { labeller, nulls: false, written: () => false });
  assert.not(labeller.asked[0].some(({ latent }) => latent === 1));
  assert.is(found.labels.find(({ latent }) => latent === 1)?.source, "person");
  assert.equal([found.scores, found.nulls], [[], {}]);
});

test.run();
