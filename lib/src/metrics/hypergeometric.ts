import { jStat } from "jstat";

/**
 * The chance that at least `hits` of `drawn` items have a mark that `marked` of all `population` have, were they drawn without
 * replacement: small = the mark is more frequent among them than luck explains. Summed from the tail up, so that a chance of 1e-40 has all
 * its digits.
 */
export function upperTail(hits: number, population: number, marked: number, drawn: number): number {
  const most = Math.min(marked, drawn);
  if (hits <= Math.max(0, marked + drawn - population)) return 1;
  let sum = 0;
  for (let count = most; count >= hits; count--) sum += jStat.hypgeom.pdf(count, population, marked, drawn);
  return Math.min(1, sum);
}
