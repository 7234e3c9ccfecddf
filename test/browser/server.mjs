import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";

const START_MS = 240_000;
const STOP_MS = 20_000;

/**
 * `npm start -- --no-browser` as a user types it, but with Jupyter settings and layout of its own, so that the user's do not matter.
 *
 * @returns `{ address, stop }`: the printed address, and Ctrl-C, which resolves to the processes that outlived it
 */
export async function startLab() {
  const settings = mkdtempSync(join(tmpdir(), "msae-lab-jupyter-"));
  const child = spawn("npm", ["start", "--", "--no-browser"], {
    cwd: root,
    env: { ...process.env, JUPYTER_CONFIG_DIR: settings, JUPYTERLAB_WORKSPACES_DIR: join(settings, "workspaces") },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk) => {
      output += chunk;
    });
  const interrupt = async () => {
    const started = descendants(child.pid);
    process.kill(-child.pid, "SIGINT");
    await Promise.race([ended, pause(STOP_MS)]);
    const left = started.filter((pid) => commandOf(pid));
    for (const pid of left) process.kill(pid, "SIGKILL");
    rmSync(settings, { recursive: true, force: true });
    return left;
  };
  const address = await waitForAddress(() => output, ended);
  if (address) return { address, stop: interrupt };
  await interrupt();
  throw new Error(`npm start printed no address; it said:\n${output}`);
}

async function waitForAddress(output, ended) {
  let gone = false;
  ended.then(() => {
    gone = true;
  });
  for (const started = Date.now(); !gone && Date.now() - started < START_MS; await pause(100)) {
    const found = /^http:\/\/127\.0\.0\.1:\S+$/m.exec(output());
    if (found) return found[0];
  }
  return undefined;
}

/** Every process below `pid`, itself among them, as Linux lists them. */
function descendants(pid) {
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

/** Command line of a process; empty for one that is gone, or ended and not yet collected. */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
