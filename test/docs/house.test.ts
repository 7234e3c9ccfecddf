import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DATA_SETS } from "../../lib/src/data/fetch";
import { scoreNulls } from "../../lib/src/metrics/nulls";
import * as registry from "../../lib/src/stages";
import type { Stage } from "../../lib/src/stages/stage";
import { read, root, section, tableRows } from "./markdown";

const page = read("docs/architecture.md");
const stages = registry as unknown as Record<string, Stage<unknown, never>>;

/** What stands between backticks, in order. */
const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);

test("every stage has its row, with all that it needs and all that is put beside it", () => {
  const nameOf = new Map(Object.entries(stages).map(([key, stage]) => [stage as unknown, key]));
  const rows = tableRows(section(page, "## Stages"));
  assert.equal(rows.map(([name]) => quoted(name)[0]).sort(), Object.keys(stages).sort());
  for (const [name, needs] of rows) {
    const stage = stages[quoted(name)[0]];
    const beside = stage.beside === undefined ? [] : [stage.beside.need];
    const rests = [...Object.values(stage.needs), ...beside].flatMap((need) => need.stages());
    const expected = new Set(rests.map((one) => nameOf.get(one) ?? one.name));
    assert.equal([...new Set(quoted(needs))].sort(), [...expected].sort(), quoted(name)[0]);
  }
});

test("every record has all of its fields in the table", () => {
  const folder = join(root, "lib", "src", "records");
  const sources = readdirSync(folder).map((file) => read(`lib/src/records/${file}`));
  for (const [name, fields] of tableRows(section(page, "## Records"))) {
    const record = quoted(name)[0];
    const [body] = sources.flatMap((text) => {
      const found = new RegExp(`^export interface ${record} {\n(.*?)\n}`, "ms").exec(text);
      return found ? [found[1]] : [];
    });
    assert.ok(body, `there is no record ${record}`);
    const own = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field]) => field);
    const named = quoted(fields).filter((word) => word !== "Csr");
    assert.equal(named.sort(), own.sort(), record);
  }
});

test("every null has its row in the README, and its word in the glossary", () => {
  const nulls = Object.keys(scoreNulls).sort();
  const rows = tableRows(section(read("README.md"), "## Is it structure or noise?"));
  assert.equal(rows.flatMap(([name]) => quoted(name)).sort(), nulls);
  const words = tableRows(read("docs/glossary.md")).flatMap(([word]) => word.split(", "));
  assert.equal(
    nulls.filter((name) => !words.includes(name)),
    [],
  );
});

test("every public data set is listed in data/README.md", () => {
  const text = read("data/README.md");
  const names = DATA_SETS.map(({ name }) => (name.startsWith("amazon-2023-") ? "amazon-2023-…" : name));
  assert.equal(
    [...new Set(names)].filter((name) => !text.includes(`\`${name}\``)),
    [],
  );
  const amazon = DATA_SETS.filter(({ name }) => name.startsWith("amazon-2023-"));
  assert.match(text, new RegExp(`for each of the ${amazon.length}\\s`));
});

for (const file of ["docs/architecture.md", "CONTRIBUTING.md", "README.md"])
  test(`${file} names no source that is not there`, () => {
    // NAME, X and NN stand for a name of the reader's; tools/ and what is ignored by git are not sources.
    const paths = quoted(read(file)).filter(
      (word) => /^[\w./-]+\.(ts|mjs|md|in|txt)$/.test(word) && !/NAME|\bX\b|\bNN\b|my-/.test(word),
    );
    const places = ["", "lib/src", "lib/src/lab", "lib/src/sae", "lib/src/metrics/nulls", "docs"];
    const missing = paths.filter(
      (path) =>
        !places.some((place) => existsSync(join(root, place, path))) &&
        !["users.txt", "items.txt"].includes(basename(path)),
    );
    assert.equal(missing, []);
  });

test.run();
