import { kernels } from "./cold-kernels.mjs";
import { inPrograms } from "./lib/program.mjs";

/** Processes side by side in the full campaign: threads that wait for each other go wrong sooner where others want the cores. */
const COPIES = 3;

export default {
  name: "cold-starts",
  what: "Every kernel is opened with its code compiled anew each time, on two threads, in three processes side by side. No opening may hang or give other bytes than one thread does.",
  amounts: { bounded: 30, full: 4500 },
  share: 2,
  everyNode: true,
  run: inPrograms({
    copies: ({ bounded }) => (bounded ? 1 : COPIES),
    programs: ({ amount, bounded }) => {
      const openings = Math.ceil(amount / (bounded ? 1 : COPIES));
      return kernels.map((kernel) => ({
        name: kernel,
        file: "cold-kernels.mjs",
        args: ["--kernel", kernel, "--openings", `${openings}`, "--threads", "2"],
      }));
    },
    faults: ["hangs", "differences"],
  }),
};
