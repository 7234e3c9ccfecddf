import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";
import { faults } from "../registry.mjs";

const folder = join(root, "test", "faults");
const figuresFile = join(folder, "figures.json");

/** Keep the figures of these rows beside those of other faults, and write the page anew. */
export function writeReadme(rows, command) {
  const kept = existsSync(figuresFile) ? JSON.parse(readFileSync(figuresFile, "utf8")) : {};
  for (const row of rows.filter(({ skipped }) => !skipped)) {
    kept[`${row.fault} on ${row.node}`] = {
      fault: row.fault,
      node: row.node,
      trials: row.trials,
      failures: row.failures.length,
      seconds: Math.round(row.seconds),
      figures: row.figures ?? {},
      cores: availableParallelism(),
      date: new Date().toISOString().slice(0, 10),
      command,
    };
  }
  writeFileSync(figuresFile, `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(join(folder, "README.md"), page(Object.values(kept)));
}

/** The page: each fault in its own words, then the figures. */
export function page(figures) {
  return `# Faults

What can happen to the lab is done to it, again and again: it is killed, stopped, starved, run beside itself, given damaged files. Each time it must lose
nothing, believe nothing that is damaged, and say what is wrong in one sentence. This page is written by the command that does it:

\`\`\`
npm run campaign                            # everything, some hours on two cores
npm run campaign -- --bounded               # the same in three minutes, as \`.ci/run\` does
npm run campaign -- --only kills --amount 9 # one fault, so many trials
npm run campaign -- --nodes 20,22,24        # cold starts on these versions of Node, which are fetched from npm to .nodes/
npm run campaign -- --write                 # keep the figures below
\`\`\`

- Every random choice comes from \`--seed\` (42) and the trial's number. A failure prints the command that repeats it.
- The last line counts the faults: one that had no failure has passed. One that this machine cannot do is said to be skipped.
- Ctrl-C ends it. Its files lie below the system's temporary folder, and go with it, as do its processes.
- A fault is one file here and a line in \`registry.mjs\`.

## What is done

${faults.map(({ name, what }) => `- **${name}**: ${what}`).join("\n")}

## Figures

A trial is one kill, one run, one flipped bit or one damaged file. "Of them" says what the trials were or how they ended, where there are kinds.

| fault | Node | trials | failures | of them | time | cores | date |
|---|---|---|---|---|---|---|---|
${rowsOf(figures).join("\n")}

Commands: ${[...new Set(figures.map(({ command }) => `\`${command}\``))].join(", ") || "none yet"}.
`;
}

function rowsOf(figures) {
  const order = faults.map(({ name }) => name);
  return figures
    .filter(({ fault }) => order.includes(fault))
    .sort((a, b) => order.indexOf(a.fault) - order.indexOf(b.fault) || a.node.localeCompare(b.node))
    .map(({ fault, node, trials, failures, figures: counts, seconds, cores, date }) => {
      const kinds = Object.entries(counts).map(([what, count]) => `${count.toLocaleString("en")} ${what}`);
      const time = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
      const cells = [
        fault,
        node,
        trials.toLocaleString("en"),
        failures.toLocaleString("en"),
        kinds.join(", "),
        time,
        cores,
        date,
      ];
      return `| ${cells.join(" | ")} |`;
    });
}
