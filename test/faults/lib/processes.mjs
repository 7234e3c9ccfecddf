import { readdirSync, readFileSync } from "node:fs";

/** Numbers of this machine's running processes whose environment has `name` with this value; none but on Linux. */
export function markedProcesses(name, value) {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((entry) => contentOf(`/proc/${entry}/environ`).split("\0").includes(`${name}=${value}`))
    .map(Number);
}

/** The words of a process's command line; empty for one that has ended. */
export const commandLine = (pid) => contentOf(`/proc/${pid}/cmdline`).split("\0").filter(Boolean);

function contentOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
