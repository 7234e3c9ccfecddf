import { type NullDefinition, overDraws, type ScoreNull } from "./null";

/** The whole pipeline again on data whose counts are kept and whose co-purchases are destroyed: is it in the data? */
export const rewired: NullDefinition = { question: "data" };

/** The null of several runs on rewired data. @param runs scores [k] of each */
export function rewiredNull(runs: readonly Float64Array[]): ScoreNull {
  const times = runs.length > 1 ? `, ${runs.length} times` : "";
  return overDraws(runs, `train interactions rewired with all counts kept, then the whole pipeline again${times}`);
}
