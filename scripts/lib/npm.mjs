import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { damaged, record } from "../../lib/bin/installed.cjs";
import { installed, root, setupFolder } from "./paths.mjs";
import { run } from "./run.mjs";
import { installError, isNetworkTrouble } from "./trouble.mjs";

/** Files whose change makes the packages be installed again. */
export const npmInputs = [join(root, "package-lock.json"), join(root, ".npmrc"), join(root, "scripts/lib/npm.mjs")];

const packages = join(root, "node_modules");
/** npm writes its own list of packages anew whenever it runs. */
const NPM_LIST = ".package-lock.json";

export const npmIsThere = () => existsSync(join(packages, NPM_LIST));

/** What was installed and is missing or changed now. */
export const npmDamage = () => damaged(packages, installed("packages"));

/**
 * Install exactly what package-lock.json states.
 * Install scripts stay off whatever the user's settings are: the one of `@tensorflow/tfjs-node-gpu` fetches 0.6 GB
 * and fails where its host is not reached; nothing here needs any of them.
 */
export async function installPackages() {
  // Without a network npm tries each of the many packages several times, minutes in all; its cache may hold them all.
  const source = (await registryAnswers()) ? "--prefer-offline" : "--offline";
  const { code, output } = await npm("ci", source, "--ignore-scripts", "--no-audit", "--no-fund");
  if (code !== 0)
    throw installError(
      "The npm packages",
      { name: "the npm registry", hint: "npm's `registry` and `proxy` settings" },
      output,
    );
  record(packages, installed("packages"), [NPM_LIST]);
  return "installed";
}

/** Ask for one small package, by npm itself (it knows the proxies), past its cache. */
async function registryAnswers() {
  const cache = join(setupFolder, "npm-probe");
  const { code, output } = await npm("view", "uvu", "version", `--cache=${cache}`, "--fetch-retries=1");
  rmSync(cache, { recursive: true, force: true });
  return code === 0 || !isNetworkTrouble(output);
}

function npm(...args) {
  const [command, ...first] = npmCommand();
  // `npm run --silent` would silence this npm as well, and then its error says nothing.
  const settings = ["--loglevel=error", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
  return run(command, [...first, ...args, ...settings], { cwd: root });
}

/** The npm that runs us (whichever of several is installed), else the one on the PATH. */
function npmCommand() {
  const own = process.env.npm_execpath;
  return own && /npm-cli\.c?js$/.test(own) ? [process.execPath, own] : ["npm"];
}
