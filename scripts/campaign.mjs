import util from "node:util";
import { inWords, report } from "./checks/tally.mjs";
import { PlainError, parseOptions, program } from "./lib/program.mjs";
import { setUp } from "./lib/setup.mjs";

const USAGE =
  "npm run campaign -- [--only NAME] [--bounded] [--amount N] [--first N] [--seed N] [--nodes 20,22,24] [--write]";

// `npm run campaign`: what can happen to the lab is done to it, and what it does not bear is counted.
await program(async (args) => {
  const text = { type: "string" };
  const flag = { type: "boolean" };
  const options = parseOptions(
    util,
    args,
    { only: text, bounded: flag, amount: text, first: text, seed: text, nodes: text, write: flag },
    USAGE,
  );
  const amount = options.amount === undefined ? undefined : whole("--amount", options.amount, 1);
  const settings = {
    only: options.only ?? "",
    bounded: options.bounded ?? false,
    amount,
    first: whole("--first", options.first ?? "0", 0),
    seed: whole("--seed", options.seed ?? "42", 0),
    nodes: (options.nodes ?? "")
      .split(",")
      .filter(Boolean)
      .map((major) => whole("--nodes", major, 1)),
  };
  await setUp();
  const { campaign } = await import("../test/faults/campaign.mjs");
  const { tally, rows, code } = await campaign(settings);
  if (rows.length === 0 && code === 0)
    report(false, `no fault has "${settings.only}" in its name: see test/faults/README.md`);
  if (options.write) {
    const { writeReadme } = await import("../test/faults/lib/readme.mjs");
    writeReadme(rows, `npm run campaign -- ${args.join(" ")}`);
  }
  console.log(`\n${inWords(tally)}`);
  return rows.length === 0 && code === 0 ? 1 : code;
});

function whole(name, value, least) {
  if (/^\d+$/.test(value) && Number(value) >= least) return Number(value);
  throw new PlainError(`${name} "${value}" is no whole number from ${least} on. Usage: ${USAGE}`);
}
