import { scarcity } from "./lib/scarcity.mjs";

export default {
  name: "descriptors",
  what: "The pipeline may open few files at a time (`ulimit -n`, 20 to 128). It must end well or with one sentence; what is stored already must stay and be used by the next run.",
  amounts: { bounded: 3, full: 30 },
  run: scarcity(
    [24, 64, 20, 32, 128, 40].map((files) => ({ name: `ulimit -n ${files}`, limit: `ulimit -n ${files}` })),
    false,
  ),
};
