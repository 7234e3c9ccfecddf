import { requireData, requireInput } from "../base/errors";

/** The tag of an item that is on no side of an axis. */
export const NEUTRAL = "neutral";

/** One way to tell items apart: each item has one tag, which is a side of the axis or {@link NEUTRAL}. */
export interface Axis {
  /** What the sides have in common, e.g. "women and men", or the column of the metadata. */
  name: string;
  /** The sides, in the order in which they are tried; none where the data has no such axis. */
  sides: string[];
  /** Category names, or values of the column, that put an item on each side. */
  names: Record<string, string[]>;
  /** [items] */
  itemIds: string[];
  /** [items] */
  tags: string[];
  /** Of an axis without sides: what is missing and which axes the data offers, in whole sentences. */
  missing?: string;
}

/** @throws MissingData, with the axes that the data offers, where the axis has no sides */
export function requireSides({ sides, missing = "This axis has no sides." }: Axis): void {
  requireData(sides.length > 0, missing);
}

/**
 * Tags of the items with these ids, in their order.
 *
 * @throws InputError for an item that the axis does not know
 */
export function tagsOf({ itemIds, tags }: Axis, ids: readonly string[]): string[] {
  const rowOf = new Map(itemIds.map((id, row) => [id, row]));
  return ids.map((id) => {
    const row = rowOf.get(id);
    requireInput(row !== undefined, `Item ${id} has a factor but no metadata: join both by id first.`);
    return tags[row];
  });
}

/** A value for each side, and for {@link NEUTRAL} where `neutral` says so; any text may be a side's name. */
export function bySide<T>(
  { sides }: Pick<Axis, "sides">,
  value: (side: string) => T,
  { neutral = false }: { neutral?: boolean } = {},
): Record<string, T> {
  return Object.fromEntries([...sides, ...(neutral ? [NEUTRAL] : [])].map((side) => [side, value(side)]));
}
