import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openLab } from "../../lib/src/lab/lab";

test("a lab with changes is the same lab but for them, its other settings kept", async () => {
  const given = {
    runs: mkdtempSync(join(tmpdir(), "msae-lab-")),
    d: 8,
    seed: 7,
    set: { "sae.epochs": 3, "sae.lr": 0.1 },
  };
  const lab = await openLab(given);
  const other = await lab.with({ preset: "paper", set: { "sae.lr": 0.01 } });
  const set = { "sae.epochs": 3, "sae.lr": 0.01 };
  assert.equal(other.config, (await openLab({ ...given, preset: "paper", set })).config);
  assert.equal(lab.config, (await openLab(given)).config);
  assert.equal((await other.with({})).config, other.config);
});

test.run();
