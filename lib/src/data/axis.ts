import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import { type Axis, bySide, NEUTRAL } from "../records/axis";
import type { Items } from "../records/items";
import { type AxisSetting, sidesOf } from "./axis-setting";
import { AUDIENCE_WORDS, holdsWord } from "./axis-words";
import { LEAST_SIDE, offeredAxes } from "./offered-axes";

/** Most sides that the values of a column make. */
const MOST_SIDES = 6;

/**
 * The axis of a catalogue: the one that is set, else women and men by whole words of the category names
 * ({@link AUDIENCE_WORDS}), as in arXiv 2606.29341, section 5.3. An item on several sides counts for the first.
 *
 * @returns an axis without sides, which says what the data offers, where the data has no women's and men's items, or a column has
 *   no two values that are frequent enough
 * @throws InputError for an axis that was set and does not fit: no such column, a side without an item
 */
export function findAxis(items: Items, setting?: AxisSetting): Axis {
  requireInput(
    items.categories.indptr.length === items.ids.length + 1,
    `The category matrix has ${items.categories.indptr.length - 1} rows but there are ${items.ids.length} item ids: both must describe the same items.`,
  );
  if (setting === undefined) return audienceAxis(items);
  const { column } = setting;
  const sides = sidesOf(setting);
  const carried = column === undefined ? categoryNames(items) : values(items, column);
  return sides.length > 0 ? namedAxis(items, sides, carried, column) : valueAxis(items, carried, column as string);
}

/** What each item carries: names, numbered, and the numbers of each item. */
interface Carried {
  names: readonly string[];
  of(row: number): ArrayLike<number>;
}

function categoryNames({ categories: { indptr, indices }, categoryNames: names }: Items): Carried {
  return { names, of: (row) => indices.subarray(indptr[row], indptr[row + 1]) };
}

function values(items: Items, column: string): Carried {
  const all = items.attributes?.[column];
  requireInput(
    all !== undefined,
    `The axis is made of the column ${quote(column)}, but these items have no such column: give item metadata that has it, or name categories, as in { women: ["Women"], men: ["Men"] }.`,
  );
  const names = [...new Set(all.filter((value) => value !== ""))].sort();
  const place = new Map(names.map((name, index) => [name, index]));
  return {
    names,
    of(row) {
      const index = place.get(all[row]);
      return index === undefined ? [] : [index];
    },
  };
}

function audienceAxis(items: Items): Axis {
  const sides = Object.entries(AUDIENCE_WORDS);
  const axis = axisOf("women and men", items, sides, categoryNames(items), (name, words) => holdsWord(name, words));
  const counts = bySide(axis, (side) => count(axis, side));
  if (axis.sides.every((side) => counts[side] >= LEAST_SIDE)) return axis;
  const found = items.categoryNames.length === 0 ? "The data has no categories" : shortOf(counts);
  const words = "it cannot tell women's items from men's";
  return without(axis, `${found}, so ${words}. ${offer(items)}`);
}

const shortOf = (counts: Readonly<Record<string, number>>): string =>
  `Too few items have a category name with a word such as Women (${counts.women}) or Men (${counts.men})`;

/** Which other axes the data offers, and how one is chosen. */
function offer(items: Items): string {
  const offered = offeredAxes(items);
  if (offered.length === 0)
    return 'Give item metadata with categories, or name a column of it, as in openLab({ axis: { column: "gender" } }) or --axis column=gender.';
  const [{ sides }] = offered;
  const list = offered.map(({ sides: [a, b] }) => `${quote(a)} and ${quote(b)}`).join(", ");
  const setting = `{ ${sides.map((side) => `${JSON.stringify(side)}: [${JSON.stringify(side)}]`).join(", ")} }`;
  return `Axes that it offers: ${list}. Choose one by the names of its categories, as in openLab({ axis: ${setting} }), or on the command line with --axis.`;
}

/** Sides by names that were given: the whole of a name, or words in it. */
function namedAxis(
  items: Items,
  sides: readonly (readonly [string, readonly string[]])[],
  carried: Carried,
  column: string | undefined,
): Axis {
  const title = column ?? sides.map(([side]) => side).join(" and ");
  const fits = (name: string, words: readonly string[]): boolean => words.includes(name) || holdsWord(name, words);
  const axis = axisOf(title, items, sides, carried, fits);
  for (const [side, words] of sides) {
    const what = column === undefined ? "category name" : `value of ${quote(column)}`;
    const some = carried.names.slice(0, 6).map((name) => quote(name));
    const there =
      some.length > 0 ? `there are ${some.join(", ")}${carried.names.length > 6 ? ", …" : ""}` : "there is none";
    requireInput(
      axis.names[side].length > 0,
      `The axis' side ${quote(side)} has no item: no ${what} is or holds ${words.map((name) => quote(name)).join(" or ")}; ${there}.`,
    );
    requireInput(
      count(axis, side) > 0,
      `The axis' side ${quote(side)} has no item of its own: all that have ${words.map((name) => quote(name)).join(" or ")} are on a side before it, so name the sides in another order.`,
    );
  }
  return axis;
}

/** The frequent values of a column as sides, the most frequent first. */
function valueAxis(items: Items, carried: Carried, column: string): Axis {
  const counts = new Map<string, number>();
  for (let row = 0; row < items.ids.length; row++)
    for (const index of Array.from(carried.of(row)))
      counts.set(carried.names[index], (counts.get(carried.names[index]) ?? 0) + 1);
  const frequent = [...counts]
    .filter(([name, found]) => found >= LEAST_SIDE && name !== NEUTRAL)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_SIDES)
    .map(([name]) => [name, [name]] as const);
  const axis = axisOf(column, items, frequent, carried, (name, words) => words.includes(name));
  return frequent.length >= 2
    ? axis
    : without(
        axis,
        `The column ${quote(column)} has ${frequent.length === 0 ? "no value" : "one value only"} on at least ${LEAST_SIDE} items, so it has no two sides. ${offer(items)}`,
      );
}

function axisOf(
  name: string,
  items: Items,
  sides: readonly (readonly [string, readonly string[]])[],
  carried: Carried,
  fits: (name: string, words: readonly string[]) => boolean,
): Axis {
  const holds = sides.map(([, words]) => Uint8Array.from(carried.names, (own) => Number(fits(own, words))));
  const tags = items.ids.map((_, row) => {
    const own = Array.from(carried.of(row));
    const side = sides.findIndex((_side, s) => own.some((index) => holds[s][index] === 1));
    return side < 0 ? NEUTRAL : sides[side][0];
  });
  const names = sides.map(([side], s) => [side, carried.names.filter((_, index) => holds[s][index] === 1)]);
  return { name, sides: sides.map(([side]) => side), names: Object.fromEntries(names), itemIds: items.ids, tags };
}

const count = ({ tags }: Axis, side: string): number => tags.reduce((sum, tag) => sum + Number(tag === side), 0);

/** The axis without its sides: every item is neutral. */
const without = (axis: Axis, missing: string): Axis => ({
  ...axis,
  ...{ sides: [], names: {}, tags: axis.tags.map(() => NEUTRAL), missing },
});
