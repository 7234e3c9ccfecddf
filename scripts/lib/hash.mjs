import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./paths.mjs";

/**
 * SHA-256 over files, folders (every file in them, by name) and plain values: `hashOf({ files, values })`.
 * Names count from the project's folder, so that moving it changes nothing.
 * A file that is missing counts as missing, so that its coming changes the hash.
 */
export function hashOf({ files = [], values = [] }) {
  const hash = createHash("sha256").update(JSON.stringify(values));
  for (const file of files.flatMap(filesBelow)) hash.update(`\0${relative(root, file)}\0`).update(contentOf(file));
  return hash.digest("hex");
}

function filesBelow(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

function contentOf(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return "(missing)";
  }
}
