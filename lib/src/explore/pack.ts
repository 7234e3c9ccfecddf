import { deflateSync } from "node:zlib";
import type { ItemText } from "../records/label";
import { evenly, type Shown } from "./activations";
import type { Head, ItemRow, LatentDetail, RunHead, UserRow } from "./form";
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
}

/** From all down to what is left of a very large run. */
const LEVELS: readonly Level[] = [
  { ...MOST_SHOWN, users: 200 },
  { strongest: 20, each: 4, users: 150 },
  { strongest: 15, each: 3, users: 100 },
  { strongest: 12, each: 2, users: 80 },
  { strongest: 8, each: 1, users: 60 },
  { strongest: 6, each: 1, users: 40 },
  { strongest: 4, each: 0, users: 30 },
];

/** Characters that the data of a page may have: with its script it stays below 3 MB. */
export const MOST_CHARACTERS = 2_900_000;

const DETAILS_A_PART = 64;
const ITEMS_A_PART = 4096;
const TITLE_CHARACTERS = 100;
/** Categories of an item. */
const NAMES = 3;

/** Pack as much as the page may hold; with the least level the page is as large as it is. */
export function pack(input: PageInput, most: number = MOST_CHARACTERS): Packed {
  let packed: Packed | undefined;
  for (const level of LEVELS) {
    packed = packLevel(input, level);
    if (packed.size <= most) break;
  }
  return packed as Packed;
}

function packLevel({ run, users, other, joined }: PageInput, level: Level): Packed {
  const blocks = new Map<string, string>();
  const items = new ItemTable();
  const runs = [run, ...(other ? [other] : [])].map((one, at): RunHead => {
    const matches = at === 0 ? joined?.matches : undefined;
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
    blocks.set(`list-${at}`, compressed({ ...columns, names: names.all }));
    return { ...headOf(one), detailParts: parts(blocks, `details-${at}`, details, DETAILS_A_PART) };
  });
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
  parts(blocks, "items", items.rows, ITEMS_A_PART);
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

  place({ items, textOf }: MeasuredRun["input"], row: number): number {
    const id = items.ids[row];
    const known = this.places.get(id);
    if (known !== undefined) return known;
    this.places.set(id, this.rows.length);
    this.rows.push(rowOf(textOf(id)));
    return this.rows.length - 1;
  }
}

const rowOf = ({ id, title, store, categories }: ItemText): ItemRow => [
  id,
  cut(title || store),
  // The most specific stand last, and say most.
  cut(categories.slice(-NAMES).join(" › ")),
];

/** A text of no more than so many characters; a cut pair would leave a half that is no character. */
const cut = (text: string): string =>
  text.length <= TITLE_CHARACTERS ? text : `${text.slice(0, TITLE_CHARACTERS).replace(/[\ud800-\udbff]$/, "")}…`;

/** Cut a list into blocks; how many. */
function parts(blocks: Map<string, string>, name: string, all: readonly unknown[], each: number): number {
  const count = Math.ceil(all.length / each);
  for (let part = 0; part < count; part++)
    blocks.set(`${name}-${part}`, compressed(all.slice(part * each, (part + 1) * each)));
  return count;
}

const compressed = (value: unknown): string => deflateSync(JSON.stringify(value), { level: 9 }).toString("base64");
