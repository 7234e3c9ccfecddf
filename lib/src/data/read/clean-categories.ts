import type { Skip } from "../../records/dataset";
import type { Duck } from "./duck";

const ENTITIES: Readonly<Record<string, string>> = {
  "&quot;": '"',
  "&#34;": '"',
  "&#39;": "''",
  "&#x27;": "''",
  "&apos;": "''",
  "&lt;": "<",
  "&gt;": ">",
  "&nbsp;": " ",
  // Last, so that "&amp;lt;" becomes "&lt;" and not "<".
  "&amp;": "&",
};

/** Names that say how an item is sold. */
const NOTICES = ["International Shipping Available", "Clearance", "Sale", "New Arrivals"];

/**
 * Clean the names in `category_places`: HTML entities are written out; single letters (shelf marks of brand indexes), names
 * of stores (brand pages), and notices of how an item is sold go. Counts are of names.
 */
export async function cleanCategories(duck: Duck): Promise<Skip[]> {
  const skipped: Skip[] = [];
  const state = async (reason: string, where: string): Promise<void> => {
    const [[count]] = await duck.rows(`SELECT count(DISTINCT name) FROM category_places WHERE ${where}`);
    if (count === 0) return;
    const names = await duck.rows(`SELECT DISTINCT name FROM category_places WHERE ${where} ORDER BY name LIMIT 3`);
    skipped.push({ reason, count: Number(count), examples: names.flat().map(String) });
  };
  const drop = async (reason: string, where: string): Promise<void> => {
    await state(reason, where);
    await duck.run(`DELETE FROM category_places WHERE ${where}`);
  };
  const entities = Object.keys(ENTITIES).map((entity) => `contains(name, '${entity}')`);
  await state("category names with HTML entities, written out", entities.join(" OR "));
  let decoded = "name";
  for (const [entity, text] of Object.entries(ENTITIES)) decoded = `replace(${decoded}, '${entity}', '${text}')`;
  await duck.run(`UPDATE category_places SET name = trim(${decoded}) WHERE name LIKE '%&%;%'`, "cleaning categories");
  await drop("category names of a single letter, left out", "length(name) <= 1");
  await drop(
    "category names that are names of stores, left out",
    "lower(name) IN (SELECT lower(trim(store)) FROM metadata WHERE store IS NOT NULL)",
  );
  const notices = NOTICES.map((name) => `'${name}'`).join(", ");
  await drop("category names that say how an item is sold, left out", `name IN (${notices})`);
  return skipped;
}
