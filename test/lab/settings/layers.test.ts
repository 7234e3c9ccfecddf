import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type LabOptions, resolveConfig } from "../../../lib/src/lab/config";
import { openLab } from "../../../lib/src/lab/lab";
import { IALS_RUN_DEFAULTS } from "../../../lib/src/mf/ials";
import type { LabConfig } from "../../../lib/src/stages/config";

const folder = mkdtempSync(join(tmpdir(), "msae-layers-"));
let files = 0;

function fileOf(content: object): string {
  const file = join(folder, `${files++}.json`);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** The configuration of options, and what was said of them. */
function resolved(options: LabOptions | LabOptions[]): { config: LabConfig; said: string[] } {
  const said: string[] = [];
  return { config: resolveConfig(options, (message) => said.push(message)), said };
}

/** Every setting of a configuration that is no group, by dotted path. */
function leaves(value: object, path = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([key, entry]) =>
    entry !== null && typeof entry === "object" && !Array.isArray(entry)
      ? leaves(entry, path ? `${path}.${key}` : key)
      : [[path ? `${path}.${key}` : key, entry] as [string, unknown]],
  );
}

/** Another value that the setting may have. */
function changed(path: string, value: unknown): unknown {
  if (path === "sae.prefixes") return [10, 50];
  if (path === "data.shape") return "published";
  if (path === "split.kind") return "time";
  if (path === "mf.schedule") return "blocks";
  if (path === "seeds.runs") return 2;
  if (typeof value === "boolean") return !value;
  if (typeof value !== "number") return undefined;
  if (Number.isInteger(value) && value >= 2) return value - 1;
  return value === 0 ? 1 : value / 2;
}

test("a single setting wins over a file that says everything, in every field of it", () => {
  for (const preset of ["paper", "calibrated"] as const) {
    const whole = resolveConfig({ preset });
    const config = fileOf(whole);
    for (const [path, value] of leaves(whole)) {
      const other = changed(path, value);
      if (other === undefined) continue;
      const set: Record<string, unknown> = { [path]: other, ...(path === "sae.k" ? { "sae.prefixes": [other] } : {}) };
      const found = new Map(leaves(resolveConfig({ config, set })));
      assert.equal(found.get(path), other, path);
    }
  }
});

test("a single setting changes the kind that a file names; what the file said of the other kind is left out and named", () => {
  const paper = fileOf({ ...resolveConfig({ preset: "paper", d: 8 }) });
  const { config, said } = resolved({ config: paper, set: { "mf.kind": "ials", "mf.alpha": 3 } });
  const { seed: _seed, ...ials } = IALS_RUN_DEFAULTS;
  assert.equal(config.mf, { kind: "ials", ...ials, d: 8, alpha: 3 });
  assert.is(said.length, 1);
  assert.match(said[0], /mf\.lr, mf\.reg, mf\.epochs.*mf\.kind "bce-sgd".*mf\.kind is "ials"/);

  const plain = resolved({ config: paper, set: { "sae.architecture": "plain" } });
  assert.is(plain.config.sae.architecture, "plain");
  assert.equal(plain.config.sae.prefixes, [50]);
  assert.match(plain.said[0], /sae\.tied.*sae\.architecture "msae".*"plain" now/);

  const planted = resolved({
    config: fileOf({ data: { kind: "files", ratings: "r.csv" } }),
    set: { "data.kind": "planted" },
  });
  assert.is(planted.config.data.kind, "planted");
  assert.match(planted.said[0], /data\.ratings/);

  const files = resolved({ config: paper, set: { "data.kind": "files", "data.ratings": "r.csv" } });
  assert.is(files.config.data.kind, "files");
  assert.match(files.said[0], /data\.users/);
  assert.is(resolved({ config: paper, ratings: "r.csv" }).config.data.kind, "files");

  const given = resolved({ config: paper, set: { "mf.kind": "given", "mf.folder": "mine" } });
  assert.equal(given.config.mf, { kind: "given", folder: "mine" });
  const fitted = resolved({ config: fileOf(given.config), set: { "mf.kind": "bce-sgd" } });
  assert.is(fitted.config.mf.kind, "bce-sgd");
});

