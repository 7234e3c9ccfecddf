import { hash32 } from "../../base/random";

/** A number in [0, 1) that is the same for the same text: what only looks the part needs no stream of draws. */
export function shareOf(text: string): number {
  return hash32(text) / 2 ** 32;
}

/** Stars in Amazon-like shares: their mean is the paper's 4.32. */
export function ratingOf(user: string, item: string): number {
  const share = shareOf(`rating/${user}/${item}`);
  if (share < 0.65) return 5;
  if (share < 0.82) return 4;
  if (share < 0.903) return 3;
  return share < 0.945 ? 2 : 1;
}

const FIRST = Date.UTC(2015, 0);
const LAST = Date.UTC(2023, 0);

/** A moment in the eight years from 2015, in ms since 1970. */
export function timeOf(user: string, item: string): number {
  return FIRST + Math.floor(shareOf(`time/${user}/${item}`) * (LAST - FIRST));
}

/** The published format of Amazon Reviews 2023, or the shortest CSV that the lab reads. */
export type DatasetFormat = "amazon" | "csv";
