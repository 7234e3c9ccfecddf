import { mkdirSync } from "node:fs";
import { join } from "node:path";

const VEGA_LITE = "application/vnd.vegalite.v5+json";
/** The notebook in front. */
export const PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)";
const KERNEL_MS = 60_000;
const RUN_MS = 240_000;

/**
 * The address of a notebook, from the printed one. Any but the printed notebook gets a workspace of its own: in the common
 * one Lab restores the tabs of earlier walks, and for a moment it is their kernel whose state stands in the status bar.
 */
export function addressOf(printed, notebook) {
  const workspace = encodeURIComponent(notebook.replace(/\W/g, "-"));
  return printed.includes(`/lab/tree/${notebook}`)
    ? printed
    : printed.replace(/lab\/tree\/[^?]*/, `lab/workspaces/${workspace}/tree/${notebook}`);
}

/**
 * Open a notebook of JupyterLab by its address and wait for its kernel.
 *
 * Saving is answered here and not passed on: the notebooks are under version control without outputs, and what Lab
 * would have written is the best record of what it holds.
 *
 * @returns `{ page, saved }`: `saved()` asks Lab to save and gives the notebook's content
 */
export async function openNotebook(context, address) {
  const page = await context.newPage();
  let content;
  await page.route("**/api/contents/**", async (route) => {
    const request = route.request();
    if (request.method() !== "PUT") return route.continue();
    content = request.postDataJSON().content;
    const path = request.url().split("?")[0];
    return route.fulfill({ response: await route.fetch({ url: `${path}?content=0`, method: "GET", postData: "" }) });
  });
  await page.goto(address);
  // The indicator in the notebook's own bar says "idle" before there is a kernel; the status bar does not.
  await page.getByText(/^TypeScript \(MSAE Lab\) \| Idle$/).waitFor({ timeout: KERNEL_MS });
  const saved = async () => {
    content = undefined;
    await menu(page, "File", "Save Notebook");
    for (let waited = 0; content === undefined && waited < 10_000; waited += 50) await page.waitForTimeout(50);
    if (content === undefined) throw new Error("JupyterLab did not save the notebook");
    return content;
  };
  return { page, saved };
}

/** Choose an entry of the menu bar. */
export async function menu(page, title, entry) {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${title}$`) }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${entry}$`) }).click();
}

/** What stands between a reader and the notebook: the texts of dialogs and of pop-ups. */
export async function questions(page) {
  return page.locator(".jp-Dialog-content, .Toastify__toast").allInnerTexts();
}

/** What stands in the notebook in front and in the status bar: the last lines, for the report of a walk that failed. */
export async function textOn(page) {
  const texts = await page.locator(`${PANEL} .jp-CodeCell, #jp-main-statusbar`).allInnerTexts();
  return texts.join("\n").slice(-1500);
}

/** Run All Cells; resolves to the seconds until each cell has its number and the kernel is idle again. */
export async function runAll(page) {
  const started = performance.now();
  await menu(page, "Run", "Run All Cells");
  await page.waitForFunction(isDone, PANEL, { timeout: RUN_MS, polling: 100 });
  return (performance.now() - started) / 1000;
}

/** In the page: has every cell run, or did one fail, so that the rest never will? */
function isDone(panelSelector) {
  const panel = document.querySelector(panelSelector);
  if (!panel) return false;
  const prompts = [...panel.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map((prompt) => prompt.textContent);
  const idle = panel.querySelector(".jp-Notebook-ExecutionIndicator")?.getAttribute("data-status") === "idle";
  const failed = panel.querySelector('[data-mime-type="application/vnd.jupyter.stderr"]') !== null;
  const waiting = prompts.some((prompt) => prompt?.includes("*"));
  const ran = prompts.length > 0 && prompts.every((prompt) => /\[\d+\]/.test(prompt ?? ""));
  return idle && !waiting && (ran || failed);
}

/** The faults of an executed notebook's content: cells not run, and what stands in red. */
export function faultsOf(content) {
  const code = content.cells.filter((cell) => cell.cell_type === "code");
  return code.flatMap((cell, i) => {
    const red = cell.outputs.filter((output) => output.output_type === "error" || output.name === "stderr");
    const texts = red.map((output) => `cell [${i + 1}]: ${[output.text ?? output.evalue].flat().join("")}`);
    return cell.execution_count === null ? [...texts, `cell [${i + 1}] was not run`] : texts;
  });
}

/** How many charts an executed notebook's content holds. */
export function chartsIn(content) {
  const outputs = content.cells.flatMap((cell) => cell.outputs ?? []);
  return outputs.filter((output) => output.data && VEGA_LITE in output.data).length;
}

/**
 * The charts on the page, once `expected` are drawn or 20 s are over.
 *
 * @returns for each: is there ink in it?
 */
export async function chartsOn(page, expected) {
  const drawn = page.locator(`${PANEL} .vega-embed`);
  for (let waited = 0; (await drawn.count()) < expected && waited < 20_000; waited += 200)
    await page.waitForTimeout(200);
  return drawn.evaluateAll((embeds) =>
    embeds.map((embed) => {
      const canvas = embed.querySelector("canvas");
      if (!canvas) return embed.querySelectorAll("svg [class*=mark-] > *").length > 0;
      if (canvas.width === 0 || canvas.height === 0) return false;
      const pixels = new Uint32Array(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer,
      );
      return new Set(pixels).size > 2;
    }),
  );
}

/**
 * Move the first slider of the page to its other end, by keyboard.
 *
 * @returns whether its chart changed; undefined where no chart has a slider
 */
export async function moveSlider(page) {
  const chart = page.locator(`${PANEL} .vega-embed`, { has: page.locator("input[type=range]") }).first();
  if ((await chart.count()) === 0) return undefined;
  const slider = chart.locator("input[type=range]").first();
  await slider.scrollIntoViewIfNeeded();
  const before = await chart.evaluate(pictureOf);
  const atEnd = await slider.evaluate((input) => input.value === input.max);
  await slider.focus();
  await slider.press(atEnd ? "Home" : "End");
  for (let waited = 0; waited < 5000; waited += 100) {
    if ((await chart.evaluate(pictureOf)) !== before) return true;
    await page.waitForTimeout(100);
  }
  return false;
}

/** In the page: the drawn chart as text, without its bindings. */
function pictureOf(embed) {
  const canvas = embed.querySelector("canvas");
  return canvas ? canvas.toDataURL() : embed.querySelector("svg")?.outerHTML;
}

/** Screenshots of the notebook from top to bottom, a screen each: `<folder>/<name>-01.png` and so on. */
export async function photograph(page, folder, name) {
  mkdirSync(folder, { recursive: true });
  const panel = page.locator(`${PANEL} .jp-WindowedPanel-outer`);
  await panel.evaluate((outer) => outer.scrollTo(0, 0));
  for (let shot = 1; shot <= 60; shot++) {
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${name}-${String(shot).padStart(2, "0")}.png`) });
    const moved = await panel.evaluate((outer) => {
      const before = outer.scrollTop;
      outer.scrollBy(0, outer.clientHeight * 0.9);
      return outer.scrollTop > before;
    });
    if (!moved) return shot;
  }
  return 60;
}
