// The lab as a reader meets it: `npm start`, the printed link in Chromium, Run All, charts, a slider, Ctrl-C.
//   node test/browser/lab.mjs [NOTEBOOK …] [interrupt]      e.g. notebooks/00-start-here.ipynb; without: all below
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { chromium } from "playwright-core";
import { inWords, report, since, tally, total } from "../../scripts/checks/tally.mjs";
import { findChromium } from "../../scripts/lib/chromium.mjs";
import { root } from "../../scripts/lib/paths.mjs";
import { tryInterrupt } from "./interrupt.mjs";
import {
  addressOf,
  chartsIn,
  chartsOn,
  faultsOf,
  moveSlider,
  openNotebook,
  photograph,
  questions,
  runAll,
  textOn,
} from "./notebook-page.mjs";
import { startLab } from "./server.mjs";

const NOTEBOOKS = [
  "notebooks/00-start-here.ipynb",
  "notebooks/01-data.ipynb",
  "notebooks/05-monosemanticity.ipynb",
  "notebooks/08-gender-axis.ipynb",
];
/** The walk that presses Interrupt, in a notebook of its own. */
const INTERRUPT = "interrupt";
const PICTURES = join(root, "test", "output", "browser");
const FLAGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const walks = process.argv.length > 2 ? process.argv.slice(2) : [...NOTEBOOKS, INTERRUPT];
rmSync(PICTURES, { recursive: true, force: true });
const tallies = [];
const lab = await startLab();
try {
  const browser = await chromium.launch({ executablePath: findChromium(), args: FLAGS.split(" ") });
  try {
    for (const name of walks)
      tallies.push(await (name === INTERRUPT ? tryPage(browser, name, interrupt) : tryNotebook(browser, name)));
  } finally {
    await browser.close();
  }
} finally {
  const started = performance.now();
  const left = await lab.stop();
  tallies.push(
    report(left.length === 0, "Ctrl-C stops server and kernels", since(started), `left: ${left.join(", ")}`),
  );
}
const all = total(tallies);
console.log(`\n${inWords(all)}`);
process.exitCode = all.failed > 0 ? 1 : 0;

/** Walk one notebook. */
function tryNotebook(browser, notebook) {
  const name = basename(notebook, ".ipynb");
  return tryPage(browser, name, (context, steps) => walk(context, name, notebook, steps));
}

/** Walk one page of Lab; a step that throws ends its walk and counts as failed. */
async function tryPage(browser, name, steppedThrough) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const steps = [];
  try {
    await steppedThrough(context, steps);
  } catch (error) {
    const page = context.pages()[0];
    const seen = page ? await textOn(page) : "no page was opened";
    steps.push(report(false, `${name}: the walk through it`, undefined, `${error.message}\nThe page: ${seen}`));
    await page?.screenshot({ path: join(PICTURES, `${name}-failed.png`) });
  } finally {
    await context.close();
  }
  return total(steps);
}

async function interrupt(context, steps) {
  steps.push(...(await tryInterrupt(context, lab.address, PICTURES)));
}

async function walk(context, name, notebook, steps) {
  const opened = performance.now();
  const { page, saved } = await openNotebook(context, addressOf(lab.address, notebook));
  const asked = await questions(page);
  steps.push(report(asked.length === 0, `${name} opens without a question`, since(opened), asked.join("\n")));
  const seconds = await runAll(page);
  const content = await saved();
  const faults = faultsOf(content);
  steps.push(report(faults.length === 0, `${name}: Run All`, seconds, faults.join("\n")));
  const expected = chartsIn(content);
  const charts = await chartsOn(page, expected);
  const blank = charts.filter((ink) => !ink).length;
  const told = `${expected} in the notebook, ${charts.length} on the page, ${blank} blank`;
  steps.push(report(charts.length === expected && blank === 0, `${name}: ${expected} charts drawn`, undefined, told));
  await photograph(page, PICTURES, name);
  const changed = await moveSlider(page);
  if (changed === undefined) {
    console.log(`skip ${name}: no chart with a slider`);
    steps.push(tally(0, 0, 1));
  } else {
    steps.push(report(changed, `${name}: a slider moves its chart`, undefined, "the picture stayed as it was"));
    await page.screenshot({ path: join(PICTURES, `${name}-slider.png`) });
  }
}