test("a preset on the command line wins over the file's, for all that the file leaves out", () => {
  const config = fileOf({ preset: "paper", seed: 7 });
  for (const options of [{ preset: "calibrated" as const }, { set: { preset: "calibrated" as const } }]) {
    const found = resolveConfig({ config, ...options });
    assert.equal([found.preset, found.mf.kind, found.sae.lr, found.seed], ["calibrated", "ials", 2e-3, 7]);
  }
  assert.is(resolveConfig({ config, set: { preset: "paper" } }).mf.kind, "bce-sgd");
});

test("prefixes hold until something stronger asks for another k", () => {
  const config = fileOf(resolveConfig({ k: 50, set: { "sae.prefixes": [10, 50] } }));
  assert.equal(resolveConfig({ config }).sae.prefixes, [10, 50]);
  assert.equal(resolveConfig({ config, k: 20 }).sae.prefixes, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  assert.equal(resolveConfig({ config, k: 20, set: { "sae.prefixes": [5, 20] } }).sae.prefixes, [5, 20]);
});

test("named columns replace those of a file whole, single ones add to them; the caller's own record stays as it was", () => {
  const config = fileOf({ data: { ratings: "r.csv", columns: { user: "a", time: "t" } } });
  const columns = { user: "b" };
  const set = { "data.columns.item": "c" };
  const { data } = resolveConfig({ config, columns, set });
  assert.equal(data.kind === "files" && data.columns, { user: "b", item: "c" });
  assert.equal(columns, { user: "b" });
  const added = resolveConfig({ config, set }).data;
  assert.equal(added.kind === "files" && added.columns, { user: "a", time: "t", item: "c" });
});

test("a lab with another preset leaves out, and names, what was set for the other factorization", async () => {
  const said: string[] = [];
  const lab = await openLab({
    set: { "mf.iterations": 3, "mf.d": 8, "sae.epochs": 2 },
    warn: (message) => said.push(message),
  });
  const paper = await lab.with({ preset: "paper" });
  assert.is(said.length, 1);
  assert.match(said[0], /mf\.iterations\. They were set for mf\.kind "ials", and mf\.kind is "bce-sgd" now\./);
  assert.equal(
    [paper.config.mf.kind, (paper.config.mf as { d: number }).d, paper.config.sae.epochs],
    ["bce-sgd", 8, 2],
  );
  // And back: what was left out is there again.
  const back = await paper.with({ preset: "calibrated" });
  assert.is((back.config.mf as { iterations: number }).iterations, 3);
  await lab.with({ preset: "paper", set: { "mf.iterations": 4 } }).then(
    () => assert.unreachable("a setting of another factorization in the same call is refused"),
    (error: Error) => assert.match(error.message, /no setting "mf\.iterations".*mf\.kind "bce-sgd".*epochs/),
  );
});

test("a later option wins over an earlier setting, and undefined takes an earlier one back", async () => {
  const lab = await openLab({ k: 20, set: { "sae.k": 10, "mf.d": 8 } });
  assert.is(lab.config.sae.k, 10);
  assert.is((await lab.with({ k: 30 })).config.sae.k, 30);
  const without = await lab.with({ set: { "sae.k": undefined, "mf.d": undefined } });
  assert.equal([without.config.sae.k, (without.config.mf as { d: number }).d], [20, 20]);
  assert.is((await lab.with({ k: undefined, set: { "sae.k": undefined } })).config.sae.k, 50);
});

test("a card is a configuration file: its configuration is taken", () => {
  const config = resolveConfig({ seed: 3, k: 20 });
  assert.equal(resolveConfig({ config: fileOf({ config, versions: {}, seed: 3, mf: { ndcgAt10: 0.1 } }) }), config);
});

test("a factorization, source or preset that there is not is refused with those that there are", () => {
  assert.throws(
    () => resolveConfig({ set: { "mf.kind": "als" as "ials" } }),
    /no factorization "als".*"ials", "bce-sgd"/,
  );
  assert.throws(
    () => resolveConfig({ set: { "data.kind": "file" as "files" } }),
    /no source of data "file".*"planted" or "files"/,
  );
});

test.run();
