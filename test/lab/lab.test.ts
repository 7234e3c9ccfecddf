import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
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

test("data is known by its files' names and contents: in another folder it is not read again, under another name it is", async () => {
  const root = mkdtempSync(join(tmpdir(), "msae-lab-"));
  const put = (folder: string, name: string): string => {
    mkdirSync(join(root, folder), { recursive: true });
    const rows = Array.from({ length: 40 }, (_, at) => `u${at % 8},i${at % 5}`);
    writeFileSync(join(root, folder, name), ["user_id,item_id", ...rows, ""].join("\n"));
    return join(root, folder, name);
  };
  const runs = join(root, "runs");
  const set = { "data.prune.minUserRatings": 0, "data.prune.minItemRatings": 0 };
  const read = async (ratings: string): Promise<[string, number]> => {
    const { source } = await (await openLab({ runs, ratings, set })).data();
    return [source, readdirSync(join(runs, "data")).length];
  };
  assert.equal(await read(put("here", "sales.csv")), ["sales.csv", 1]);
  assert.equal(await read(put("there", "sales.csv")), ["sales.csv", 1]);
  assert.equal(await read(put("there", "other.csv")), ["other.csv", 2]);
});

test.run();
