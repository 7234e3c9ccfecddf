import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { execute } from "../../../lib/src/cli";
import { resolveConfig } from "../../../lib/src/lab/config";
import { settingRows } from "../../../lib/src/lab/settings/rows";
import { settingsPage, settingsSource } from "../../../lib/src/lab/settings/texts";

const root = join(__dirname, "..", "..", "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

async function said(...args: string[]): Promise<{ code: number; text: string }> {
  let text = "";
  const keep = (more: string): void => {
    text += more;
  };
  return { code: await execute(args, { out: keep, err: keep }), text };
}

test("the page of the settings and the names that a cell completes are what the schemas give: else run npm run settings", () => {
  assert.fixture(read("docs/settings.md"), settingsPage());
  assert.fixture(read("lib/src/lab/settings/values.ts"), settingsSource());
});

/** Every setting of a configuration that is no group, by dotted path. */
const leaves = (value: object, path = ""): string[] =>
  Object.entries(value).flatMap(([key, entry]) =>
    entry !== null && typeof entry === "object" && !Array.isArray(entry)
      ? leaves(entry, path ? `${path}.${key}` : key)
      : [path ? `${path}.${key}` : key],
  );

test("every setting that a configuration has is listed once in its kind, with meaning, unit, default and source", () => {
  const rows = settingRows();
  for (const row of rows)
    for (const part of ["meaning", "unit", "value", "source", "type"] as const)
      assert.ok(row[part] !== "" && row[part] !== "unknown", `${row.path}: ${part} is ${row[part]}`);
  const names = rows.map(({ path, when }) => `${path} ${JSON.stringify(when)}`);
  assert.is(new Set(names).size, names.length);
  const listed = new Set(rows.map(({ path }) => path));
  for (const options of [{}, { preset: "paper" as const }, { ratings: "r.csv" }, { factors: "f" }])
    for (const path of leaves(resolveConfig(options)).filter((each) => each !== "data.filter"))
      assert.ok(listed.has(path), path);
});

test("a listed default is what a run has where nothing is said, in both presets", () => {
  const at = (config: object, path: string): unknown =>
    path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], config);
  const [calibrated, paper] = (["calibrated", "paper"] as const).map((preset) => resolveConfig({ preset }));
  const rows = settingRows().filter(({ path }) => path.startsWith("scores.") || path === "mf.kind");
  for (const { path, value } of rows) {
    const [first, second] = [calibrated, paper].map((config) => JSON.stringify(at(config, path)));
    assert.is(value, first === second ? first : `${first}; paper: ${second}`, path);
  }
  assert.is(settingRows().find(({ path }) => path === "sae.lr")?.value, "0.002; paper: 0.0001");
});

test("run --help and settings list every setting with its four facts; a part of them by its name", async () => {
  const { code, text } = await said("run", "--help");
  assert.is(code, 0);
  const list = await said("settings");
  assert.ok(text.endsWith(list.text.trimEnd()) || text.includes(list.text));
  for (const { path, meaning, unit, value, source } of settingRows())
    assert.ok(
      list.text.includes(`  ${path}  ${meaning}\n`) &&
        list.text.includes(`; unit: ${unit}; default: ${value}; source: ${source}\n`),
      path,
    );
  const part = JSON.parse((await said("settings", "data.prune", "--json")).text) as { path: string }[];
  assert.equal(
    part.map(({ path }) => path.replace("data.prune.", "")),
    ["minUserRatings", "minItemRatings", "minCategoryItems", "mainCategory", "iterate"],
  );
  const wrong = await said("settings", "mfs");
  assert.is(wrong.code, 2);
  assert.match(wrong.text, /no setting or group "mfs": the groups are preset, seed, data, split, mf, sae/);
});

/** Sources that were parsed once are parsed. */
const registry = ts.createDocumentRegistry();

/** A language service over one cell's text, which stands beside the library's sources. */
function cellService(text: string): { service: ts.LanguageService; file: string; at: number } {
  const file = join(root, "test", "lab", "settings", "cell.ts");
  const at = text.indexOf("|");
  const source = text.replace("|", "");
  const options: ts.CompilerOptions = {
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, strict: true, skipLibCheck: true },
    ...{ moduleResolution: ts.ModuleResolutionKind.Node10, esModuleInterop: true, types: [] },
  };
  const contents = (name: string): string | undefined => (name === file ? source : ts.sys.readFile(name));
  const host: ts.LanguageServiceHost = {
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(source.length) : "1"),
    getScriptSnapshot: (name) => {
      const found = contents(name);
      return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: contents,
  };
  return { service: ts.createLanguageService(host, registry), file, at };
}

test("a cell completes the names of the settings with their docs, in openLab and lab.with, and refuses a value of another type", () => {
  const head =
    'import type { LabOptions } from "../../../lib/src/lab/config";\ndeclare function openLab(options: LabOptions): { with(changes: LabOptions): void };\n';
  for (const call of ['openLab({ set: { "|" } });', 'openLab({}).with({ set: { "|" } });']) {
    const { service, file, at } = cellService(head + call);
    const names = service.getCompletionsAtPosition(file, at, {})?.entries.map(({ name }) => name) ?? [];
    for (const { path } of settingRows()) assert.ok(names.includes(path), `${call}: ${path}`);
    const details = service.getCompletionEntryDetails(file, at, "mf.alpha", undefined, undefined, undefined, undefined);
    assert.is(
      ts.displayPartsToString(details?.documentation),
      "Confidence of an interaction is 1 + alpha; of a gap, 1. Set by hand, it is held; absent, it is chosen by the tuning, or 40 where mf.tune is false. Unit: factor. Default: none. Source: Hu, Koren and Volinsky 2008, section 4.",
    );
  }
  const { service, file } = cellService(
    `${head}openLab({ set: { "mf.alpha": "much", "split.kind": "none", "my.own": 1 } });`,
  );
  const faults = service
    .getSemanticDiagnostics(file)
    .map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n"));
  assert.is(faults.length, 2, faults.join("\n"));
  assert.match(faults[0], /Type 'string' is not assignable to type 'number'/);
  assert.match(faults[1], /Type '"none"' is not assignable to type .*"leave-last-out"/);
});

test.run();
