import { hash32 } from "../base/random";

/** Seed of one of several runs on the same data, counted from 0: that of the configuration, then one hashed from it for each. */
export const seedOfRun = (seed: number, run: number): number =>
  run === 0 ? seed : hash32(`${seed}/seeds/${run}`) >>> 1;

/** What iALS was fitted with, where that is chosen: scores depend on it, of structure and of its null alike. */
export interface Fitted {
  alpha: number;
  reg: number;
}
