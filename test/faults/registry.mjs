import coldStarts from "./cold-starts.mjs";
import concurrentRuns from "./concurrent-runs.mjs";
import descriptors from "./descriptors.mjs";
import flippedBits from "./flipped-bits.mjs";
import fullDisk from "./full-disk.mjs";
import kills from "./kills.mjs";
import memory from "./memory.mjs";
import notebookKills from "./notebook-kills.mjs";
import readerFuzz from "./reader-fuzz.mjs";
import stops from "./stops.mjs";
import threads from "./threads.mjs";
import wholeRuns from "./whole-runs.mjs";

/**
 * Every fault of the campaign, a file each: `{ name, what, amounts: { bounded, full }, share?, everyNode?, run }`; `share` is of the bounded campaign's time, 1 by itself. `run(context)` gives
 * `{ trials, failures, seconds, figures?, skipped? }`; `context` holds `name`, `amount`, `first`, `seed`, `node`, `world`, `until`, `again` and `log`.
 */
export const faults = [
  kills,
  stops,
  flippedBits,
  readerFuzz,
  concurrentRuns,
  coldStarts,
  wholeRuns,
  threads,
  fullDisk,
  descriptors,
  memory,
  notebookKills,
];
