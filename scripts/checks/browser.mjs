import { spawn } from "node:child_process";
import { findChromium } from "../lib/chromium.mjs";
import { root } from "../lib/paths.mjs";
import { report, tally } from "./tally.mjs";

/** The browser test in a process of its own, its lines passed on; skipped, saying so, where there is no Chromium. */
export function runBrowserTest(unwanted = false) {
  if (unwanted || !findChromium()) {
    const why = unwanted
      ? "left out by --no-browser"
      : "no Chromium found (install one, or name it with CHROMIUM=/path)";
    console.log(`skip browser test: ${why}`);
    return tally(0, 0, 1);
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["test/browser/lab.mjs"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      output += chunk;
    });
    child.on("close", (code) => resolve(countsOf(output, code)));
  });
}

function countsOf(output, code) {
  const closing = /^(\d+) passed, (\d+) failed, (\d+) skipped\n*$/m.exec(output);
  console.log(closing ? output.slice(0, closing.index).trimEnd() : output.trimEnd());
  if (!closing) return report(false, `browser test: it ended (code ${code}) before it had counted`);
  return tally(...closing.slice(1).map(Number));
}
