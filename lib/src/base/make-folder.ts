import { closeSync, existsSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Make a folder with those above it, and make sure that a file can be written there.
 *
 * @throws the system's error, with its code
 */
export function makeFolder(dir: string): void {
  // Node's recursive mkdir never returns where the system denies with ENOENT, as /proc does.
  const missing: string[] = [];
  for (let folder = resolve(dir); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) if (!existsSync(folder)) mkdirSync(folder);
  if (!statSync(dir).isDirectory()) mkdirSync(dir);
  const trial = join(dir, `.writable-${process.pid}`);
  try {
    closeSync(openSync(trial, "w"));
  } finally {
    rmSync(trial, { force: true });
  }
}
