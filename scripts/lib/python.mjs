import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { damaged, record } from "../../lib/bin/installed.cjs";
import { installed as listOf, root, venv, venvPython } from "./paths.mjs";
import { PlainError } from "./program.mjs";
import { run } from "./run.mjs";
import { installError } from "./trouble.mjs";

const requirements = join(root, "requirements.txt");
const origin = join(venv, "made-from");
const MINIMUM_PYTHON = [3, 10];
const CANDIDATES = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
const LOOK = "import sys; print('python', *sys.version_info[:2], sys.executable, sep='|')";

/** Files whose change makes `.venv` be made again. */
export const pythonInputs = [requirements, join(root, "scripts/lib/python.mjs")];

/** What else it depends on: where it lies (its scripts hold the path) and which Python it was made from. */
export const pythonValues = () => [root, venvIsThere() ? realpathSync(venvPython) : ""];

// existsSync follows links, so a .venv whose Python was removed counts as gone.
const venvIsThere = () => existsSync(venvPython);

/** Is `.venv` there, and made from the Python that MSAE_PYTHON names, if it names one now? */
export function venvIsRight(env = process.env) {
  if (!venvIsThere()) return false;
  return !env.MSAE_PYTHON || (existsSync(origin) && readFileSync(origin, "utf8") === env.MSAE_PYTHON);
}

/** What was installed into `.venv` and is missing or changed now. */
export const venvDamage = () => damaged(venv, listOf("python"));

/** Find a Python that can make the environment; throws a sentence before anything is downloaded when there is none. */
export async function findPython(env = process.env) {
  const tooOld = [];
  for (const command of env.MSAE_PYTHON ? [env.MSAE_PYTHON] : CANDIDATES) {
    const { code, output } = await run(command, ["-c", LOOK], { env });
    const found = /^python\|(\d+)\|(\d+)\|(.*)$/m.exec(output);
    if (code !== 0 || !found) continue;
    const [major, minor] = [Number(found[1]), Number(found[2])];
    if (major < MINIMUM_PYTHON[0] || (major === MINIMUM_PYTHON[0] && minor < MINIMUM_PYTHON[1]))
      tooOld.push(`${major}.${minor} (${command})`);
    else {
      await requireVenv(command, `${major}.${minor}`, env);
      return command;
    }
  }
  const minimum = MINIMUM_PYTHON.join(".");
  if (tooOld.length > 0)
    throw new PlainError(
      `Python ${tooOld[0]} is too old: install Python ${minimum} or newer, or name one with MSAE_PYTHON=/path/to/python, then run this again.`,
    );
  throw new PlainError(
    env.MSAE_PYTHON
      ? `MSAE_PYTHON names ${env.MSAE_PYTHON}, which is not a Python that runs: name one of ${minimum} or newer, or unset it, then run this again.`
      : `Python was not found: install Python ${minimum} or newer (Debian and Ubuntu: \`sudo apt install python3 python3-venv\`; elsewhere from python.org), then run this again.`,
  );
}

/** Debian ships `venv` without `ensurepip` until python3-venv is installed. */
async function requireVenv(command, version, env) {
  if ((await run(command, ["-c", "import venv, ensurepip"], { env })).code === 0) return;
  throw new PlainError(
    `Python ${version} (${command}) cannot make environments: install its venv module (Debian and Ubuntu: \`sudo apt install python3-venv\` or \`python${version}-venv\`), then run this again.`,
  );
}

/**
 * Make `.venv` afresh with what requirements.txt states, every file checked by its hash. Python's own compiled files
 * are made at once: nothing is written there later, so that one which is cut short is noticed as well.
 */
export async function makeVenv(python) {
  rmSync(venv, { recursive: true, force: true });
  const made = await run(python, ["-m", "venv", venv]);
  if (made.code !== 0) throw installError("The Python environment .venv", PYPI, made.output);
  await installUv();
  const uv = [
    "-m",
    "uv",
    "pip",
    "install",
    "--quiet",
    "--require-hashes",
    "--compile-bytecode",
    "--python",
    venvPython,
  ];
  const installed = await run(venvPython, [...uv, "-r", requirements], { cwd: root, env: uvEnvironment() });
  if (installed.code !== 0) throw installError("JupyterLab", PYPI, installed.output);
  writeFileSync(origin, python);
  // Kernelspecs are written by a stage of their own.
  record(venv, listOf("python"), ["share/jupyter/kernels"]);
  return "installed";
}

const PYPI = { name: "PyPI", hint: "pip's index and proxy settings" };

/** uv installs the rest ten times faster than pip; pip gets the one that requirements.txt pins. */
async function installUv() {
  const block = /^uv==(?:.*\\\n)*.*$/m.exec(readFileSync(requirements, "utf8"));
  if (!block) throw new Error(`${requirements} does not pin uv`);
  const folder = join(venv, "set-up");
  mkdirSync(folder);
  const file = join(folder, "uv.txt");
  writeFileSync(file, `${block[0]}\n`);
  const args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "2"];
  const { code, output } = await run(venvPython, [...args, "--require-hashes", "-r", file]);
  if (code !== 0) throw installError("uv, which installs JupyterLab,", PYPI, output);
  rmSync(folder, { recursive: true });
}

/** uv reads neither pip's settings nor, unless told, the system's certificates. */
function uvEnvironment(env = process.env) {
  const index = env.PIP_INDEX_URL && !env.UV_DEFAULT_INDEX ? { UV_DEFAULT_INDEX: env.PIP_INDEX_URL } : {};
  return { ...env, UV_SYSTEM_CERTS: "true", UV_NO_CONFIG: "1", UV_HTTP_RETRIES: "2", ...index };
}
