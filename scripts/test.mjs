import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import util from "node:util";
import { notebookFiles, testFiles } from "./checks/files.mjs";
import { inWords, report, tally, total } from "./checks/tally.mjs";
import { parseOptions, program } from "./lib/program.mjs";
import { setUp } from "./lib/setup.mjs";

const USAGE = "npm test -- [--only TEXT] [--no-browser]";

// `npm test`: set up what is missing, then every check of the project; the last line counts them.
await program(async (args) => {
  const options = parseOptions(util, args, { only: { type: "string" }, "no-browser": { type: "boolean" } }, USAGE);
  await setUp();
  ownTemporaryFolder();
  const { checkTypes } = await import("./checks/types.mjs");
  const { runUnitTests } = await import("./checks/unit.mjs");
  const { checkForm } = await import("./checks/notebook-form.mjs");
  const { checkNotebookTypes } = await import("./checks/notebook-types.mjs");
  const { runAllNotebooks } = await import("./checks/notebook-runs.mjs");
  const { runBrowserTest } = await import("./checks/browser.mjs");
  const wanted = (name) => name.includes(options.only ?? "");
  const notebooks = notebookFiles().filter(wanted);
  const tallies = [
    wanted("types") ? await checkTypes() : tally(),
    await runUnitTests(testFiles().filter(wanted)),
    checkForm(notebooks),
    await checkNotebookTypes(notebooks),
    await runAllNotebooks(notebooks),
    wanted("browser") ? await runBrowserTest(options["no-browser"]) : tally(),
  ];
  const all = total(tallies);
  if (all.passed + all.failed === 0) {
    report(false, `no test${options.only ? ` whose name holds "${options.only}"` : ""} was run`);
    all.failed = 1;
  }
  console.log(`\n${inWords(all)}`);
  return all.failed > 0 ? 1 : 0;
});

/** One folder for all temporary files of the tests, gone at the end: a test that is killed cannot tidy up after itself. */
function ownTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "msae-tests-"));
  // Tests that act as another user go through it.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}
