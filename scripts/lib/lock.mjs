import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setupFolder } from "./paths.mjs";
import { identityOf } from "./processes.mjs";

const lockFile = join(setupFolder, "lock");
let held = false;

/** Do `work` while no other process sets up the same folder; a lock whose owners are gone is taken over. */
export async function locked(work) {
  mkdirSync(setupFolder, { recursive: true });
  for (let said = false; !take(); said = true) {
    if (!said) console.log("set-up: another one is at work in this folder; waiting for it to end");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  held = true;
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

/** Note an installer that we started: after `kill -9` of this process it works on, and others must wait for it. */
export function noteInLock(pid) {
  if (held && pid !== undefined) appendFileSync(lockFile, `${identityOf(pid)}\n`);
}

function release() {
  held = false;
  rmSync(lockFile, { force: true });
}

function take() {
  try {
    writeFileSync(lockFile, `${identityOf(process.pid)}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (owners().some(isRunning)) return false;
    rmSync(lockFile, { force: true });
    return take();
  }
}

function owners() {
  try {
    return readFileSync(lockFile, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

const isRunning = (owner) => identityOf(Number(owner.split(" ")[0])) === owner;
