import type { Head, ItemRow, LatentDetail, ListColumns, PackedDetails, PackedItems, UserRow } from "../form";
import { unpackedDetails, unpackedItems } from "../unpack";

/*
 * The page's data. Blocks are compressed: each is unpacked when it is first asked for, and kept.
 */

const textOf = (id: string): string => document.getElementById(id)?.textContent ?? "";

const known = new Map<string, Promise<unknown>>();

function block<T, P = T>(id: string, read: (packed: P) => T = (packed) => packed as unknown as T): Promise<T> {
  const found = known.get(id) ?? unpacked(textOf(id)).then((packed) => read(packed as P));
  known.set(id, found);
  return found as Promise<T>;
}

const detailBlock = (id: string): Promise<LatentDetail[]> => block<LatentDetail[], PackedDetails>(id, unpackedDetails);
const itemBlock = (part: number): Promise<ItemRow[]> => block<ItemRow[], PackedItems>(`items-${part}`, unpackedItems);

async function unpacked(base64: string): Promise<unknown> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

export const head = JSON.parse(textOf("head")) as Head;

export const list = (run: number): Promise<ListColumns> => block(`list-${run}`);

export const users = (): Promise<UserRow[]> => block("users");

/** A latent of a run. */
export async function detail(run: number, latent: number): Promise<LatentDetail> {
  const part = await detailBlock(`details-${run}-${Math.floor(latent / head.detailsPerPart)}`);
  return part[latent % head.detailsPerPart];
}

/** All latents of a run, for a search through their items. */
export async function details(run: number): Promise<LatentDetail[]> {
  const parts = Array.from({ length: head.runs[run].detailParts }, (_, part) => detailBlock(`details-${run}-${part}`));
  return (await Promise.all(parts)).flat();
}

/** The items of the table at these places. */
export async function items(places: readonly number[]): Promise<Map<number, ItemRow>> {
  const parts = new Map<number, ItemRow[]>();
  for (const part of new Set(places.map((place) => Math.floor(place / head.itemsPerPart))))
    parts.set(part, await itemBlock(part));
  return new Map(
    places.map((place) => {
      const part = parts.get(Math.floor(place / head.itemsPerPart)) as ItemRow[];
      return [place, part[place % head.itemsPerPart]];
    }),
  );
}

export async function allItems(): Promise<ItemRow[]> {
  const count = Math.ceil(head.items / head.itemsPerPart);
  return (await Promise.all(Array.from({ length: count }, (_, part) => itemBlock(part)))).flat();
}
