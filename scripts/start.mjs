import util from "node:util";
import { hasDisplay, openBrowser } from "./lib/browser.mjs";
import { startJupyter } from "./lib/jupyter.mjs";
import { choosePort } from "./lib/port.mjs";
import { identityOf, npmAbove } from "./lib/processes.mjs";
import { nodeAdvice, parseOptions, program } from "./lib/program.mjs";
import { isReadOnly, readOnlyEnvironment } from "./lib/read-only.mjs";
import { setUp } from "./lib/setup.mjs";

const FIRST_NOTEBOOK = "notebooks/00-start-here.ipynb";
/** How often npm is looked for, where it was npm that started us. */
const LOOK_MS = 500;
const NPM = npmAbove();
const NPM_IDENTITY = NPM && identityOf(NPM);
const USAGE = "npm start -- [--port N] [--no-browser]";

// `npm start`: set up what is missing, then JupyterLab on the first notebook until Ctrl-C.
await program(async (args) => {
  const options = parseOptions(util, args, { port: { type: "string" }, "no-browser": { type: "boolean" } }, USAGE);
  const advice = nodeAdvice();
  if (advice) console.log(advice);
  await setUp();
  const port = await choosePort(options.port);
  if (process.getuid?.() === 0) console.log("Running as root: JupyterLab is started with --allow-root.");
  const server = await startJupyter(port, isReadOnly() ? readOnlyEnvironment() : {});
  const address = server.address(FIRST_NOTEBOOK);
  console.log(`\nJupyterLab is ready; Ctrl-C stops it. Its address:\n\n${address}\n`);
  if (!options["no-browser"] && hasDisplay()) openBrowser(address);
  return await untilStopped(server);
});

/**
 * Wait until the server ends by itself, or stop it at Ctrl-C, at `kill`, when the terminal is closed, or when npm was killed.
 *
 * @returns the exit code: 0 after Ctrl-C, which is how it is meant to end; 143 and 129 after SIGTERM and SIGHUP
 */
async function untilStopped(server) {
  let stopped;
  const stop = (code) => {
    if (stopped !== undefined) return server.stop("SIGKILL");
    stopped = code;
    console.log("\nStopping JupyterLab and its kernels …");
    return server.stop();
  };
  // Where the terminal is gone nobody hears us; that must not keep the server from being stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  for (const [signal, code] of Object.entries({ SIGINT: 0, SIGTERM: 143, SIGHUP: 129 }))
    process.on(signal, () => stop(code));
  const look = setInterval(() => {
    if (NPM && stopped === undefined && (NPM_IDENTITY === undefined || identityOf(NPM) !== NPM_IDENTITY)) stop(1);
  }, LOOK_MS);
  const code = await server.ended;
  clearInterval(look);
  return stopped ?? code;
}
