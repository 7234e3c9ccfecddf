import type { DataFrame } from "danfojs-node";
import { requireInput } from "../base/errors";
import type { Items } from "../records/items";

/** Row of each item by its id: what every join goes through. */
export function itemsById(items: Items): Map<string, number> {
  return new Map(items.ids.map((id, row) => [id, row]));
}

/** The category names of one item, the most frequent first: not a path. */
export function categoriesOf(items: Items, row: number): string[] {
  const { indptr, indices } = items.categories;
  return Array.from(indices.subarray(indptr[row], indptr[row + 1]), (column) => items.categoryNames[column]);
}

/**
 * Item metadata as a Danfo table: id, title and store where the source has them, and categories, the most frequent first, between " · ".
 *
 * @param rows which rows and in what order, default all
 * @throws InputError for a row that is not there
 */
export async function itemTable(items: Items, rows?: readonly number[]): Promise<DataFrame> {
  const chosen = rows ?? items.ids.map((_, row) => row);
  for (const row of chosen)
    requireInput(
      Number.isInteger(row) && row >= 0 && row < items.ids.length,
      `There is no item in row ${row}: rows run from 0 to ${items.ids.length - 1}.`,
    );
  const { titles, stores } = items;
  const { DataFrame: Frame } = await import("danfojs-node");
  const columns = {
    id: chosen.map((row) => items.ids[row]),
    ...(titles && { title: chosen.map((row) => titles[row]) }),
    ...(stores && { store: chosen.map((row) => stores[row]) }),
    categories: chosen.map((row) => categoriesOf(items, row).join(" · ")),
  };
  // Danfo cannot index columns of length zero.
  return chosen.length > 0 ? new Frame(columns) : new Frame([], { columns: Object.keys(columns) });
}

/**
 * The rows of an item table in which a text column holds `text`, upper and lower case alike; ids count as text.
 *
 * @returns a table of the same columns, its rows in the order they had
 */
export function searchItems(table: DataFrame, text: string): DataFrame {
  const wanted = text.toLowerCase();
  const found = (table.values as unknown[][]).map((row) =>
    row.some((cell) => typeof cell === "string" && cell.toLowerCase().includes(wanted)),
  );
  return table.query(found);
}
