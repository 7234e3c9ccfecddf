import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { execute } from "../../lib/src/cli";
import { localLinks, read, root, section, tableRows } from "./markdown";

const readme = read("README.md");
type Packages = Record<string, string>;

/** Every package that the project asks for by name, but for its own workspace. */
function dependencies(): string[] {
  const files = ["package.json", "lib/package.json"].map((file) => JSON.parse(read(file)) as Record<string, Packages>);
  const npm = files.flatMap((file) =>
    ["dependencies", "devDependencies", "optionalDependencies"].flatMap((kind) => Object.keys(file[kind] ?? {})),
  );
  const python = read("requirements.in").match(/^[a-z][\w-]*(?===)/gm) ?? [];
  return [...npm.filter((name) => name !== "msae-lab"), ...python];
}

/** Does the table's name, which may end in `*`, mean this package? */
const means = (name: string, dependency: string): boolean =>
  name.endsWith("*") ? dependency.startsWith(name.slice(0, -1)) : name === dependency;

async function help(...command: string[]): Promise<string> {
  let text = "";
  const keep = (more: string): void => {
    text += more;
  };
  assert.is(await execute([...command, "--help"], { out: keep, err: keep }), 0);
  return text;
}

test("every dependency has one line in the table, and no line is about a package that is not there", () => {
  const listed = tableRows(section(readme, "## Dependencies")).flatMap(([names]) => names.split(", "));
  assert.ok(listed.length > 20);
  const wanted = dependencies();
  for (const dependency of wanted)
    assert.is(listed.filter((name) => means(name, dependency)).length, 1, `${dependency} has not one line`);
  const stale = listed.filter((name) => !wanted.some((dependency) => means(name, dependency)));
  assert.equal(stale, []);
});

test("every dependency of the library is named by its sources or scripts", () => {
  const sources = ["lib/src", "lib/bin", "scripts"].flatMap((folder) =>
    (readdirSync(join(root, folder), { recursive: true }) as string[])
      .filter((name) => /\.(ts|cjs|mjs)$/.test(name))
      .map((name) => read(join(folder, name))),
  );
  const { dependencies: npm } = JSON.parse(read("lib/package.json")) as { dependencies: Packages };
  const unused = Object.keys(npm).filter((name) => !sources.some((source) => source.includes(`"${name}`)));
  assert.equal(unused, []);
});

test("every notebook has one row, in order; every row is a notebook", () => {
  const rows = tableRows(section(readme, "## What each notebook shows"));
  const notebooks = readdirSync(join(root, "notebooks")).filter((name) => name.endsWith(".ipynb"));
  assert.equal(
    rows.map(([link]) => link.match(/\(notebooks\/(.+)\)/)?.[1]),
    notebooks.sort(),
  );
  for (const [link, ...cells] of rows) {
    assert.ok(cells.length === 2 && cells.every((cell) => cell !== ""), link);
  }
});

test("every command that the command line has is listed, and every option of `run` has its line", async () => {
  const text = section(readme, "## Command line");
  const commands = [...(await help()).matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name);
  const listed = [...text.matchAll(/^npx msae-lab ([a-z]+) /gm)].map(([, name]) => name);
  assert.equal(listed.sort(), commands.filter((name) => name !== "help").sort());
  const options = [...(await help("run")).matchAll(/^ {2}(--[a-z]+)/gm)].map(([, name]) => name);
  assert.ok(options.length > 10);
  for (const option of options) assert.ok(text.includes(option), `the README does not name ${option}`);
});

test("every file that a page names by a link is there", () => {
  const pages = ["README.md", "environment.md", "data/README.md"];
  const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  for (const page of [...pages, ...docs.map((name) => `docs/${name}`)])
    for (const target of localLinks(read(page))) {
      const file = join(dirname(page), target.replace(/#.*/, ""));
      assert.ok(existsSync(join(root, file)), `${page} links to ${target}, which is not there`);
    }
});

test("the map of the house has every folder, and no other", () => {
  const map = section(readme, "## Map of the house").match(/```\n([\s\S]*?)```/)?.[1] as string;
  const named = [...map.matchAll(/^([a-z]+)\/ /gm)].map(([, name]) => name);
  const ignored = read(".gitignore").split("\n");
  const folders = readdirSync(root, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() &&
        !entry.name.startsWith(".") &&
        !ignored.includes(entry.name) &&
        !ignored.includes(`${entry.name}/`),
    )
    .map(({ name }) => name);
  assert.equal(named.sort(), folders.sort());
});

test.run();
