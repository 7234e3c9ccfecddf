import { readers } from "./fuzz/readers.mjs";
import { inPrograms } from "./lib/program.mjs";

export default {
  name: "reader-fuzz",
  what: "Every reader of files (`fuzz/readers.mjs` lists them) is given valid files of which some bytes or words were changed. Each must be read, or be refused with one sentence; where a Python has the field's own reader (`MSAE_FUZZ_PYTHON`), nothing may be taken that it refuses or reads otherwise.",
  amounts: { bounded: 200, full: 20_000 },
  share: 2,
  run: inPrograms({
    programs: ({ amount, seed }) =>
      readers.map(({ name }) => ({
        name,
        file: `fuzz/${name}.mjs`,
        args: ["--cases", `${amount}`, "--seed", `${seed}`],
      })),
    trials: "cases",
    faults: ["noSentence", "wronglyAccepted"],
  }),
};
