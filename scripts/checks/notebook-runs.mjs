import { createRequire } from "node:module";
import { root } from "../lib/paths.mjs";
import { report, total } from "./tally.mjs";

/** Execute the notebooks headless, through the library's own `msae-lab notebooks`: one test each. */
export async function runAllNotebooks(files) {
  if (files.length === 0) return total([]);
  const { runNotebooks } = createRequire(import.meta.url)("../../lib/dist/lab/notebooks.js");
  const tallies = [];
  await runNotebooks({
    root,
    files,
    onResult: ({ notebook, ok, seconds, error }) =>
      tallies.push(report(ok, `execution of notebooks/${notebook}`, seconds, error)),
  });
  return total(tallies);
}
