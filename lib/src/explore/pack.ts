import { deflateSync } from "node:zlib";
import type { OnProgress } from "../base/progress";
import type { ItemText } from "../records/label";
import { evenly, type Shown } from "./activations";
import {
  type Head,
  type ItemRow,
  LABEL_FIELDS,
  type LatentDetail,
  type PackedDetails,
  type PackedItems,
  type RunHead,
  type UserRow,
} from "./form";
import type { Joined } from "./join";
import { listColumns, type MeasuredRun, MOST_SHOWN, Names } from "./measure";
import type { MeasuredUser } from "./users";

/** What a page is made of. */
export interface PageInput {
  run: MeasuredRun;
  users: readonly MeasuredUser[];
  /** A second run and how its latents were matched with the first's. */
  other?: MeasuredRun;
  joined?: Joined;
}

/** A page's data: plain JSON, and compressed text blocks by their name. */
export interface Packed {
  head: Head;
  blocks: Map<string, string>;
  /** Characters of both. */
  size: number;
}

/** How much of what was measured a page holds. */
interface Level extends Shown {
  users: number;
  /** Characters of a title. */
  title: number;
}

/** From all down to what is left of a very large run. */
const LEVELS: readonly Level[] = [
  { ...MOST_SHOWN, users: 200, title: 100 },
  { strongest: 20, each: 4, users: 150, title: 100 },
  { strongest: 15, each: 3, users: 100, title: 90 },
  { strongest: 12, each: 2, users: 80, title: 80 },
  { strongest: 10, each: 1, users: 60, title: 70 },
  { strongest: 8, each: 1, users: 40, title: 60 },
  { strongest: 8, each: 0, users: 40, title: 60 },
  { strongest: 6, each: 0, users: 30, title: 60 },
  { strongest: 5, each: 0, users: 30, title: 50 },
  { strongest: 4, each: 0, users: 20, title: 50 },
];

/** Characters that the data of a page may have: with its script it stays below 3 MB. */
export const MOST_CHARACTERS = 2_900_000;

const DETAILS_A_PART = 64;
const ITEMS_A_PART = 4096;
/** Categories of an item. */
const NAMES = 3;

/** Pack as much as the page may hold; with the least level the page is as large as it is. */
export async function pack(
  input: PageInput,
  { most = MOST_CHARACTERS, onProgress }: { most?: number; onProgress?: OnProgress } = {},
): Promise<Packed> {
  const all = await packLevel(input, LEVELS[0], onProgress);
  if (all.size <= most) return all;
  // Sizes fall from level to level: the first that fits is found by halves.
  let [low, high] = [1, LEVELS.length - 1];
  let best = await packLevel(input, LEVELS[high], onProgress);
  while (low < high) {
    const middle = (low + high) >> 1;
    const packed = await packLevel(input, LEVELS[middle], onProgress);
    if (packed.size > most) low = middle + 1;
    else [high, best] = [middle, packed];
  }
  return best;
}

async function packLevel(
  { run, users, other, joined }: PageInput,
  level: Level,
  onProgress: OnProgress | undefined,
): Promise<Packed> {
  const blocks = new Map<string, string>();
  const items = new ItemTable(level.title);
  const runs: RunHead[] = [];
  for (const [side, one] of [run, ...(other ? [other] : [])].entries()) {
    const matches = side === 0 ? joined?.matches : undefined;
    const names = new Names();
    const columns = listColumns(
      one,
      names,
      matches?.map((match) => match?.[1] ?? null),
    );
    const place = (row: number): number => items.place(one.input, row);
    const details = one.latents.map((latent, index): LatentDetail => {
      const match = matches?.[index];
      return {
        ...latent,
        strongest: latent.strongest.slice(0, level.strongest).map(([row, value]) => [place(row), value]),
        fifths: latent.fifths.map((part) => evenly(part, level.each).map(([row, value]) => [place(row), value])),
        categories: latent.categories.map(([name, ...found]) => [names.place(name), ...found]),
        ...(match && { match }),
      };
    });
    blocks.set(`list-${side}`, compressed({ ...columns, names: names.all }));
    const detailParts = await parts(blocks, `details-${side}`, details, DETAILS_A_PART, packedDetails, onProgress);
    runs.push({ ...headOf(one), detailParts });
  }
  const shownUsers = evenly(users, level.users);
  const place = (row: number): number => items.place(run.input, row);
  blocks.set(
    "users",
    compressed(
      shownUsers.map(
        (user): UserRow => ({
          ...user,
          history: user.history.map(place),
          list: user.list.map(([row, heldOut]) => [place(row), heldOut]),
        }),
      ),
    ),
  );
  await parts(blocks, "items", items.rows, ITEMS_A_PART, packedItems, onProgress);
  const head: Head = {
    runs,
    ...(joined && { join: joined.join }),
    ...{ detailsPerPart: DETAILS_A_PART, itemsPerPart: ITEMS_A_PART, items: items.rows.length },
    leftOut: leftOut(run, shownUsers.length, level, items.rows.length),
  };
  const size = [...blocks.values()].reduce((sum, text) => sum + text.length, JSON.stringify(head).length);
  return { head, blocks, size };
}

