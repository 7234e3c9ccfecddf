import { requireInput } from "../errors";
import { type FunnelStep, funnelStep, type Skip } from "./dataset";
import { type Duck, literal } from "./duck";
import type { Loaded } from "./read-ratings";

/**
 * What is kept. The paper's values are 3, 5 and 40 (arXiv 2606.29341, section 3); 0 or 1 keeps everything.
 * Ratings here are distinct user–item pairs.
 */
export interface PruneConfig {
  /** Users with fewer ratings are dropped. */
  minUserRatings: number;
  /** Items with fewer ratings are dropped. */
  minItemRatings: number;
  /** Category names on fewer metadata items are dropped, and then the items that have lost all their names. */
  minCategoryItems: number;
  /** Keep only items of this `main_category`; the paper keeps "AMAZON FASHION". */
  mainCategory?: string;
  /** Repeat the two rating thresholds until nothing changes; the paper takes one pass, counts on the raw table. */
  iterate?: boolean;
}

/** @throws InputError for thresholds that are not whole numbers from 0 */
export function checkPrune(config: PruneConfig): void {
  for (const key of ["minUserRatings", "minItemRatings", "minCategoryItems"] as const)
    requireInput(
      Number.isInteger(config[key]) && config[key] >= 0,
      `prune.${key} is ${config[key]}: give a whole number from 0 (0 keeps everything).`,
    );
}

/**
 * Prune `pairs(u, i)` to `kept(u, i)` inside the database: one pass over users and items with counts taken before it,
 * then, where there is metadata, ratings of items without kept metadata, then items without a kept category.
 * Leaves `kept_categories(id, name)` as well when there is metadata.
 */
export async function prune(duck: Duck, config: PruneConfig, hasMetadata: boolean): Promise<Loaded> {
  const skipped = await countBelow(duck, config);
  await duck.run("CREATE TABLE kept AS SELECT u, i FROM pairs", "pruning");
  await thresholds(duck, config);
  const funnel = [
    await measure(
      duck,
      `users with at least ${config.minUserRatings}, items with at least ${config.minItemRatings} ratings`,
      "one pass, counts on the raw table",
    ),
  ];
  if (hasMetadata) {
    skipped.push(...(await keepMetadata(duck, config)));
    await duck.run("DELETE FROM kept WHERE i NOT IN (SELECT n FROM items JOIN kept_metadata USING (id))");
    funnel.push(await measure(duck, "items with metadata"));
    const lost = await keepCategories(duck, config);
    skipped.push(...lost.skipped);
    funnel.push(await measure(duck, `items with a category on at least ${config.minCategoryItems} items`, lost.note));
  }
  if (config.iterate) {
    let rounds = 0;
    while (await thresholds(duck, config)) rounds++;
    funnel.push(await measure(duck, "thresholds repeated until stable", `${rounds} further rounds`));
  }
  const single = await oneItemUsers(duck, "kept");
  if (single.count > 0)
    skipped.push({ ...single, reason: "users left with one item (kept, though never in both train and test)" });
  return { funnel, skipped };
}

/** One simultaneous pass of both thresholds over `kept`; true if it dropped anything. */
async function thresholds(duck: Duck, config: PruneConfig): Promise<boolean> {
  const [[before]] = await duck.rows("SELECT count(*) FROM kept");
  await duck.run(
    `CREATE OR REPLACE TABLE kept AS SELECT u, i FROM kept
     JOIN (SELECT u FROM kept GROUP BY u HAVING count(*) >= ${config.minUserRatings}) USING (u)
     JOIN (SELECT i FROM kept GROUP BY i HAVING count(*) >= ${config.minItemRatings}) USING (i)`,
  );
  const [[after]] = await duck.rows("SELECT count(*) FROM kept");
  return after !== before;
}

async function measure(duck: Duck, step: string, note?: string): Promise<FunnelStep> {
  const [[users, items, pairs]] = await duck.rows("SELECT count(DISTINCT u), count(DISTINCT i), count(*) FROM kept");
  return funnelStep(step, Number(users), Number(items), Number(pairs), note);
}

