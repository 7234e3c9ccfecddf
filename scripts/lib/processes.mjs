import { readFileSync } from "node:fs";

/**
 * What tells a process from a later one with the same number: its number, and on Linux when it started.
 * Undefined for one that is gone, or ended and only not yet collected by its parent.
 */
export function identityOf(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return undefined;
  }
  const stat = statOf(pid);
  if (stat === undefined) return process.platform === "linux" ? undefined : `${pid}`;
  return stat.state === "Z" ? undefined : `${pid} ${stat.started}`;
}

function statOf(pid) {
  try {
    // The second field, a name in brackets, may itself hold spaces and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state: fields[0], started: fields[19] };
  } catch {
    return undefined;
  }
}
