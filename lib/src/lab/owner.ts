import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isRunning } from "../base/running";

/** `.tmp-PID-START.MACHINE-LABEL`, and `.tmp-PID-LABEL` as it was before. */
const NAME = /^\.tmp-(\d+)-(?:(\d+)\.([0-9a-f]{8})-)?(.*)$/s;

/** Hours after which an untouched folder of a process on another machine, or in another container, counts as left behind. */
const HOURS_ELSEWHERE = 24;

let count = 0;

/**
 * A new name in the store's root for what is not finished. It says whose it is, so that what a killed process left can be
 * told from what a living one writes: number and start of the process, and the machine or container that numbered it.
 *
 * @param label what for; kebab case
 */
export function temporaryPath(root: string, label: string): string {
  return join(root, `.tmp-${process.pid}-${startOf(process.pid) ?? "0"}.${machine()}-${label}.${++count}`);
}

const held = new Set<string>();
const removeHeld = (): void => {
  for (const path of held) rmSync(path, { recursive: true, force: true });
};

/**
 * Make a temporary folder in the store's root. It goes when it is released, when the process ends, and, after a kill, when
 * the store is opened next.
 *
 * @returns its path, and what removes it
 */
export function temporaryFolder(root: string, label: string): { path: string; release: () => void } {
  const path = temporaryPath(root, label);
  if (held.size === 0 && !process.listeners("exit").includes(removeHeld)) process.on("exit", removeHeld);
  mkdirSync(path);
  held.add(path);
  return {
    path,
    release: () => {
      rmSync(path, { recursive: true, force: true });
      held.delete(path);
    },
  };
}

/** Labels of the temporary folders whose process is alive. */
export function livingLabels(root: string): string[] {
  return temporaries(root)
    .filter(({ path, match }) => isOwned(path, match))
    .map(({ match }) => match[4]);
}

/**
 * Remove the temporary folders of processes that are gone: what `kill -9` leaves behind.
 *
 * @returns the bytes of each that was removed
 */
export function removeAbandoned(root: string): number[] {
  const removed: number[] = [];
  for (const { path, match } of temporaries(root)) {
    if (isOwned(path, match)) continue;
    try {
      const bytes = sizeOf(path);
      rmSync(path, { recursive: true, force: true });
      removed.push(bytes);
    } catch {
      // A read-only store keeps it; another process may be removing it as well.
    }
  }
  return removed;
}

/** Bytes of a file, or of all files of a folder; links are not followed, and what vanishes meanwhile counts nothing. */
export function sizeOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  return namesOf(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** Names in a folder; none where it is gone or cannot be read. */
function namesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function temporaries(root: string): { path: string; match: RegExpExecArray }[] {
  return namesOf(root).flatMap((name) => {
    const match = NAME.exec(name);
    return match ? [{ path: join(root, name), match }] : [];
  });
}

function isOwned(path: string, [, pid, start, where]: RegExpExecArray): boolean {
  // Numbers of processes elsewhere say nothing here.
  if (where !== undefined && where !== machine()) return lastChange(path) > Date.now() - HOURS_ELSEWHERE * 3_600_000;
  if (!isRunning(Number(pid))) return false;
  const now = start === undefined || start === "0" ? undefined : startOf(Number(pid));
  return now === undefined || now === start;
}

function lastChange(path: string): number {
  const changed = (file: string): number => lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return namesOf(path).reduce((last, name) => Math.max(last, changed(join(path, name))), changed(path));
}

/** When a process started, as the system counts; a number that was given again belongs to a process that started later. */
function startOf(pid: number): string | undefined {
  try {
    // Seen from another container's /proc the numbers are others.
    if (readlinkSync("/proc/self") !== String(process.pid)) return undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

let known: string | undefined;

/** Who numbers the processes: this boot of this machine, and the container in it. */
function machine(): string {
  const part = (read: () => string): string => {
    try {
      return read();
    } catch {
      return "";
    }
  };
  known ??= createHash("sha256")
    .update(hostname())
    .update(part(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")))
    .update(part(() => readlinkSync("/proc/self/ns/pid")))
    .digest("hex")
    .slice(0, 8);
  return known;
}
