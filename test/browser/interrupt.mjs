import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { report } from "../../scripts/checks/tally.mjs";
import { root } from "../../scripts/lib/paths.mjs";
import { addressOf, menu, openNotebook, PANEL } from "./notebook-page.mjs";

/** Where the notebook of this walk lies: made here, under the folder that git ignores. */
const NOTEBOOK = "test/output/interrupt.ipynb";
/** Interrupt must have stopped the work within this. */
const STOP_MS = 1000;

/** For 200 ms after a cell that failed, tslab silently drops what is asked of it: nobody presses Run as soon as that. */
const ABORTING_MS = 400;

/** A training that would take many minutes, and a cell that says what is still going on after it was stopped. */
const CELLS = [
  'import { openLab } from "msae-lab";',
  'const endless = await openLab({ set: { "sae.epochs": 100000, "sae.minSteps": 0 } });\nawait endless.sae();',
  [
    "const before = process.cpuUsage();",
    "await new Promise((resume) => setTimeout(resume, 1500));",
    "const { user, system } = process.cpuUsage(before);",
    'console.log("busy", ((user + system) / 1.5e6).toFixed(2), "listeners", process.listenerCount("SIGINT"));',
  ].join("\n"),
];

/**
 * Start long work in a notebook, press Interrupt, and see that it stops within a second, that nothing goes on behind it,
 * and that the next cell runs.
 */
export async function tryInterrupt(context, address, pictures) {
  writeNotebook();
  const { page } = await openNotebook(context, addressOf(address, NOTEBOOK));
  const runCell = () => menu(page, "Run", "Run Selected Cell");
  const front = page.locator(PANEL);
  const prompt = (cell) => front.locator(".jp-CodeCell .jp-InputPrompt").nth(cell - 1);
  /** Wait until the cell has run: its number stands before it. */
  const ran = async (cell, timeout) => prompt(cell).getByText(`[${cell}]:`, { exact: true }).waitFor({ timeout });
  await runCell();
  await ran(1, 60_000);
  await runCell();
  // The progress of the training itself, not of the stages before it.
  await front
    .getByText(/training the MSAE.*left/)
    .first()
    .waitFor({ timeout: 120_000 });
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(pictures, "interrupt-running.png") });
  await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Kernel$/ }).click();
  const asked = performance.now();
  await page.locator(".lm-Menu-itemLabel", { hasText: /^Interrupt Kernel$/ }).click();
  await ran(2, 20_000);
  const took = performance.now() - asked;
  await page.waitForTimeout(ABORTING_MS);
  await runCell();
  const said = front.getByText(/busy [\d.]+ listeners \d+/).last();
  await said.waitFor({ timeout: 20_000 });
  const [, busy, listeners] = /busy ([\d.]+) listeners (\d+)/.exec((await said.textContent()) ?? "");
  await page.screenshot({ path: join(pictures, "interrupt-after.png") });
  return [
    report(took < STOP_MS, "Interrupt stops a training within a second", took / 1000, `it took ${took.toFixed(0)} ms`),
    report(Number(busy) < 0.3, "no work goes on behind an interrupted cell", undefined, `${busy} of a core is busy`),
    report(Number(listeners) < 2, "the next cell runs, and no listener is left", undefined, `${listeners} listeners`),
  ];
}

function writeNotebook() {
  const file = join(root, NOTEBOOK);
  mkdirSync(dirname(file), { recursive: true });
  const cells = CELLS.map((source, at) => ({
    cell_type: "code",
    id: `interrupt-${at}`,
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  }));
  const metadata = {
    kernelspec: { name: "tslab", display_name: "TypeScript (MSAE Lab)", language: "typescript" },
    language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/typescript" },
  };
  writeFileSync(file, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
}
