import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { read, root, section, tableRows } from "./markdown";

const page = read("environment.md");

/** Text of every source below a folder, those that only test left out. */
const sources = (folder: string): string[] =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((name) => /\.(ts|mjs|cjs|py)$/.test(name))
    .map((name) => read(join(folder, name)));

/** Environment variables that a text reads: `process.env.NAME`, `env.NAME`, `os.environ["NAME"]`. */
const variables = (text: string): string[] =>
  [...text.matchAll(/\benv(?:iron)?(?:\.|\[")([A-Z][A-Z0-9_]+|npm_[a-z_]+)/g)].map(([, name]) => name);

test("a variable is seen however it is read", () => {
  const text = 'process.env.MSAE_A; if (env.B_C) os.environ["D_E"]; process.env.npm_execpath; environment.F_G; env: {}';
  assert.equal(variables(text), ["MSAE_A", "B_C", "D_E", "npm_execpath"]);
});

test("every environment variable that the code reads is explained, and every MSAE_ variable explained is read", () => {
  const code = ["lib/src", "scripts", "test/browser", "bench"].flatMap(sources);
  const used = new Set(code.flatMap(variables).filter((name) => name !== "PATH"));
  const text = section(page, "## Environment variables");
  const explained = [...text.matchAll(/`([A-Z][A-Z0-9_]+|npm_[a-z_]+)`/g)].map(([, name]) => name);
  assert.ok(used.size > 12);
  assert.equal(
    [...used].filter((name) => !explained.includes(name)),
    [],
  );
  const everywhere = [...code, ...sources("test")].flatMap(variables);
  assert.equal(
    explained.filter((name) => name.startsWith("MSAE_") && !everywhere.includes(name)),
    [],
  );
});

test("the versions of the page are those that are installed", () => {
  const cells = new Map(
    tableRows(section(page, "## Versions, and why these")).map(([name, version]) => [name, version]),
  );
  type Packages = Record<string, Record<string, string>>;
  const [own, library] = ["package.json", "lib/package.json"].map((file) => JSON.parse(read(file)) as Packages);
  assert.is(cells.get("tslab"), own.dependencies.tslab);
  assert.is(cells.get("TypeScript"), own.devDependencies.typescript);
  assert.is(cells.get("vega, vega-lite"), `${library.dependencies.vega}, ${library.dependencies["vega-lite"]}`);
  assert.is(cells.get("JupyterLab"), read("requirements.in").match(/^jupyterlab==(.+)$/m)?.[1]);
  assert.is(cells.get("Node"), `22 or newer; ${own.engines.node.replace(">=", "")} works`);
});

test("every version that the advisories speak of is the one that is installed", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, { version?: string }> };
  const rows = tableRows(section(page, "## Advisories"));
  const stated = rows.flatMap(([names]) => [...names.matchAll(/`([@\w/-]+)` (\d+\.\d+\.\d+)/g)]);
  assert.ok(stated.length > 10);
  for (const [, name, version] of stated) {
    const installed = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    const versions = installed.map(([, entry]) => entry.version);
    assert.ok(versions.includes(version), `${name} ${version} is not installed; ${versions.join(", ") || "none"} is`);
  }
});

test.run();
