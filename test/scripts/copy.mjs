import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";

/**
 * A folder with the project's scripts and nothing installed, and fake programs beside it, so that the set-up can be
 * run, stopped and moved without touching this checkout.
 *
 * @param programs shell scripts by name, e.g. { python3: "exit 1" }: all that the PATH holds
 * @returns `{ folder, run, remove }`; `run(code)` runs an ES module's text in the folder, `run("scripts/…")` a script
 */
export function projectCopy(programs = {}) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "msae-lab-scripts-")));
  const folder = join(base, "project");
  const bin = join(base, "bin");
  mkdirSync(folder);
  for (const name of ["scripts", "lib/bin", "requirements.txt", ".npmrc", "package.json", "package-lock.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const run = (what, env = {}, at = folder) => {
    const args = what.startsWith("scripts/") ? [what] : ["--input-type=module", "--eval", what];
    const result = spawnSync(process.execPath, args, {
      cwd: at,
      encoding: "utf8",
      env: { PATH: bin, HOME: base, ...env },
    });
    return { code: result.status, out: result.stdout, err: result.stderr };
  };
  return { folder, run, remove: () => rmSync(base, { recursive: true, force: true }) };
}

/** A shell script that answers the set-up's questions as a Python of that version would. */
export const fakePython = (version, { venv = true } = {}) =>
  `case "$2" in *version_info*) echo "python|${version.replace(".", "|")}|$0";; *ensurepip*) exit ${venv ? 0 : 1};; *) exit 1;; esac`;
