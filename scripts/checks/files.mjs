import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";

/** Test files, as paths from the project's folder: `test/**` with .test.ts or .test.mjs, but for the browser's. */
export function testFiles(folder = "test") {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return ["test/browser", "test/output", "test/fixtures"].includes(path) ? [] : testFiles(path);
      return /\.test\.(ts|mjs)$/.test(entry.name) ? [path] : [];
    });
}

/** The notebooks, as paths from the project's folder, in the order of their numbers. */
export function notebookFiles() {
  if (!existsSync(join(root, "notebooks"))) return [];
  return readdirSync(join(root, "notebooks"))
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => `notebooks/${name}`);
}
