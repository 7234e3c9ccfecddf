import { inPrograms } from "./lib/program.mjs";

export default {
  name: "bit-flips",
  what: "One bit is flipped in a checkpoint, or in one of the files of a stored result (values, arrays, manifest, list of bad rows), half of the time in its first 400 bytes. The store must not believe it, and must set it aside.",
  amounts: { bounded: 300, full: 5000 },
  run: inPrograms({
    programs: ({ amount, seed }) => [
      {
        name: "in checkpoints and in results, half each",
        file: "bit-flips.mjs",
        args: ["--flips", `${amount}`, "--seed", `${seed}`],
      },
    ],
    faults: ["believed"],
  }),
};
