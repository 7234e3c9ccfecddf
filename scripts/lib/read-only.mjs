import { accessSync, constants, existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inWords } from "../../lib/bin/installed.cjs";
import { root, setupFolder } from "./paths.mjs";
import { PlainError } from "./program.mjs";

/** Can nothing be written in the project's folder: a read-only disk, or somebody else's folder? */
export function isReadOnly() {
  try {
    accessSync(existsSync(setupFolder) ? setupFolder : root, constants.W_OK);
    return false;
  } catch (error) {
    if (!["EROFS", "EACCES", "EPERM"].includes(error.code)) throw error;
    return true;
  }
}

/**
 * Use what is installed in a folder that cannot be written.
 *
 * @param damages for each stage, a function that gives its missing or changed files; undefined where it was never made
 * @throws PlainError when something is not whole, since it cannot be mended here
 */
export function useAsItIs(damages) {
  for (const [name, damage] of Object.entries(damages)) {
    const lost = damage();
    if (lost?.length === 0) continue;
    const found = lost === undefined ? "was never finished" : `has missing or changed files (${inWords(lost)})`;
    throw new PlainError(
      `The set-up (${name}) ${found}, and ${root} cannot be written: make the folder writable, and run \`npm run setup\` in it once.`,
    );
  }
  console.log("set-up: nothing can be written in this folder; what is installed is whole, and is used as it is");
}

/** Say what a lab in such a folder cannot do, and where its results go instead; returns the variables for it. */
export function readOnlyEnvironment(env = process.env) {
  console.log(`${root} cannot be written: notebooks cannot be saved there, and Lab forgets its settings and layout.`);
  if (env.MSAE_RUNS) return {};
  const runs = mkdtempSync(join(tmpdir(), "msae-lab-runs-"));
  console.log(`Finished stages go to ${runs}; to keep them elsewhere, set MSAE_RUNS to a folder of yours.`);
  return { MSAE_RUNS: runs };
}
