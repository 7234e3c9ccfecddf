import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inWords } from "../../lib/bin/installed.cjs";
import { setupFolder } from "./paths.mjs";

/**
 * One stage of the set-up: made only when what it depends on has changed, and one line that says how long it took.
 * The stamp is removed before the work and written after it, so an interrupted stage is made again.
 *
 * @param name shown, and names the stamp file
 * @param key function that gives the hash of all that the stage depends on; asked again after the work
 * @param isThere function: is the result still in place?
 * @param damage function: paths of what was made and is missing or changed since, undefined where that is not known
 * @param make does the work; may return a word or two on what was done
 */
export async function stage(name, { key, isThere, damage = () => [], make }) {
  const started = performance.now();
  const stamp = join(setupFolder, name);
  const wanted = read(stamp) === key() && isThere();
  const lost = wanted ? damage() : [];
  if (lost?.length > 0) console.log(`set-up: ${name.padEnd(8)} missing or changed: ${inWords(lost)}; made again`);
  let did = "up to date";
  if (!wanted || lost?.length !== 0) {
    rmSync(stamp, { force: true });
    did = (await make()) ?? "made";
    mkdirSync(setupFolder, { recursive: true });
    writeFileSync(`${stamp}.tmp`, key());
    renameSync(`${stamp}.tmp`, stamp);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`set-up: ${name.padEnd(8)} ${did}, ${seconds} s`);
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
