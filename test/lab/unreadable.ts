import { spawnSync } from "node:child_process";
import { chmodSync, statSync } from "node:fs";
import { resolve } from "node:path";

const NOBODY = 65534;

/**
 * Load an artifact in another process, which may not read `path`.
 *
 * @param args the store's root, and the key as JSON
 * @returns what the process said: the error's name and message, or "loaded", "nothing"
 */
export function withoutRight(path: string, [root, key]: [root: string, key: string]): string {
  const mode = statSync(path).mode;
  const library = resolve(__dirname, "..", "..", "lib", "src", "lab", "store.ts");
  const code = `
    const { openStore } = require(${JSON.stringify(library)});
    // The administrator may read everything.
    if (process.getuid() === 0) process.setuid(${NOBODY});
    try {
      console.log(openStore(${JSON.stringify(root)}).load(${key}) ? "loaded" : "nothing");
    } catch (error) {
      console.log(error.name + ": " + error.message);
    }`;
  chmodSync(root, 0o755);
  chmodSync(path, 0);
  try {
    return spawnSync(process.execPath, ["--import", "tsx", "-e", code], { encoding: "utf8" }).stdout;
  } finally {
    chmodSync(path, mode);
  }
}
