import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { compiler, STILL_WORKS } from "./native-checks.mjs";
import { nativeFolder, root, venvPython } from "./paths.mjs";
import { PlainError } from "./program.mjs";
import { run, tail } from "./run.mjs";
import { installError } from "./trouble.mjs";

const PACKAGE = join(root, "node_modules", "@tensorflow", "tfjs-node-gpu");
const ADDON = "tfjs_binding.node";
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
/** The wheels of one Python serve every machine: only the C libraries inside them are used. */
const WHEELS = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "none"];
const MANYLINUX = ["_2_27", "_2_25", "2014", "_2_17", "_2_12", "2010"];

const wheelsOf = (part) => join(root, "scripts", "lib", `tensorflow-${part}.txt`);

/** The version that both parts are built against. */
export const tensorflowVersion = (part = "cpu") =>
  /^tensorflow\S*==(\S+)/m.exec(readFileSync(wheelsOf(part), "utf8"))[1];

const folderOf = (part) => join(nativeFolder, `tensorflow-${tensorflowVersion(part)}-${part}`);
const chosenFile = join(nativeFolder, "chosen");

/** Was this part built to its end? Its folder gets its name only then. */
export const nativeIsWhole = (part) => existsSync(join(folderOf(part), ADDON));

/** Note which part the lab is to use. */
export function choosePart(part) {
  mkdirSync(nativeFolder, { recursive: true });
  writeFileSync(chosenFile, part);
}

/** The part that was chosen, while it is still whole; else undefined. */
export function chosenPart() {
  if (!existsSync(chosenFile)) return undefined;
  const part = readFileSync(chosenFile, "utf8").trim();
  return ["cpu", "gpu"].includes(part) && nativeIsWhole(part) ? part : undefined;
}

/** Where tfjs-node-gpu looks for its addon; undefined when npm left the optional package out. */
function addonPlace() {
  const manifest = join(PACKAGE, "package.json");
  if (!existsSync(manifest)) return undefined;
  return createRequire(manifest)("@mapbox/node-pre-gyp").find(manifest);
}

/** Does the installed package lack a link to the part that was chosen? True after `npm ci`. */
export function linkIsMissing() {
  const [part, place] = [chosenPart(), addonPlace()];
  if (part === undefined || place === undefined) return false;
  return !existsSync(place) || realpathSync(place) !== realpathSync(join(folderOf(part), ADDON));
}

/** Point the installed package at the part that was chosen. */
export function linkNative() {
  const place = addonPlace();
  if (place === undefined)
    throw new PlainError(
      `The npm package @tensorflow/tfjs-node-gpu is not installed: it is optional and was left out; run \`npm ci\` without --omit=optional, then this again. ${STILL_WORKS}`,
    );
  mkdirSync(dirname(place), { recursive: true });
  if (lstatSync(place, { throwIfNoEntry: false })) rmSync(place);
  // Node loads what the link points to, so the addon finds its libraries in its own folder.
  symlinkSync(relative(dirname(place), join(folderOf(chosenPart()), ADDON)), place);
}

/** Fetch TensorFlow's libraries and compile the addon against them, in a folder that is renamed when it is whole. */
export async function buildNative(part) {
  const work = join(nativeFolder, `.making-${part}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    await timed("fetched", () => fetchWheels(part, join(work, "wheels")));
    await timed("unpacked", () => unpackWheels(work));
    await timed("compiled", () => compileAddon(work));
    rmSync(folderOf(part), { recursive: true, force: true });
    renameSync(work, folderOf(part));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** One line on what was done, as the set-up's stages have. */
async function timed(did, work) {
  const started = performance.now();
  await work();
  console.log(`native: ${did}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Download the wheels that `tensorflow-<part>.txt` pins, by the Python of `.venv`. */
export async function fetchWheels(part, into, python = venvPython) {
  const platforms = MANYLINUX.flatMap((tag) => ["--platform", `manylinux${tag}_x86_64`]);
  const quiet = ["--quiet", "--disable-pip-version-check", "--retries", "2", "--no-cache-dir"];
  const args = ["-m", "pip", "download", ...quiet, "--no-deps", "--only-binary=:all:", "--require-hashes"];
  const { code, output } = await run(python, [...args, ...WHEELS, ...platforms, "-d", into, "-r", wheelsOf(part)]);
  if (code === 0) return;
  const { message } = installError("TensorFlow", { name: "PyPI", hint: "pip's index and proxy settings" }, output);
  throw new PlainError(`${message}${message.includes("\n") ? "\n" : " "}${STILL_WORKS}`);
}

async function unpackWheels(work) {
  const { code, output } = await run(venvPython, [join(root, "scripts", "lib", "unpack_tensorflow.py"), work]);
  if (code !== 0) throw installError("TensorFlow", { name: "PyPI", hint: "pip's settings" }, output);
}

async function compileAddon(work) {
  const { include_dir: headers } = createRequire(import.meta.url)("node-api-headers");
  const libraries = ["-L", join(work, "lib"), ...LIBRARIES.map((name) => `-l:${name}`), "-Wl,-rpath,$ORIGIN/lib"];
  const sources = ["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(PACKAGE, "binding", name));
  const flags = ["-std=c++17", "-O2", "-fPIC", "-shared", "-w", "-DNAPI_VERSION=8"];
  const { code, output } = await run(compiler(), [
    ...flags,
    ...["-I", join(work, "include"), "-I", headers, ...sources],
    ...["-o", join(work, ADDON), ...libraries],
  ]);
  if (code !== 0)
    throw new PlainError(
      `The native engine does not compile with ${compiler()}; its last lines were:\n${tail(output)}\n${STILL_WORKS}`,
    );
}

/**
 * Train a few steps on the native engine in a process of its own, since an engine that does not suit the machine ends
 * its process.
 *
 * @returns `{ tensorflow, gpu }`: the version that answered, and whether a GPU is in use
 */
export async function proveNative() {
  const { code, output } = await run(process.execPath, [join(root, "scripts", "lib", "native-proof.mjs")], {
    env: { TF_CPP_MIN_LOG_LEVEL: "2", ...process.env },
    cwd: root,
  });
  const found = /^native\|(.*)\|(true|false)$/m.exec(output);
  if (code === 0 && found) return { tensorflow: found[1], gpu: found[2] === "true" };
  rmSync(chosenFile, { force: true });
  const place = addonPlace();
  if (place) rmSync(place, { force: true });
  throw new PlainError(
    `The native engine was built but does not run here, so it is not used; its last lines were:\n${tail(output)}\n${STILL_WORKS}`,
  );
}
