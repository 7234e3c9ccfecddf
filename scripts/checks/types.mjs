import { join } from "node:path";
import { root, setupFolder } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { report, since, total } from "./tally.mjs";

/** The strict type check of library, tests and benchmarks, and of what runs in a browser: each counts as one test. */
export async function checkTypes() {
  const memory = ["--incremental", "--tsBuildInfoFile", join(setupFolder, "types.tsbuildinfo")];
  return total([
    await check("types of lib, test and bench", root, memory),
    await check("types of the page's script", join(root, "lib", "src", "explore", "client")),
  ]);
}

async function check(what, project, options = []) {
  const started = performance.now();
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { code, output } = await run(process.execPath, [tsc, "-p", project, ...options], { cwd: root });
  return report(code === 0, what, since(started), output);
}
