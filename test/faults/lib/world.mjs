import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";
import { markedProcesses } from "./processes.mjs";

/** How long a process may take before it counts as hung. */
export const PATIENCE_MS = 180_000;
/** Every process that is started carries it, so that what outlives its parent is found. */
export const MARK = "MSAE_CAMPAIGN";

/** The campaign was stopped; whoever waits for a process is told so. */
export class Stopped extends Error {}

/**
 * What a campaign starts and makes, all of it below one temporary folder, and gone after `close()`.
 *
 * @param signal an AbortSignal; when it fires, every process is killed and every wait rejects with {@link Stopped}
 */
export function openWorld(signal) {
  const folder = mkdtempSync(join(tmpdir(), "msae-campaign-"));
  const mark = basename(folder);
  const running = new Set();
  const mounts = new Set();
  let folders = 0;

  const killAll = () => {
    for (const child of running) killGroup(child.pid);
    for (const pid of markedProcesses(MARK, mark)) killOne(pid);
  };
  signal.addEventListener("abort", killAll);

  /** A new folder of its own. */
  const makeFolder = (name) => {
    const made = join(folder, `${name}-${++folders}`);
    mkdirSync(made);
    return made;
  };

  /** Start a program in a group of its own: `{ pid, kill(signal), over, ended }`, the last a promise of how it ended. */
  const start = (command, args, { env = {}, patience = PATIENCE_MS, cwd = root } = {}) => {
    if (signal.aborted) throw new Stopped();
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, NO_COLOR: "1", ...env, [MARK]: mark },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const handle = { pid: child.pid, over: false, kill: (what) => child.kill(what) };
    running.add(child);
    const said = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said.out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said.err += text;
    });
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      killGroup(child.pid);
    }, patience);
    handle.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => {
        handle.over = true;
      });
      child.once("close", (code, by) => {
        clearTimeout(timer);
        running.delete(child);
        if (signal.aborted) reject(new Stopped());
        else resolve({ code, signal: by, hung, ...said });
      });
    });
    handle.ended.catch(() => {});
    return handle;
  };

  /** The command line of the lab with these arguments; `runs` is its store. */
  const lab = (args, runs, { node = process.execPath, flags = [], limit, env = {}, ...rest } = {}) => {
    const line = [node, ...flags, join(root, "lib", "bin", "msae-lab.cjs"), ...args];
    const limited = limit ? ["sh", "-c", `${limit}; exec "$@"`, "sh", ...line] : line;
    return start(limited[0], limited.slice(1), { env: { ...env, MSAE_RUNS: runs }, ...rest });
  };

  /** A file system of its own in memory; undefined where none can be mounted. */
  const mount = (name, size) => {
    const place = makeFolder(name);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", place], { stdio: "ignore" });
    } catch {
      return undefined;
    }
    mounts.add(place);
    const resize = (bytes) => execFileSync("mount", ["-o", `remount,size=${bytes}`, place]);
    return { place, resize, release: () => unmount(place) };
  };
  const unmount = (place) => {
    if (mounts.delete(place)) execFileSync("umount", ["-l", place], { stdio: "ignore" });
  };

  const close = () => {
    signal.removeEventListener("abort", killAll);
    killAll();
    for (const place of mounts) unmount(place);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  return { folder, mark, makeFolder, start, lab, mount, close, remove };
}

const remove = (...paths) => {
  for (const path of paths) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
};

function killGroup(pid) {
  if (pid !== undefined) killOne(-pid);
}

function killOne(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
