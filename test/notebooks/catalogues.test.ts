import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { runPlain } from "./plain-run";

const dir = mkdtempSync(join(tmpdir(), "msae-catalogues-"));
process.env.MSAE_RUNS = join(dir, "runs");
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
const notebooks = readdirSync(resolve(__dirname, "..", "..", "notebooks")).filter((name) => name.endsWith(".ipynb"));

const SMALL = { "sae.batch": 64, "sae.epochs": 2, "sae.minSteps": 20, "data.prune.minCategoryItems": 5 };

/** Interactions of users with a taste for one of six kinds of items, as `user,item` rows. */
function interactions(name: string, users: number, user: (row: number) => string, items: string[]): string {
  const random = seededRandom(3, `catalogues/${name}`);
  const rows: string[] = [];
  for (let u = 0; u < users; u++)
    for (let n = 0; n < 14; n++) {
      const kind = random.uniform() < 0.7 ? u % 6 : Math.floor(random.uniform() * 6);
      const item = 6 * Math.floor(random.uniform() * (items.length / 6)) + kind;
      rows.push(`${quoted(user(u))},${quoted(items[Math.min(item, items.length - 1)])}`);
    }
  return `userId,movieId\n${rows.join("\n")}\n`;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Films with genres only, as MovieLens has them: no women's and men's categories; and ids that spell trouble. */
function films(): object {
  const folder = join(dir, "films");
  mkdirSync(folder);
  const odd = [
    "=1+1",
    "-7",
    "007",
    "a,b",
    'say "x"',
    "é ü",
    "<b>",
    "100%",
    "a\\b",
    "{x}",
    "$y$",
    "__proto__",
    "constructor",
    "' '",
    "日本",
  ];
  const ids = Array.from({ length: 120 }, (_, row) => (row < odd.length ? odd[row] : `m ${row}`));
  const genres = ["Drama", "Comedy", "Film-Noir", "Children's", "Sci-Fi", "(no genres listed)"];
  const rows = ids.map(
    (id, row) => `${quoted(id)},${quoted(`${id} (1995)`)},${genres[row % 6]}|${genres[(row * 5 + 1) % 6]}`,
  );
  writeFileSync(
    join(folder, "ratings.csv"),
    interactions("films", 300, (row) => `u;${row}`, ids),
  );
  writeFileSync(join(folder, "movies.csv"), `movieId,title,genres\n${rows.join("\n")}\n`);
  return {
    ratings: join(folder, "ratings.csv"),
    items: join(folder, "movies.csv"),
    columns: { user: "userId", item: "movieId" },
    categories: { column: "genres", separator: "|" },
    k: 20,
    d: 8,
    set: SMALL,
  };
}

/** A tiny shop of which there is no list of items: no titles, no categories, no times. */
function shop(): object {
  const folder = join(dir, "shop");
  mkdirSync(folder);
  const ids = Array.from({ length: 90 }, (_, row) => String(row + 1));
  writeFileSync(join(folder, "ratings.csv"), interactions("shop", 80, String, ids));
  return { ratings: join(folder, "ratings.csv"), columns: { user: "userId", item: "movieId" }, k: 7, d: 5, set: SMALL };
}

const catalogues = { films: films(), shop: shop() };

/** What a page has to say where the catalogue has nothing to show. */
const SAID: Record<string, RegExp[]> = {
  "films/02-matrix-factorization.ipynb": [
    /Too few items have a category with the word Women or Men .*: "[A-Z].*name two|name two of its categories/,
  ],
  "films/08-gender-axis.ipynb": [
    /"Women" was not tested.*tested are .*"Drama"/,
    /No latent was chosen, so nothing is turned/,
    /"Men" was not tested/,
  ],
  "shop/00-start-here.ipynb": [/The data has no categories, so there is nothing that a latent could be aligned with/],
  "shop/01-data.ipynb": [/has no categories, so there are none to draw/, /has no categories, so there is no tree/],
  "shop/02-matrix-factorization.ipynb": [/Women or Men .* give item metadata with categories/],
  "shop/08-gender-axis.ipynb": [/"Women" was not tested: .* the data has none that has/],
};

for (const [name, options] of Object.entries(catalogues))
  for (const notebook of notebooks)
    test(`${notebook} goes through on a catalogue of ${name}, and says what the data lacks`, async () => {
      const said = await runPlain(notebook, options);
      for (const sentence of SAID[`${name}/${notebook}`] ?? []) assert.match(said, sentence);
      assert.not.match(said, /\bNaN\b|Infinity|\bundefined\b|\[object Object\]/);
    });

test.run();
