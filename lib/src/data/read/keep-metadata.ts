import { requireInput } from "../../base/errors";
import { quote } from "../../base/quote";
import type { Skip } from "../../records/dataset";
import type { KeptMetadata } from "../prune";
import { PAPER_MAIN_CATEGORY, type PruneConfig } from "../prune";
import { type Duck, literal } from "./duck";

/** Decide what metadata and categories are kept; leaves `kept_metadata(id)` and `kept_categories(id, name, place)`. Names are counted over the kept metadata whether rated or not, as in the paper. */
export async function keepMetadata(duck: Duck, config: PruneConfig, items: number): Promise<KeptMetadata> {
  const main = await wantedMainCategory(duck, config);
  const where = main === undefined ? "" : `WHERE main_category = ${literal(main)}`;
  await duck.run(`CREATE TABLE kept_metadata AS SELECT id FROM metadata ${where}`, "pruning");
  const [[count]] = await duck.rows("SELECT count(*) FROM kept_metadata");
  requireInput(
    Number(count) > 0,
    `No metadata item has the main_category ${quote(main)}: name one that the metadata has, or say prune.mainCategory=false to keep all.`,
  );
  const skipped = [
    ...(await stated(
      duck,
      `metadata items of another main category than ${quote(main)}`,
      "SELECT id FROM metadata WHERE id NOT IN (SELECT id FROM kept_metadata)",
    )),
    ...(await stated(
      duck,
      "metadata items without a rating",
      "SELECT id FROM metadata WHERE id NOT IN (SELECT id FROM items)",
    )),
  ];
  const known = await flags(duck, items, "metadata");
  const wanted = await flags(duck, items, "kept_metadata");
  return { known, wanted, main, skipped, ...(await keepCategories(duck, config, items)) };
}

/** What the configuration names, else the paper's own where more than half of the rows have it: other shops have none, or others. */
async function wantedMainCategory(duck: Duck, { mainCategory }: PruneConfig): Promise<string | undefined> {
  if (mainCategory !== undefined) return mainCategory === false ? undefined : mainCategory;
  const [[most]] = await duck.rows(
    `SELECT count(*) FILTER (main_category = ${literal(PAPER_MAIN_CATEGORY)}) > count(*) / 2 FROM metadata`,
  );
  return most ? PAPER_MAIN_CATEGORY : undefined;
}

async function keepCategories(
  duck: Duck,
  config: PruneConfig,
  items: number,
): Promise<Pick<KeptMetadata, "categorised" | "rare" | "note">> {
  await duck.run(
    `CREATE TABLE item_categories AS SELECT id, name, min(place) AS place
     FROM category_places JOIN metadata USING (row) GROUP BY id, name`,
  );
  const counted = "SELECT name, count(*) AS items FROM item_categories JOIN kept_metadata USING (id) GROUP BY name";
  await duck.run(
    `CREATE TABLE kept_categories AS SELECT id, name, place FROM item_categories JOIN kept_metadata USING (id)
     JOIN (SELECT name FROM (${counted}) WHERE items >= ${config.minCategoryItems}) USING (name)`,
  );
  const [[names, large]] = await duck.rows(
    "SELECT (SELECT count(DISTINCT name) FROM item_categories), (SELECT count(DISTINCT name) FROM kept_categories)",
  );
  if (names === 0) return { rare: [], note: "the metadata has no categories" };
  const rare = await stated(
    duck,
    `category names on fewer than ${config.minCategoryItems} items`,
    `SELECT name AS id FROM (${counted}) WHERE items < ${config.minCategoryItems}`,
  );
  return {
    categorised: await flags(duck, items, "kept_categories"),
    rare,
    note: `${large} of ${names} category names kept`,
  };
}

/** [items] 1 for those whose id is in `table`. */
async function flags(duck: Duck, items: number, table: string): Promise<Uint8Array> {
  const from = `FROM items WHERE id IN (SELECT id FROM ${table})`;
  const [[count]] = await duck.rows(`SELECT count(*) ${from}`);
  const rows = new Int32Array(Number(count));
  await duck.numbers(`SELECT n ${from}`, [rows]);
  const found = new Uint8Array(items);
  for (const row of rows) found[row] = 1;
  return found;
}

/** A skip for the ids that `ids` selects (a column `id`), none when there are none. */
async function stated(duck: Duck, reason: string, ids: string): Promise<Skip[]> {
  const [[count]] = await duck.rows(`SELECT count(*) FROM (${ids})`);
  if (count === 0) return [];
  const examples = await duck.rows(`SELECT id FROM (${ids}) ORDER BY id LIMIT 3`);
  return [{ reason, count: Number(count), examples: examples.flat().map(String) }];
}
