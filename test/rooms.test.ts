import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

/**
 * The rooms of `lib/src` from the ground up. An import points to a room further down, or stays in its own; rooms of one line do
 * not know each other. `docs/architecture.md` draws the same.
 */
const FLOORS: readonly (readonly string[])[] = [
  ["base"],
  ["records"],
  ["kernels"],
  ["formats", "data/fetch"],
  ["data"],
  ["data/planted", "data/read"],
  ["data/write", "mf", "sae"],
  ["metrics"],
  ["interventions", "labels"],
  ["charts"],
  ["stages"],
  ["lab"],
  ["explore", "lab/views"],
  ["bench"],
  ["cli"],
  ["."],
];

/** Folders inside a room that are of it: `metrics/nulls` is `metrics`. */
const PARTS: Readonly<Record<string, string>> = {
  "metrics/nulls": "metrics",
  "labels/model": "labels",
  "labels/scoring": "labels",
  "lab/settings": "lab",
  "explore/client": "explore",
};

const root = join(__dirname, "..", "lib", "src");
const sources = (readdirSync(root, { recursive: true }) as string[])
  .filter((file) => /(?<!\.d)\.ts$/.test(file) && !file.startsWith(join("kernels", "assembly")))
  .map((file) => file.replaceAll("\\", "/"));
const known = new Set(sources);

const roomOf = (file: string): string => {
  const folder = dirname(file);
  return PARTS[folder] ?? folder;
};

/** Files that a source imports, by path from the root: types as well, since they tie rooms together too. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const specifiers = Array.from(text.matchAll(/(?:from|import\()\s*"(\.[^"]*)"/g), ([, name]) => name);
  return specifiers.flatMap((name) => {
    const path = relative(root, resolve(root, dirname(file), name)).replaceAll("\\", "/");
    const found = [`${path}.ts`, path === "" ? "index.ts" : `${path}/index.ts`].find((each) => known.has(each));
    return found === undefined ? [] : [found];
  });
}

test("every arrow between rooms points down", () => {
  const floor = new Map(FLOORS.flatMap((rooms, level) => rooms.map((room) => [room, level] as const)));
  const wrong: string[] = [];
  for (const file of sources) {
    const own = roomOf(file);
    assert.ok(
      floor.has(own),
      `lib/src/${file}: the room "${own}" has no floor; name it in this test and in docs/architecture.md`,
    );
    for (const other of importsOf(file)) {
      const room = roomOf(other);
      if (room !== own && (floor.get(room) ?? 0) >= (floor.get(own) ?? 0)) wrong.push(`${file} -> ${other}`);
    }
  }
  assert.equal(wrong, [], `arrows that point up or sideways: ${wrong.join(", ")}`);
});

test("no file is part of a circle of imports", () => {
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    state.set(file, "open");
    for (const other of importsOf(file)) visit(other, [...path, file]);
    state.set(file, "done");
  };
  for (const file of sources) visit(file, []);
  assert.equal(circles, []);
});

test("no file is over 300 lines, no room over 4,000", () => {
  const rooms = new Map<string, number>();
  for (const file of sources) {
    const lines = readFileSync(join(root, file), "utf8").split("\n").length - 1;
    assert.ok(lines <= 300, `lib/src/${file} has ${lines} lines`);
    rooms.set(dirname(file), (rooms.get(dirname(file)) ?? 0) + lines);
  }
  for (const file of readdirSync(__dirname, { recursive: true }) as string[])
    if (/\.m?ts$|\.mjs$/.test(file)) {
      const lines = readFileSync(join(__dirname, file), "utf8").split("\n").length - 1;
      assert.ok(lines <= 300, `test/${file} has ${lines} lines`);
    }
  for (const [room, lines] of rooms) assert.ok(lines < 4000, `lib/src/${room} has ${lines} lines`);
});

/** Views are tested beside the charts that they draw. */
const TESTED_IN: Readonly<Record<string, readonly string[]>> = { "lab/views": ["lab/views", "charts"] };

test("the tests of a room lie in the folder of its name, and reach every source of it that has code", () => {
  // No import leads to what a thread or a process is started with, by its path.
  const imported = new Set(sources.flatMap(importsOf));
  const tests = __dirname;
  const hasCode = (file: string): boolean =>
    // A word, or a list of words, is none.
    /^(export )?(async )?(function|class) |^(export )?(const|let) .*(?<! = ["[].*)$/m.test(
      readFileSync(join(root, file), "utf8"),
    );
  for (const room of FLOORS.flat().filter((each) => each !== ".")) {
    const folders = [room, ...Object.keys(PARTS).filter((part) => PARTS[part] === room)].flatMap(
      (each) => TESTED_IN[each] ?? [each],
    );
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const other of importsOf(file)) visit(other);
    };
    for (const folder of folders.filter((each) => existsSync(join(tests, each))))
      for (const name of readdirSync(join(tests, folder)).filter((each) => each.endsWith(".ts")))
        for (const source of importsOf(relative(root, join(tests, folder, name)))) visit(source);
    const missed = sources.filter(
      (file) =>
        // What runs in a browser is tested in one: test/explore/browser.test.ts.
        !file.startsWith("explore/client/") &&
        roomOf(file) === room &&
        !reached.has(file) &&
        imported.has(file) &&
        hasCode(file),
    );
    assert.equal(missed, [], `no test in test/${room} leads to ${missed.join(", ")}`);
  }
});

test("docs/architecture.md names every room", () => {
  const text = readFileSync(join(root, "..", "..", "docs", "architecture.md"), "utf8");
  for (const room of FLOORS.flat().filter((each) => each !== ".")) assert.match(text, `\`${room}\``, room);
});

test.run();
