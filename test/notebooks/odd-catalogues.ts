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
/** Every notebook. */
const notebooks = readdirSync(resolve(__dirname, "..", "..", "notebooks")).filter((name) => name.endsWith(".ipynb"));

/** Settings of a run that takes a second. */
export const SMALL = { "sae.batch": 64, "sae.epochs": 2, "sae.minSteps": 20, "data.prune.minCategoryItems": 5 };

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

/** A catalogue as files: ratings of so many users, and items with a title and a list of categories each. */
function written(
  name: string,
  ids: string[],
  users: { count: number; id: (row: number) => string },
  items: { file: string; field: string; of: (row: number) => [title: string, list: string] },
): object {
  const folder = join(dir, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "ratings.csv"), interactions(name, users.count, users.id, ids));
  const rows = ids.map((id, row) => [id, ...items.of(row)].map(quoted).join(","));
  writeFileSync(join(folder, items.file), `movieId,title,${items.field}\n${rows.join("\n")}\n`);
  return {
    ratings: join(folder, "ratings.csv"),
    items: join(folder, items.file),
    columns: { user: "userId", item: "movieId" },
    categories: { column: items.field, separator: "|" },
  };
}

/** Films with genres only, as MovieLens has them: no women's and men's categories; and ids that spell trouble. */
export function films(): object {
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
  const of = (row: number): [string, string] => [
    `${ids[row]} (1995)`,
    `${genres[row % 6]}|${genres[(row * 5 + 1) % 6]}`,
  ];
  const users = { count: 300, id: (row: number) => `u;${row}` };
  return { ...written("films", ids, users, { file: "movies.csv", field: "genres", of }), k: 20, d: 8, set: SMALL };
}

/** A tiny shop of which there is no list of items: no titles, no categories, no times. */
export function shop(): object {
  const folder = join(dir, "shop");
  mkdirSync(folder);
  const ids = Array.from({ length: 90 }, (_, row) => String(row + 1));
  writeFileSync(join(folder, "ratings.csv"), interactions("shop", 80, String, ids));
  return { ratings: join(folder, "ratings.csv"), columns: { user: "userId", item: "movieId" }, k: 7, d: 5, set: SMALL };
}

/** A catalogue with titles and categories as given, read as the CLI's options say. */
export function catalogue(name: string, lists: readonly string[], more: object = {}): object {
  const ids = lists.map((_, row) => `${name} ${row}`);
  const users = { count: 150, id: (row: number) => `u${row}` };
  const of = (row: number): [string, string] => [`Title ${row}`, lists[row]];
  const files = written(name, ids, users, { file: "items.csv", field: "categories", of });
  return { ...files, ...{ k: 12, d: 6, set: SMALL }, ...more };
}

/** Flat genres in the order of the alphabet, as MovieLens has them; an axis of two of them. */
export function genres(): object {
  const names = ["Action", "Comedy", "Drama", "Horror", "Romance", "War"];
  const lists = Array.from({ length: 120 }, (_, row) =>
    [...new Set([row % 6, (row + 1 + (row % 5)) % 6, (row * 7 + 3) % 6])].sort().map((at) => names[at]),
  );
  const axis = { drama: ["Drama"], comedy: ["Comedy"] };
  return catalogue(
    "genres",
    lists.map((list) => list.join("|")),
    { axis },
  );
}

/** Women's and men's departments by other words than Women and Men, thirty of each kind. */
export function departments(): object {
  const names = ["Womens Shoes", "MENS SHOES", "Ladies Tops", "Men's Tops", "Female", "Specimens"];
  return catalogue(
    "departments",
    Array.from({ length: 180 }, (_, row) => names[row % 6]),
  );
}

/** Run every notebook on each catalogue, and hold what the pages say of it. @param said by `catalogue/notebook` */
export function goThrough(
  catalogues: Readonly<Record<string, object>>,
  said: Readonly<Record<string, RegExp[]>>,
): void {
  for (const [name, options] of Object.entries(catalogues))
    for (const notebook of notebooks)
      test(`${notebook} goes through on a catalogue of ${name}, and says what the data lacks`, async () => {
        const text = await runPlain(notebook, options);
        for (const sentence of said[`${name}/${notebook}`] ?? []) assert.match(text, sentence);
        assert.not.match(text, /\bNaN\b|Infinity|\bundefined\b|\[object Object\]/);
      });
}
