import { z } from "zod";
import { requireInput } from "../../base/errors";
import { begin, type OnProgress } from "../../base/progress";
import { quote } from "../../base/quote";
import { described, type SettingText, valueText, word } from "../../base/settings";
import type { Skip } from "../../records/dataset";
import type { TimedCsr } from "../../records/interactions";
import type { CodedRatings } from "./read-ratings";

/** Settings of the filter, by name: {@link filterSettings} describes each. */
export type FilterShape = {
  minRating: z.ZodOptional<z.ZodNumber>;
  from: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
  until: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>>;
  repeats: z.ZodOptional<z.ZodEnum<{ latest: "latest"; earliest: "earliest"; highest: "highest" }>>;
};

/** Which ratings are looked at. */
export type RatingFilter = z.infer<z.ZodObject<FilterShape>>;

/** Which rating counts when an item was rated more than once by a user. */
export type Repeats = NonNullable<RatingFilter["repeats"]>;

const moment = (): z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>> =>
  z
    .union([z.string(), z.number()], {
      error: ({ input, path = [] }) =>
        `${path.join(".")} is ${valueText(input)}: give a date such as "2015-01-01", or a number in the unit of the file.`,
    })
    .optional();
const text = (meaning: string, unit: string): SettingText => ({ meaning, unit, default: undefined, source: "ours" });

/** Each setting of the filter. */
export const filterSettings: z.ZodObject<FilterShape, z.core.$strict> = z.strictObject({
  minRating: described(
    z.number().optional(),
    text("Ratings below it are no positives; where nothing is set, any rating is one, as in the paper.", "rating"),
  ),
  from: described(
    moment(),
    text('Ratings before it are left out: a date such as "2015-01-01", or a number in the unit of the file.', "time"),
  ),
  until: described(moment(), text("Ratings at or after it are left out.", "time")),
  repeats: described(word("latest", "earliest", "highest").optional(), {
    ...text("Which rating counts when a user rated an item more than once; without times, the highest.", "name"),
    default: "latest",
  }),
});

/** What became of the ratings as read. */
export interface Distinct {
  matrix: TimedCsr;
  skipped: Skip[];
  /** Distinct pairs before the rating threshold. */
  pairs: number;
  filtered: boolean;
}

/**
 * Ratings as distinct user–item pairs, rows and columns numbered as the ratings are: first the time range, then one rating a pair,
 * then the rating threshold. Ties between repeats are broken by value, so that the order of the file does not matter.
 *
 * @param what role of their file, for messages
 * @throws InputError a filter on a column that the ratings lack, a date that is none
 */
export async function distinctPairs(
  ratings: CodedRatings,
  userIds: readonly string[],
  itemIds: readonly string[],
  filter: RatingFilter,
  onProgress?: OnProgress,
  what = "ratings",
): Promise<Distinct> {
  const skipped: Skip[] = [];
  const { rating, time } = ratings;
  requireInput(
    filter.minRating === undefined || rating !== undefined,
    `A rating threshold was set (data.filter.minRating) but the ${what} file has no rating column: name it with --columns rating=….`,
  );
  const [from, until] = [momentOf(filter.from), momentOf(filter.until)];
  requireInput(
    (from === undefined && until === undefined) || time !== undefined,
    `A time range was set (data.filter.from or until) but the ${what} file has no time column: name it with --columns time=….`,
  );
  // A rating decides only where there is a threshold, or the highest of several is wanted.
  const deciding = filter.minRating !== undefined || filter.repeats === "highest" || time === undefined;
  const range = { from: from ?? -Infinity, until: until ?? Infinity };
  const grouped = await groupByUser(ratings, userIds.length, deciding, range, onProgress);
  const outside = rowsOf(ratings) - rowsOf(grouped);
  if (outside > 0) skipped.push({ reason: "ratings outside the time range", count: outside, examples: [] });
  const better = preference(grouped, filter.repeats ?? "latest");
  const { starts } = grouped;
  const indptr = new Int32Array(userIds.length + 1);
  const indices = new Int32Array(grouped.item.length);
  const times = grouped.time && new Float64Array(grouped.item.length);
  const examples = new Set<string>();
  let [out, pairs, repeated, low] = [0, 0, 0, 0];
  for (let u = 0; u < userIds.length; u++) {
    for (let entry = starts[u]; entry < starts[u + 1]; ) {
      let best = entry;
      const column = grouped.item[entry];
      let next = entry + 1;
      for (; next < starts[u + 1] && grouped.item[next] === column; next++) if (better(next, best)) best = next;
      let rows = next - entry;
      if (grouped.copies) {
        rows = 0;
        for (let row = entry; row < next; row++) rows += grouped.copies[row];
      }
      if (rows > 1) {
        repeated += rows - 1;
        if (examples.size < 3) examples.add(`${userIds[u]} ${itemIds[column]}`);
      }
      pairs++;
      entry = next;
      if (filter.minRating !== undefined && grouped.rating && grouped.rating[best] < filter.minRating) {
        low++;
        continue;
      }
      indices[out] = column;
      if (times && grouped.time) times[out] = grouped.time[best];
      out++;
    }
    indptr[u + 1] = out;
    if (u % USERS_A_REPORT === 0) await begin(onProgress, "distinct pairs");
  }
  if (repeated > 0)
    skipped.push({
      reason: "repeated ratings of one user and item (counted once)",
      count: repeated,
      examples: [...examples],
    });
  if (low > 0) skipped.push({ reason: `ratings below ${filter.minRating}`, count: low, examples: [] });
  const matrix = {
    rows: userIds.length,
    cols: itemIds.length,
    indptr,
    indices: indices.slice(0, out),
    ...(times && { times: times.slice(0, out) }),
  };
  return { matrix, skipped, pairs, filtered: out < pairs || outside > 0 };
}