async function countBelow(duck: Duck, config: PruneConfig): Promise<Skip[]> {
  const skipped: Skip[] = [];
  const single = await oneItemUsers(duck, "pairs");
  if (single.count > 0)
    skipped.push({ ...single, reason: "users with one item, who can never be in both train and test" });
  for (const [what, table, key, least] of [
    ["users", "users", "u", config.minUserRatings],
    ["items", "items", "i", config.minItemRatings],
  ] as const) {
    const below = `SELECT ${key} AS n FROM pairs GROUP BY ${key} HAVING count(*) < ${least}`;
    skipped.push(
      ...(await stated(
        duck,
        `${what} with fewer than ${least} ratings`,
        `SELECT id FROM (${below}) JOIN ${table} USING (n)`,
      )),
    );
  }
  return skipped;
}

async function oneItemUsers(duck: Duck, table: "pairs" | "kept"): Promise<Omit<Skip, "reason">> {
  const one = `SELECT id FROM (SELECT u AS n FROM ${table} GROUP BY u HAVING count(*) = 1) JOIN users USING (n)`;
  const [skip] = await stated(duck, "", one);
  return { count: skip?.count ?? 0, examples: skip?.examples ?? [] };
}

/** `kept_metadata(id)`: items of the wanted main category; states ids that stand on one side only. */
async function keepMetadata(duck: Duck, config: PruneConfig): Promise<Skip[]> {
  const main = config.mainCategory;
  const where = main === undefined ? "" : `WHERE main_category = ${literal(main)}`;
  await duck.run(`CREATE TABLE kept_metadata AS SELECT id FROM metadata ${where}`);
  const [[count]] = await duck.rows("SELECT count(*) FROM kept_metadata");
  requireInput(
    Number(count) > 0,
    `No metadata item has the main_category "${main}": drop prune.mainCategory or name one that the metadata has.`,
  );
  const other = await stated(
    duck,
    `metadata items of another main category than "${main}"`,
    "SELECT id FROM metadata WHERE id NOT IN (SELECT id FROM kept_metadata)",
  );
  const unrated = await stated(
    duck,
    "metadata items without a rating",
    "SELECT id FROM metadata WHERE id NOT IN (SELECT id FROM items)",
  );
  const missing = "SELECT n, id FROM items WHERE id NOT IN (SELECT id FROM metadata)";
  const [[ratings]] = await duck.rows(`SELECT count(*) FROM pairs JOIN (${missing}) AS m ON m.n = pairs.i`);
  const unknown = await stated(duck, "ratings whose item has no metadata", `SELECT id FROM (${missing})`);
  return [...other, ...unrated, ...unknown.map((skip) => ({ ...skip, count: Number(ratings) }))];
}

/** `kept_categories(id, name)`: frequent names, counted over the kept metadata whether rated or not, as in the paper. */
async function keepCategories(duck: Duck, config: PruneConfig): Promise<{ skipped: Skip[]; note: string }> {
  const counted = "SELECT name, count(*) AS items FROM item_categories JOIN kept_metadata USING (id) GROUP BY name";
  await duck.run(
    `CREATE TABLE kept_categories AS SELECT id, name FROM item_categories JOIN kept_metadata USING (id)
     JOIN (SELECT name FROM (${counted}) WHERE items >= ${config.minCategoryItems}) USING (name)`,
  );
  const [[names, kept]] = await duck.rows(
    "SELECT (SELECT count(DISTINCT name) FROM item_categories), (SELECT count(DISTINCT name) FROM kept_categories)",
  );
  // Metadata without any category at all describes items by title only: nothing can be lost there.
  if (names === 0) return { skipped: [], note: "the metadata has no categories" };
  const rare = `SELECT name AS id FROM (${counted}) WHERE items < ${config.minCategoryItems}`;
  const bare = "SELECT n, id FROM items WHERE id NOT IN (SELECT id FROM kept_categories)";
  const skipped = [
    ...(await stated(duck, `category names on fewer than ${config.minCategoryItems} items`, rare)),
    ...(await stated(
      duck,
      "items left without a kept category",
      `SELECT id FROM (${bare}) WHERE n IN (SELECT i FROM kept)`,
    )),
  ];
  await duck.run(`DELETE FROM kept WHERE i IN (SELECT n FROM (${bare}))`);
  return { skipped, note: `${kept} of ${names} category names kept` };
}

/** A skip for the ids that `ids` selects (a column `id`), none when there are none. */
async function stated(duck: Duck, reason: string, ids: string): Promise<Skip[]> {
  const [[count]] = await duck.rows(`SELECT count(*) FROM (${ids})`);
  if (count === 0) return [];
  const examples = await duck.rows(`SELECT id FROM (${ids}) ORDER BY id LIMIT 3`);
  return [{ reason, count: Number(count), examples: examples.flat().map(String) }];
}
