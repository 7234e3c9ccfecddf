import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = mkdtempSync(join(tmpdir(), "msae-mount-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

/** A small file system of its own, until the process ends; undefined, and said so, where none can be mounted. */
export function mount(name: string, options: string): string | undefined {
  const folder = join(root, name);
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "ignore" });
    process.prependListener("exit", () => execFileSync("umount", ["-l", folder], { stdio: "ignore" }));
    return folder;
  } catch {
    console.log(`skip: no file system can be mounted here, so the checks on a ${name} disk are left out`);
    return undefined;
  }
}
