import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { joinRuns } from "../../lib/src/explore/join";
import { pack } from "../../lib/src/explore/pack";
import { pageOf } from "../../lib/src/explore/page";
import { HOSTILE, measuredSides } from "./made-up";

/* A page as a reader meets it: opened from its file in Chromium, clicked and typed at. */

const root = resolve(__dirname, "..", "..");
const pictures = join(root, "test", "output", "explore");
const folder = mkdtempSync(join(tmpdir(), "msae-explore-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const browserTest = suite("the page in a browser");

let browser: Browser | undefined;
let page: Page;
const requests: string[] = [];
const faults: string[] = [];
const file = pathToFileURL(join(folder, "page.html")).href;

/** The hostile title stands in every place that takes a text of the data. */
async function writePage(): Promise<void> {
  const space = { itemIds: ["a"], factors: Float32Array.of(1) };
  const run = { ...(await measuredSides({ name: HOSTILE, source: HOSTILE })), space };
  run.latents[1].labels[0] = {
    ...run.latents[1].labels[0],
    ...{ description: HOSTILE, evidence: [HOSTILE], by: HOSTILE },
  };
  run.latents[1].categories[0][0] = HOSTILE;
  const user = {
    ...{ id: HOSTILE, history: [0, 30], taken: 2 },
    latents: [[0, 1, 0.5] as [number, number, number]],
    list: [[5, 1] as [number, 0 | 1], [0, 0] as [number, 0 | 1]],
  };
  const joined = await joinRuns(run, run);
  writeFileSync(join(folder, "page.html"), pageOf(await pack({ run, users: [user], other: run, joined })));
}

browserTest.before(async () => {
  const { findChromium } = (await import(pathToFileURL(join(root, "scripts/lib/chromium.mjs")).href)) as {
    findChromium: () => string | undefined;
  };
  const executablePath = findChromium();
  if (!executablePath) return console.log("skip: no Chromium found, so no page is opened in one");
  await writePage();
  mkdirSync(pictures, { recursive: true });
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
});
browserTest.after(() => browser?.close());

/** A step that needs the browser. */
function step(name: string, work: () => Promise<void>): void {
  browserTest(name, async () => {
    if (browser) await work();
  });
}

const opened = (hash: string) => page.waitForURL((url) => url.hash === hash);
const goTo = (hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
/** The text of an element. */
const textOf = async (found: Locator): Promise<string> => (await found.textContent()) ?? "";
const title = (words: string) => page.locator("main h2", { hasText: words }).first().waitFor();

step("opened from its file it shows the list, and asks for nothing", async () => {
  await page.goto(file);
  await page.locator("[data-ready]").waitFor({ state: "attached" });
  assert.is(await page.locator("[role=option]").count(), 3);
  assert.is(await page.title(), `${HOSTILE} beside ${HOSTILE} · latents`);
  await title("Choose a latent");
});

step("a search by label, by category and by item finds the latent, and Escape clears it", async () => {
  await page.keyboard.press("/");
  assert.is(await page.evaluate("document.activeElement?.id"), "search");
  for (const [question, latent] of [
    ["right thing", 1],
    ["left", 0],
    ["#2", 2],
  ] as const) {
    await page.locator("#search").fill(question);
    await page.locator(`#option-${latent}`).waitFor();
  }
  const id = "title of right";
  await page.locator("#search").fill(id);
  await page.locator("#option-1 .why", { hasText: "item Title of right" }).waitFor();
  assert.is(await page.locator("[role=option]").count(), 1);
  await page.locator("#search").fill("nothing has this name");
  await page.locator(".status", { hasText: "Nothing is found" }).waitFor();
  await page.keyboard.press("Escape");
  assert.is(await page.locator("[role=option]").count(), 3);
});

step("arrows walk through the list and open each latent", async () => {
  await page.locator("#latents").focus();
  await page.keyboard.press("ArrowDown");
  await opened("#latent=0");
  await title("Left things");
  await page.keyboard.press("ArrowDown");
  await opened("#latent=1");
  await title("Right things");
  await page.keyboard.press("ArrowUp");
  await title("Left things");
  assert.is(await page.locator("[aria-selected=true]").getAttribute("id"), "option-0");
  assert.is(await page.locator("#latents").getAttribute("aria-activedescendant"), "option-0");
});

step(
  "a latent has its charts, its items, its categories and its neighbours, and the other run's beside it",
  async () => {
    const panel = page.locator("article").first();
    assert.is(await page.locator("article").count(), 2);
    const charts = panel.locator("svg[role=img]");
    assert.is(await charts.count(), 2);
    assert.match(await textOf(charts.first().locator("desc")), /^Score 0\.800, 95 % interval 0\.700 to 0\.900/);
    assert.match(await textOf(charts.nth(1).locator("desc")), /^20 items fire it/);
    assert.is(await panel.locator(".items").first().locator("li").count(), 20);
    assert.match(await textOf(panel.locator("tbody tr").first()), /^left1\.001\.00< 0\.001$/);
    await panel.locator("a", { hasText: "Right things" }).click();
    await opened("#latent=1");
    await title("Right things");
  },
);

step("the order of the list is chosen", async () => {
  await page.locator("#order").selectOption("nap");
  const first = await page.locator("[role=option]").first().getAttribute("id");
  assert.is(first, "option-0");
  await page.locator("#order").selectOption("prefix");
  await page.locator("#order").selectOption("number");
});

step("a link goes straight to a latent, and one to a user", async () => {
  await page.goto("about:blank");
  await page.goto(`${file}#latent=1`);
  await title("Right things");
  await goTo(`#user=${encodeURIComponent(HOSTILE)}`);
  await title(HOSTILE);
  assert.is(await page.locator("main .hit").count(), 1);
  assert.is(await page.locator("main .links a").count(), 1);
  await page.screenshot({ path: join(pictures, "user.png") });
  await page.locator("main .links a").click();
  await title("Left things");
});

step("the theme goes from the system's to light and dark", async () => {
  const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  const light = await ground();
  await page.screenshot({ path: join(pictures, "light.png") });
  await page.locator(".theme").click();
  await page.locator(".theme").click();
  assert.is(await page.locator(".theme").textContent(), "Theme: dark");
  assert.is.not(await ground(), light);
  await page.screenshot({ path: join(pictures, "dark.png") });
  await page.locator(".theme").click();
  await page.emulateMedia({ colorScheme: "dark" });
  assert.is.not(await ground(), light);
  await page.emulateMedia({ colorScheme: "light" });
});

step("a title that is a script does nothing, wherever it stands", async () => {
  await page.goto("about:blank");
  await page.goto(`${file}#latent=0`);
  await title("Left things");
  await page.locator(".items .title", { hasText: HOSTILE }).first().waitFor();
  await goTo("#latent=1");
  await page.locator(".written", { hasText: HOSTILE }).first().waitFor();
  assert.is(await page.evaluate("window.hacked"), undefined);
  assert.is(await page.locator("img").count(), 0);
});

step("all through this nothing was asked for, and nothing failed", async () => {
  assert.equal([...new Set(requests.map((url) => url.split("#")[0]))], [file]);
  assert.equal(faults, []);
});

browserTest.run();
