import { join } from "node:path";
import { root, setupFolder } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { report, since } from "./tally.mjs";

/** The strict type check of library, tests and benchmarks: counts as one test. */
export async function checkTypes() {
  const started = performance.now();
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const memory = ["--incremental", "--tsBuildInfoFile", join(setupFolder, "types.tsbuildinfo")];
  const { code, output } = await run(process.execPath, [tsc, "-p", root, ...memory], { cwd: root });
  return report(code === 0, "types of lib, test and bench", since(started), output);
}
