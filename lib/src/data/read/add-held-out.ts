import { csrFromPairs, type Interactions, type TimedCsr } from "../../records/interactions";
import type { Duck } from "./duck";

/** Distinct pairs with the ids that their rows and columns are numbered by. */
export interface NumberedPairs {
  matrix: TimedCsr;
  userIds: string[];
  itemIds: string[];
}

/**
 * Add held-out pairs to those of the ratings, so that users and items are counted over both. Times fall away: nothing is split by them any
 * more. The tables `users(n, id)` and `items(n, id)` of the database are numbered anew.
 */
export async function addHeldOut(
  duck: Duck,
  { matrix, userIds, itemIds }: NumberedPairs,
  heldOut: Interactions,
): Promise<NumberedPairs> {
  const users = await numberAnew(duck, "users", heldOut.users);
  const items = await numberAnew(duck, "items", heldOut.items);
  const size = matrix.indices.length + heldOut.csr.indices.length;
  const [rowOf, colOf] = [new Int32Array(size), new Int32Array(size)];
  let out = 0;
  for (const { csr, names } of [
    { csr: matrix, names: [userIds, itemIds] },
    { csr: heldOut.csr, names: [heldOut.users, heldOut.items] },
  ]) {
    const [row, column] = [numbersOf(users, names[0]), numbersOf(items, names[1])];
    for (let user = 0; user < csr.rows; user++)
      for (let entry = csr.indptr[user]; entry < csr.indptr[user + 1]; entry++) {
        rowOf[out] = row[user];
        colOf[out++] = column[csr.indices[entry]];
      }
  }
  return { matrix: csrFromPairs(users.length, items.length, rowOf, colOf), userIds: users, itemIds: items };
}

/** Number a table's ids and further ones together, in their byte order. */
async function numberAnew(duck: Duck, table: "users" | "items", further: readonly string[]): Promise<string[]> {
  await duck.run("CREATE OR REPLACE TABLE further (id VARCHAR)", "numbering users and items");
  await duck.append("further", 1, async (push, flush) => {
    for (const [index, id] of further.entries()) {
      push([id]);
      if ((index + 1) % IDS_A_FLUSH === 0) await flush();
    }
  });
  await duck.run(
    `CREATE OR REPLACE TABLE ${table} AS SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS n, id
     FROM (SELECT id FROM ${table} UNION SELECT id FROM further)`,
  );
  return duck.ids(table);
}

/** Ids that go into the database at once. */
const IDS_A_FLUSH = 10_000;

/** The number of each id among all. */
function numbersOf(all: readonly string[], ids: readonly string[]): Int32Array {
  const numbers = new Map(all.map((id, number) => [id, number]));
  return Int32Array.from(ids, (id) => numbers.get(id) as number);
}
