import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { get } from "node:http";
import { delimiter, join } from "node:path";
import { jupyterData, root, setupFolder, venvPython } from "./paths.mjs";
import { PlainError } from "./program.mjs";

const PATIENCE_MS = 60_000;
const GRACE_MS = 10_000;

/**
 * Start JupyterLab on 127.0.0.1 and wait until it answers.
 *
 * @returns `{ address, ended, stop }`: the address of a file as Lab shows it, a promise of the exit code, and
 *   what stops the server and its kernels
 */
export async function startJupyter(port) {
  const token = process.env.JUPYTER_TOKEN || randomBytes(24).toString("hex");
  const args = [
    ...["-m", "jupyterlab", "--no-browser", "--ip", "127.0.0.1", "--port", String(port)],
    ...["--ServerApp.log_level=WARN", "--LabApp.log_level=WARN", "--ServerApp.port_retries=0"],
    `--ServerApp.root_dir=${root}`,
    "--KernelSpecManager.ensure_native_kernel=False",
    // The environment is pinned: Lab's panel that installs extensions into it would undo that, and asks PyPI.
    "--LabApp.extension_manager=readonly",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
  // A group of its own, and no terminal: otherwise Ctrl-C reaches Jupyter too, which asks back and wants a second one.
  const child = spawn(venvPython, args, {
    cwd: root,
    env: jupyterEnvironment(token),
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = new Promise((resolve) => {
    child.once("exit", (code) => resolve(code ?? 1));
    child.once("error", () => resolve(127));
  });
  const server = {
    ended,
    address: (file) => `http://127.0.0.1:${port}/lab/tree/${file}?token=${token}`,
    stop: (signal = "SIGTERM") => stop(child, ended, signal),
  };
  await answers(port, ended);
  return server;
}

/** The kernelspec of this folder goes before any of the same name that the user has, and Lab's layout stays ours. */
function jupyterEnvironment(token) {
  const path = [jupyterData, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter);
  return {
    ...process.env,
    // Not on the command line, where other users of the machine could read it.
    JUPYTER_TOKEN: token,
    JUPYTER_PATH: path,
    JUPYTERLAB_WORKSPACES_DIR: process.env.JUPYTERLAB_WORKSPACES_DIR ?? join(setupFolder, "workspaces"),
  };
}

async function answers(port, ended) {
  let gone = false;
  ended.then(() => {
    gone = true;
  });
  for (const started = Date.now(); Date.now() - started < PATIENCE_MS; ) {
    if (gone)
      throw new PlainError("JupyterLab ended before it answered; what it said stands above. `npm start` tries again.");
    if (await responds(`http://127.0.0.1:${port}/api`)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new PlainError(`JupyterLab did not answer within ${PATIENCE_MS / 1000} s; run \`npm start\` again.`);
}

function responds(url) {
  return new Promise((resolve) => {
    const request = get(url, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", () => resolve(false));
    request.setTimeout(5000, () => request.destroy(new Error("no answer")));
  });
}

/** SIGTERM lets Jupyter shut its kernels down; a server that hangs is killed after a grace. */
async function stop(child, ended, signal) {
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await ended;
  clearTimeout(timer);
}
