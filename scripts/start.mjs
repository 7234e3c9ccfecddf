import util from "node:util";
import { hasDisplay, openBrowser } from "./lib/browser.mjs";
import { startJupyter } from "./lib/jupyter.mjs";
import { choosePort } from "./lib/port.mjs";
import { parseOptions, program } from "./lib/program.mjs";
import { setUp } from "./lib/setup.mjs";

const FIRST_NOTEBOOK = "notebooks/00-start-here.ipynb";
const USAGE = "npm start -- [--port N] [--no-browser]";

// `npm start`: set up what is missing, then JupyterLab on the first notebook until Ctrl-C.
await program(async (args) => {
  const options = parseOptions(util, args, { port: { type: "string" }, "no-browser": { type: "boolean" } }, USAGE);
  await setUp();
  const port = await choosePort(options.port);
  if (process.getuid?.() === 0) console.log("Running as root: JupyterLab is started with --allow-root.");
  const server = await startJupyter(port);
  const address = server.address(FIRST_NOTEBOOK);
  console.log(`\nJupyterLab is ready; Ctrl-C stops it. Its address:\n\n${address}\n`);
  if (!options["no-browser"] && hasDisplay()) openBrowser(address);
  return await untilStopped(server);
});

/** Wait until the server ends by itself, or stop it at Ctrl-C, at `kill`, or when the terminal is closed. */
async function untilStopped(server) {
  let asked = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => {
      if (asked++ > 0) return server.stop("SIGKILL");
      console.log("\nStopping JupyterLab and its kernels …");
      return server.stop();
    });
  const code = await server.ended;
  return asked > 0 ? 0 : code;
}