/** How many rows of the file these ratings stand for. */
function rowsOf({ item, copies }: Pick<CodedRatings, "item" | "copies">): number {
  return copies ? copies.reduce((sum, count) => sum + count, 0) : item.length;
}

/** Users between two reports of progress. */
const USERS_A_REPORT = 200_000;

/** Ratings by user, and within each user by item. */
interface Grouped extends Omit<CodedRatings, "user"> {
  starts: Int32Array;
}

/**
 * A counting sort by user that moves the columns themselves, so that everything after it reads memory in order; then each user's few ratings
 * by item.
 */
async function groupByUser(
  { user, item, rating, time, copies }: CodedRatings,
  users: number,
  withRating: boolean,
  { from, until }: { from: number; until: number },
  onProgress?: OnProgress,
): Promise<Grouped> {
  const within = (row: number): boolean => time === undefined || (time[row] >= from && time[row] < until);
  const ranged = from !== -Infinity || until !== Infinity;
  const starts = new Int32Array(users + 1);
  for (let row = 0; row < user.length; row++) if (!ranged || within(row)) starts[user[row] + 1]++;
  for (let u = 0; u < users; u++) starts[u + 1] += starts[u];
  const next = starts.slice(0, users);
  const size = starts[users];
  const grouped: Grouped = {
    starts,
    item: new Int32Array(size),
    ...(rating && withRating && { rating: new Float32Array(size) }),
    ...(time && { time: new Float64Array(size) }),
    ...(copies && { copies: new Int32Array(size) }),
  };
  await begin(onProgress, "distinct pairs");
  for (let row = 0; row < user.length; row++) {
    if (ranged && !within(row)) continue;
    const to = next[user[row]]++;
    grouped.item[to] = item[row];
    if (grouped.rating && rating) grouped.rating[to] = rating[row];
    if (grouped.time && time) grouped.time[to] = time[row];
    if (grouped.copies && copies) grouped.copies[to] = copies[row];
  }
  for (let u = 0; u < users; u++) {
    if (u % USERS_A_REPORT === 0) await begin(onProgress, "distinct pairs");
    sortByItem(grouped, starts[u], starts[u + 1]);
  }
  return grouped;
}

function sortByItem({ item, rating, time, copies }: Grouped, from: number, to: number): void {
  if (to - from > 64) {
    const order = Int32Array.from({ length: to - from }, (_, entry) => from + entry).sort((a, b) => item[a] - item[b]);
    item.set(
      order.map((entry) => item[entry]),
      from,
    );
    rating?.set(
      Float32Array.from(order, (entry) => rating[entry]),
      from,
    );
    time?.set(
      Float64Array.from(order, (entry) => time[entry]),
      from,
    );
    copies?.set(
      order.map((entry) => copies[entry]),
      from,
    );
    return;
  }
  // Most users have a handful of ratings, for which insertion is faster than a call of sort.
  for (let entry = from + 1; entry < to; entry++) {
    const moved = item[entry];
    if (item[entry - 1] <= moved) continue;
    const [movedRating, movedTime] = [rating ? rating[entry] : 0, time ? time[entry] : 0];
    const movedCopies = copies ? copies[entry] : 0;
    let free = entry;
    for (; free > from && item[free - 1] > moved; free--) {
      item[free] = item[free - 1];
      if (rating) rating[free] = rating[free - 1];
      if (time) time[free] = time[free - 1];
      if (copies) copies[free] = copies[free - 1];
    }
    item[free] = moved;
    if (rating) rating[free] = movedRating;
    if (time) time[free] = movedTime;
    if (copies) copies[free] = movedCopies;
  }
}

function preference({ rating, time }: Grouped, repeats: Repeats): (a: number, b: number) => boolean {
  const higher = (a: number, b: number): number => (rating ? rating[a] - rating[b] : 0);
  const later = (a: number, b: number): number => (time ? time[a] - time[b] : 0);
  if (repeats === "highest") return (a, b) => (higher(a, b) || later(a, b)) > 0;
  if (repeats === "earliest") return (a, b) => (-later(a, b) || higher(a, b)) > 0;
  return (a, b) => (later(a, b) || higher(a, b)) > 0;
}

/** A moment of a time range in the unit of the file's times; dates are in milliseconds since 1970. */
function momentOf(value: string | number | undefined): number | undefined {
  if (value === undefined || typeof value === "number") return value;
  const parsed = Date.parse(value);
  requireInput(
    !Number.isNaN(parsed),
    `The time range has ${quote(value)}, which is no date: write one such as 2015-01-01, or a number in the unit of the file's times.`,
  );
  return parsed;
}
