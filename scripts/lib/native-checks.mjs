import { readFileSync, statfsSync } from "node:fs";
import { root } from "./paths.mjs";
import { PlainError } from "./program.mjs";
import { run } from "./run.mjs";

/** What stays as it was, at the end of every sentence that refuses. */
export const STILL_WORKS = "Everything works without it: notebooks and commands use the wasm engine and the kernels.";

/** Gigabytes wanted while building: the wheels and what is taken out of them. */
const WANTED_GB = { cpu: 2, gpu: 12 };

/**
 * Is this a machine that the native engine can be built on? Throws a sentence before anything is fetched if not.
 *
 * @param part "cpu" or "gpu"
 */
export async function requireNativeMachine(part) {
  requirePlatform();
  requireProcessor();
  requireDisk(part);
  await requireCompiler();
}

/** TensorFlow's wheels that this is built against are for Linux on x64 with glibc. */
export function requirePlatform({ platform, arch } = process, glibc = glibcVersion) {
  if (platform !== "linux" || arch !== "x64")
    throw new PlainError(
      `The native engine is built on Linux x64 only, and this is ${platform} ${arch}. ${STILL_WORKS}`,
    );
  const version = glibc();
  if (!version || version.split(".")[0] < 2 || version.split(".")[1] < 27)
    throw new PlainError(
      `The native engine needs glibc 2.27 or newer, and this system has ${version ?? "another C library"}. ${STILL_WORKS}`,
    );
}

const glibcVersion = () => process.report.getReport().header.glibcVersionRuntime;

/** TensorFlow's wheels end the process on a processor without AVX. */
export function requireProcessor(cpuinfo = readFileSync("/proc/cpuinfo", "utf8")) {
  if (/^flags\s*:.*\bavx\b/m.test(cpuinfo)) return;
  throw new PlainError(`The native engine needs a processor with AVX, which this one lacks. ${STILL_WORKS}`);
}

function requireDisk(part) {
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / 1e9;
  if (free >= WANTED_GB[part]) return;
  throw new PlainError(
    `The native engine needs ${WANTED_GB[part]} GB of disk to be built, and ${free.toFixed(1)} GB are free: free some and run this again. ${STILL_WORKS}`,
  );
}

/** The C++ compiler: the one that CXX names, else g++. */
export const compiler = (env = process.env) => env.CXX || "g++";

async function requireCompiler() {
  if ((await run(compiler(), ["--version"])).code === 0) return;
  const named = process.env.CXX ? "CXX names it: correct or unset it" : "name one with CXX";
  throw new PlainError(
    `The C++ compiler ${compiler()} was not found: install it (Debian and Ubuntu: \`sudo apt install g++\`; ${named}) and run this again. ${STILL_WORKS}`,
  );
}
