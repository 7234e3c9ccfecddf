import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import { commandOf, descendants, pause } from "../descendants.mjs";

const START_MS = 240_000;
const STOP_MS = 20_000;

/**
 * `npm start -- --no-browser` as a user types it, but with Jupyter settings and layout of its own, so that the user's do not matter.
 *
 * @param command another way to start it
 * @param env further variables
 * @returns `{ address, stop, pid, ended, output }`: the printed address; Ctrl-C, which resolves to the processes that outlived it;
 *   the process, its exit code to come, and what it has said
 */
export async function startLab({ command = ["npm", "start", "--"], env = {} } = {}) {
  const settings = mkdtempSync(join(tmpdir(), "msae-lab-jupyter-"));
  const child = spawn(command[0], [...command.slice(1), "--no-browser"], {
    cwd: root,
    env: {
      ...process.env,
      JUPYTER_CONFIG_DIR: settings,
      JUPYTERLAB_SETTINGS_DIR: join(settings, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(settings, "workspaces"),
      ...env,
    },
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
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGINT");
    await Promise.race([ended, pause(STOP_MS)]);
    const left = started.filter((pid) => commandOf(pid));
    for (const pid of left) process.kill(pid, "SIGKILL");
    rmSync(settings, { recursive: true, force: true });
    return left;
  };
  const address = await waitForAddress(() => output, ended);
  if (address) return { address, stop: interrupt, pid: child.pid, ended, output: () => output };
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
