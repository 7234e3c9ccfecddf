import { readdirSync, readFileSync } from "node:fs";

/** Can the processes be listed here? */
export const LISTED = process.platform === "linux";

/** Every process below `pid`, itself among them, as Linux lists them. */
export function descendants(pid) {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(name)]),
  );
  const found = [pid];
  for (const at of found) for (const [child, parent] of parents) if (parent === at) found.push(child);
  return found;
}

function parentOf(pid) {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return 0;
  }
}

/** Command line of a process, its words apart by spaces; empty for one that is gone, or ended and not yet collected. */
export function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What `found()` gives once it gives anything but undefined and false; a failure after the time is up. */
export async function eventually(what, found, limitMs = 120_000) {
  for (const started = Date.now(); Date.now() - started < limitMs; await pause(50)) {
    const value = found();
    if (value !== undefined && value !== false) return value;
  }
  throw new Error(`${what}: not within ${limitMs / 1000} s`);
}
