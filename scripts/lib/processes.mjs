import { spawnSync } from "node:child_process";
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

/** The npm that runs this process as a script; a shell that npm put in between is passed over. Undefined when none does. */
export function npmAbove(env = process.env) {
  if (env.npm_lifecycle_event === undefined) return undefined;
  const { name, parent } = lookAt(process.ppid);
  return /(^|[/-])\w*sh$/.test(name) ? parent : process.ppid;
}

/** Name and parent of a process; without them where it has gone. */
function lookAt(pid) {
  try {
    const [, name, parent] = /\((.*)\) \S+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"));
    return { name, parent: Number(parent) };
  } catch {
    const { stdout } = spawnSync("ps", ["-o", "ppid=,comm=", "-p", `${pid}`], { encoding: "utf8" });
    const [, parent, name] = /^\s*(\d+)\s+(.*\S)/.exec(stdout ?? "") ?? [];
    return { name: name ?? "", parent: Number(parent) };
  }
}
