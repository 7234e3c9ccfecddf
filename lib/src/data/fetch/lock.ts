import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../../base/running";
import { savingDownload } from "./download";

/** Who fetches into a folder. */
interface Owner {
  pid: number;
  host: string;
  since: string;
}

/** Name of the lock in a folder that is being fetched into. */
export const LOCK = "download.lock";

/** Milliseconds between two looks at a lock that another process holds. */
const LOOK_MS = 200;
/** Milliseconds that a lock, or the taking over of a stale one, has to be finished in: either is the work of a moment. */
const SETTLE_MS = 100;

/** The locks that this process holds: one of its number that is not among them is an earlier process's. */
const held = new Set<string>();

/**
 * Do work in a folder that nobody else fetches into meanwhile. A lock whose process is gone is taken over; one that is held
 * is waited for.
 *
 * @param onWait is told once, in a sentence, who holds the lock
 * @param beat is called several times a second while waiting; what it throws is thrown
 */
export async function locked<T>(
  dir: string,
  work: () => Promise<T>,
  onWait: (sentence: string) => void,
  beat: (owner: string) => void | Promise<void>,
): Promise<T> {
  const path = join(resolve(dir), LOCK);
  let announced = false;
  for (let owner = await take(path); owner; owner = await take(path)) {
    const name = `process ${owner.pid}${owner.host === hostname() ? "" : ` on ${owner.host}`}`;
    if (!announced)
      onWait(
        `P${name.slice(1)} has been fetching into ${dir} since ${owner.since}: waiting until it is done. If there is no such process, remove ${path}.`,
      );
    announced = true;
    await beat(name);
    await sleep(LOOK_MS);
  }
  try {
    return await work();
  } finally {
    held.delete(path);
    if (isOwn(ownerOf(path))) rmSync(path, { force: true });
  }
}

/** Take the lock; who holds it where that cannot be done. */
async function take(path: string): Promise<Owner | undefined> {
  if (create(path)) {
    held.add(path);
    return undefined;
  }
  // A lock that says nothing may be one that is being written.
  if (ownerOf(path) === undefined) await sleep(SETTLE_MS);
  const owner = ownerOf(path);
  if (owner && isAtWork(owner, path)) return owner;
  if (takeOver(path)) {
    held.add(path);
    return undefined;
  }
  await sleep(SETTLE_MS);
  return ownerOf(takingOf(path)) ?? take(path);
}

/** Whoever makes this file may replace the lock: a process can be held up for long between looking and replacing. */
const takingOf = (path: string): string => `${path}.taking`;

/** Replace a stale lock; false where another process does, or the lock is no longer stale. */
function takeOver(path: string): boolean {
  const taking = takingOf(path);
  if (!create(taking)) {
    const owner = ownerOf(taking);
    // Its process was killed in that moment.
    if (!owner || !isAtWork(owner, taking)) rmSync(taking, { force: true });
    return false;
  }
  try {
    const owner = ownerOf(path);
    if (!existsSync(path) || (owner && isAtWork(owner, path))) return false;
    replace(path);
    return true;
  } finally {
    rmSync(taking, { force: true });
  }
}

const text = (): string =>
  JSON.stringify({
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString().replace(/\.\d+/, ""),
  } satisfies Owner);

/** False where there is a lock already, or where another process took this one for abandoned before it was written. */
function create(path: string): boolean {
  return savingDownload(path, () => {
    try {
      writeFileSync(path, text(), { flag: "wx" });
      return isOwn(ownerOf(path));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return false;
      // A full disk makes the file and then has no room for what it says.
      rmSync(path, { force: true });
      throw error;
    }
  });
}

/** Put a lock of this process in the place of the one that is there. */
function replace(path: string): void {
  const own = `${path}.${process.pid}`;
  try {
    savingDownload(path, () => {
      writeFileSync(own, text());
      renameSync(own, path);
    });
  } finally {
    rmSync(own, { force: true });
  }
}

/** What a lock says; undefined where there is none, or where it says nothing. */
function ownerOf(path: string): Owner | undefined {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(path, "utf8")) as Owner;
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, host, since } : undefined;
  } catch {
    return undefined;
  }
}

const isOwn = (owner: Owner | undefined): boolean => owner?.pid === process.pid && owner.host === hostname();

/** Of a process on another machine nothing is known but its lock. */
function isAtWork(owner: Owner, path: string): boolean {
  if (owner.host !== hostname()) return true;
  return owner.pid === process.pid ? held.has(path) : isRunning(owner.pid);
}
