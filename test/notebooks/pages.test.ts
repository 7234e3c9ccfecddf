import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runNotebooks } from "../../lib/src/lab/notebooks";
import { mount } from "../mount";

const root = resolve(__dirname, "..", "..");
const files = ["test/notebooks/fixtures/page.ipynb"];
const html = mkdtempSync(join(tmpdir(), "msae-pages-"));
const page = join(html, "page.html");
process.on("exit", () => rmSync(html, { recursive: true, force: true }));
const tiny = mount("tiny", "size=64k");

/** Addresses that a browser would fetch by itself; a link to click is none. */
const FETCHED =
  /(?:<(?:script|link|img|iframe|source|image|use)\b[^>]*?(?:src|href)\s*=\s*|url\(|@import\s+|import\()["']?\s*(?:https?:)?\/\/[^"')\s>]*/gi;

test("a page holds nothing that a browser would fetch, and its formulas and charts are in it", async () => {
  const [run] = await runNotebooks({ root, files, html });
  assert.ok(run.ok, run.error);
  const text = readFileSync(page, "utf8");
  assert.equal(text.match(FETCHED) ?? [], []);
  assert.match(text, /<img [^>]*data-left-out="https:\/\/example\.org\/raw\.png"/);
  assert.match(text, /<meta content="default-src 'none'; [^"]*" http-equiv="Content-Security-Policy"/);
  assert.not.match(text, /<script|require\.js|mathjax|mermaid\.esm/i);
  assert.match(text, /<math [^>]*display="block"[^>]*><mrow><mfrac>/);
  assert.match(text, /<code>\\frac\{<\/code> stays as it is written/);
  assert.match(text, /<a href="https:\/\/example\.org\/picture\.png">a picture<\/a>/);
  assert.match(text, /<details>\s*<summary>Solutions<\/summary>\s*<ol>.*folded away.*<\/ol>\s*<\/details>/s);
  assert.match(text, /graph TD; A--&gt;B/);
  assert.match(text, /&lt;script src=https:\/\/example\.org/);
  assert.match(text, /src="data:image\/svg\+xml;base64,/);
  assert.match(text, /In\s*\[1\]:|In&nbsp;\[1\]:/);
});

test("in a browser a page asks for nothing, and shows its formulas and charts", async () => {
  const { findChromium } = (await import(pathToFileURL(join(root, "scripts/lib/chromium.mjs")).href)) as {
    findChromium: () => string | undefined;
  };
  const executablePath = findChromium();
  if (!executablePath) return console.log("skip: no Chromium found, so no page is opened in one");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const tab = await browser.newPage();
    const requests: string[] = [];
    tab.on("request", (request) => requests.push(request.url()));
    await tab.goto(pathToFileURL(page).href);
    assert.equal(
      requests.filter((url) => !url.startsWith("data:")),
      [pathToFileURL(page).href],
    );
    const sizes = await tab.$$eval("math, .jp-OutputArea img", (shown) =>
      shown.map((element) => {
        const { width, height } = element.getBoundingClientRect();
        return Math.min(width, height);
      }),
    );
    assert.is(sizes.length, 3);
    assert.ok(
      sizes.every((size) => size > 8),
      sizes.join(),
    );
    assert.ok(
      await tab.$eval(
        ".jp-OutputArea img",
        (chart) => (chart as unknown as { naturalWidth: number }).naturalWidth > 100,
      ),
    );
  } finally {
    await browser.close();
  }
});

for (const option of ["html", "export"] as const)
  (tiny ? test : test.skip)(
    `a disk without room for --${option} is said in one sentence, and leaves nothing`,
    async () => {
      const folder = join(tiny as string, option);
      writeFileSync(join(tiny as string, "filler"), Buffer.alloc(60_000));
      const error = await runNotebooks({ root, files, [option]: folder }).catch((thrown: Error) => thrown);
      assert.instance(error, Error);
      const { name, message } = error as Error;
      assert.is(name, "DiskError", message);
      const what = option === "html" ? "The page of page\\.ipynb" : 'page\\.ipynb: The figure or table "squares"';
      assert.match(
        message,
        new RegExp(`^${what} could not be written to \\S+ \\(the disk is full\\): nothing half[^\\n]*\\.$`),
      );
      assert.equal(
        readdirSync(folder).filter((name) => !/squares\.(svg|png)$/.test(name)),
        [],
      );
    },
  );

test("a folder that cannot be made is known before any notebook runs", async () => {
  const taken = join(html, "taken");
  writeFileSync(taken, "mine");
  for (const option of ["html", "export"]) {
    const started = runNotebooks({ root, files, [option]: join(taken, "below"), onResult: () => assert.unreachable() });
    const error = await started.catch((thrown: Error) => thrown);
    assert.is((error as Error).name, "InputError");
    assert.match((error as Error).message, /could not be written to .*taken.below \(a part of the path is a file/);
  }
  assert.is(readFileSync(taken, "utf8"), "mine");
});

test.run();