/** What the page does not hold, in sentences. */
function leftOut({ input }: MeasuredRun, users: number, { strongest, each }: Level, held: number): string[] {
  const number = (value: number): string => value.toLocaleString("en");
  const fewer = strongest < MOST_SHOWN.strongest ? ", fewer than of a smaller run so that the page stays small" : "";
  return [
    `Of each latent ${strongest} of the strongest items are here and ${each} of each fifth${fewer}: ${number(held)} items in all, and the search looks through these.`,
    ...(users < input.users
      ? [`${number(users)} of ${number(input.users)} users are here, drawn at random with the run's seed.`]
      : []),
  ];
}

function headOf({ input, nulls, seeds }: MeasuredRun): Omit<RunHead, "detailParts"> {
  const { name, source, seed, preset, verdict, weights, rows, users, scores, alignment } = input;
  const { architecture, k, prefixes } = weights;
  return {
    ...{ name, source, seed, preset, architecture, k, prefixes, items: rows.length, users, verdict },
    ...{ score: scores.mean, nulls, level: alignment.level, ...(seeds && { seeds }) },
  };
}

/** Items of all runs; one that both have stands there once. */
class ItemTable {
  readonly rows: ItemRow[] = [];
  private readonly places = new Map<string, number>();

  constructor(private readonly characters: number) {}

  place({ items, textOf }: MeasuredRun["input"], row: number): number {
    const id = items.ids[row];
    const known = this.places.get(id);
    if (known !== undefined) return known;
    this.places.set(id, this.rows.length);
    this.rows.push(rowOf(textOf(id), this.characters));
    return this.rows.length - 1;
  }
}

const rowOf = ({ id, title, store, categories }: ItemText, characters: number): ItemRow => [
  id,
  cut(title || store, characters),
  // The most specific stand last, and say most.
  cut(categories.slice(-NAMES).join(" › "), characters),
];

/** A text of no more than so many characters; a cut pair would leave a half that is no character. */
const cut = (text: string, characters: number): string =>
  text.length <= characters ? text : `${text.slice(0, characters).replace(/[\ud800-\udbff]$/, "")}…`;

/** Cut a list into blocks; how many. */
async function parts<T>(
  blocks: Map<string, string>,
  name: string,
  all: readonly T[],
  each: number,
  packed: (some: readonly T[]) => object,
  onProgress: OnProgress | undefined,
): Promise<number> {
  const count = Math.ceil(all.length / each);
  for (let part = 0; part < count; part++) {
    blocks.set(`${name}-${part}`, compressed(packed(all.slice(part * each, (part + 1) * each))));
    await onProgress?.({ phase: "packing the page", done: part + 1, total: count, unit: "parts" });
  }
  return count;
}

const packedItems = (rows: readonly ItemRow[]): PackedItems => ({
  ids: rows.map(([id]) => id),
  titles: rows.map(([, title]) => title),
  categories: rows.map(([, , categories]) => categories),
});

function packedDetails(rows: readonly LatentDetail[]): PackedDetails {
  const lists = rows.map(({ strongest, fifths }) => [strongest, ...fifths]);
  const flat = lists.map((each) => each.flat());
  const column = <K extends keyof LatentDetail>(field: K) => rows.map((row) => row[field] ?? null);
  return {
    labels: rows.map(({ labels }) => labels.map((label) => LABEL_FIELDS.map((field) => label[field] ?? null))),
    parts: lists.map((each) => each.map(({ length }) => length)),
    steps: flat.map((all) => all.map(([place], index) => place - (index === 0 ? 0 : all[index - 1][0]))),
    shares: flat.map((all, row) => all.map(([, value]) => Math.round((1000 * value) / rows[row].most))),
    ...{ unlabelled: column("unlabelled"), score: column("score"), nulls: column("nulls"), active: column("active") },
    ...{ most: column("most"), histogram: column("histogram"), categories: column("categories") },
    ...{ nearest: column("nearest"), popularity: column("popularity"), seeds: column("seeds"), match: column("match") },
  };
}

const compressed = (value: unknown): string => deflateSync(JSON.stringify(value), { level: 9 }).toString("base64");
