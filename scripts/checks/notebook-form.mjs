import { KERNEL } from "../lib/kernel.mjs";
import { readNotebook } from "./notebook-cells.mjs";
import { report, total } from "./tally.mjs";

const MOST_LINES = 15;

/** The form of every notebook (short cells, no outputs, our kernel): one test each. */
export function checkForm(files) {
  return total(
    files.map((file) => {
      const faults = faultsOf(readNotebook(file));
      return report(faults.length === 0, `form of ${file}`, undefined, faults.join("\n"));
    }),
  );
}

/** What is wrong with a parsed notebook, a sentence each. */
export function faultsOf({ content, cells }) {
  const faults = [];
  const { kernelspec, language_info: language } = content.metadata ?? {};
  if (kernelspec?.name !== KERNEL)
    faults.push(`its kernelspec is ${kernelspec?.name ?? "missing"}; it must be ${KERNEL}, or Lab asks for a kernel`);
  if (!language) faults.push("its metadata lack language_info, so Lab cannot colour the code before a kernel runs");
  if (cells.length === 0) faults.push("it has no code cell");
  for (const { number, source, outputs, executionCount } of cells) {
    const lines = source.trimEnd().split("\n").length;
    if (!source.trim()) faults.push(`cell [${number}] is empty`);
    if (lines > MOST_LINES) faults.push(`cell [${number}] has ${lines} lines; at most ${MOST_LINES} are allowed`);
    if (outputs.length > 0) faults.push(`cell [${number}] has outputs; clear them before committing`);
    if (executionCount !== null) faults.push(`cell [${number}] has an execution count; clear it before committing`);
  }
  return faults;
}
