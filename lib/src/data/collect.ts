import type { Duck } from "./duck";
import { csrFromPairs, type Interactions } from "./interactions";
import type { Items } from "./items";

/** `kept(u, i)` as a matrix, rows and columns in the byte order of their ids; users and items without a pair are left out. */
export async function collectInteractions(duck: Duck): Promise<Interactions> {
  for (const [table, source, key] of [
    ["final_users", "users", "u"],
    ["final_items", "items", "i"],
  ])
    await duck.run(
      `CREATE TABLE ${table} AS SELECT (row_number() OVER (ORDER BY n) - 1)::INTEGER AS row, n, id
       FROM ${source} WHERE n IN (SELECT ${key} FROM kept)`,
      "collecting",
    );
  const [[count]] = await duck.rows("SELECT count(*) FROM kept");
  const rowOf = new Int32Array(Number(count));
  const colOf = new Int32Array(Number(count));
  await duck.integers(
    `SELECT final_users.row, final_items.row FROM kept
     JOIN final_users ON final_users.n = kept.u JOIN final_items ON final_items.n = kept.i`,
    [rowOf, colOf],
  );
  const users = await duck.strings("SELECT id FROM final_users ORDER BY row");
  const items = await duck.strings("SELECT id FROM final_items ORDER BY row");
  return { users, items, csr: csrFromPairs(users.length, items.length, rowOf, colOf) };
}

/** Items by id only, for ratings that came without metadata. */
export function bareItems(ids: string[]): Items {
  return { ids: [...ids], categoryNames: [], categories: csrFromPairs(ids.length, 0, [], []) };
}

/**
 * Metadata of `final_items`, in their order. Category columns run from the most frequent name to the rarest (ties by
 * name), so that the names of a row read from broad to narrow.
 */
export async function collectItems(duck: Duck, ids: string[]): Promise<Items> {
  await duck.run(
    `CREATE TABLE links AS SELECT row, name FROM final_items JOIN kept_categories USING (id)`,
    "collecting item metadata",
  );
  await duck.run(
    `CREATE TABLE category_columns AS SELECT (row_number() OVER (ORDER BY count(*) DESC, name) - 1)::INTEGER AS col, name
     FROM links GROUP BY name`,
  );
  const [[count]] = await duck.rows("SELECT count(*) FROM links");
  const rowOf = new Int32Array(Number(count));
  const colOf = new Int32Array(Number(count));
  await duck.integers("SELECT row, col FROM links JOIN category_columns USING (name)", [rowOf, colOf]);
  const categoryNames = await duck.strings("SELECT name FROM category_columns ORDER BY col");
  const titles = await texts(duck, "title");
  const stores = await texts(duck, "store");
  return {
    ids: [...ids],
    ...(titles && { titles }),
    ...(stores && { stores }),
    categoryNames,
    categories: csrFromPairs(ids.length, categoryNames.length, rowOf, colOf),
  };
}

async function texts(duck: Duck, column: "title" | "store"): Promise<string[] | undefined> {
  const from = "FROM final_items JOIN metadata ON metadata.id = final_items.id";
  const [[known]] = await duck.rows(`SELECT count(${column}) ${from}`);
  if (known === 0) return undefined;
  return duck.strings(`SELECT ${column} ${from} ORDER BY final_items.row`);
}
