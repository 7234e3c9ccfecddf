import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { get } from "node:http";
import { join } from "node:path";
import { root, venvPython } from "./paths.mjs";
import { PlainError } from "./program.mjs";

const PATIENCE_MS = 60_000;
const GRACE_MS = 10_000;

/**
 * Start JupyterLab on 127.0.0.1 and wait until it answers. It ends with this process, however that ends, and keeps its own
 * files inside the project.
 *
 * @param env further variables for it and its kernels
 * @returns `{ address, ended, stop }`: the address of a file as Lab shows it, a promise of the exit code, and
 *   what stops the server and its kernels
 */
export async function startJupyter(port, env = {}) {
  const token = process.env.JUPYTER_TOKEN || randomBytes(24).toString("hex");
  const args = [
    ...[
      join(root, "lib", "python", "lab_server.py"),
      String(process.pid),
      "--no-browser",
      "--ip",
      "127.0.0.1",
      "--port",
      String(port),
    ],
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
    // Not on the command line, where other users of the machine could read it.
    env: { ...process.env, ...env, JUPYTER_TOKEN: token },
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
