import { scarcity } from "./lib/scarcity.mjs";

const heaps = [16, 24, 32].map((mb) => ({ name: `a heap of ${mb} MB`, flags: [`--max-old-space-size=${mb}`] }));
const spaces = [2, 4, 16].map((gb) => ({
  name: `an address space of ${gb} GB`,
  limit: `ulimit -v ${gb * 1024 * 1024}`,
}));

export default {
  name: "memory",
  what: "The pipeline has a small heap (`--max-old-space-size`) or a small address space (`ulimit -v`). Node itself may end it, without a sentence of ours; it must not hang, nothing half-written may be trusted by the next run, and nothing stored be lost.",
  amounts: { bounded: 3, full: 30 },
  run: scarcity([spaces[0], heaps[1], spaces[1], heaps[0], spaces[2], heaps[2]], true),
};
