import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { damaged, record } from "../../lib/bin/installed.cjs";
import { root } from "./paths.mjs";
import { PlainError } from "./program.mjs";
import { run } from "./run.mjs";

const source = join(root, "lib", "src");
const output = join(root, "lib", "dist");
const kernels = { source: join(source, "kernels", "assembly"), output: join(output, "kernels") };
/** Every file of the build; the command line looks at it too. */
const list = join(output, ".built.json");
const kernelCompiler = join(root, "scripts/lib/compile-kernels.mjs");
/** What runs in a browser, in the page of `msae-lab explore`. */
const client = { source: join(source, "explore", "client"), output: join(output, "explore", "client") };

/** Files and folders whose change makes the library be built again. */
export const buildInputs = [
  source,
  join(root, "lib", "package.json"),
  join(root, "lib", "tsconfig.json"),
  join(root, "tsconfig.json"),
  join(root, "package-lock.json"),
  join(root, "scripts/lib/build.mjs"),
  kernelCompiler,
];

/** What was built and is missing or changed now; it is little enough for its content to be compared each time. */
export const buildDamage = () => damaged(output, list, { always: true });

/**
 * Compile the library and its kernels to `lib/dist`; errors stop it, are shown whole, and leave the last good build.
 */
export async function buildLibrary() {
  // node_modules/.bin/tsc can be the TypeScript 5.0 that tslab brings.
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const results = await Promise.all([
    run(process.execPath, [tsc, "-p", join(root, "lib"), "--noEmitOnError"], { cwd: root }),
    run(process.execPath, [kernelCompiler, kernels.source, kernels.output], { cwd: root }),
    run(process.execPath, [tsc, "-p", client.source], { cwd: root }),
  ]);
  const failed = results.find(({ code }) => code !== 0);
  if (failed)
    throw new PlainError(
      `The library does not compile; mend these errors and run this again:\n${failed.output.trim()}`,
    );
  for (const name of kernelNames())
    renameSync(join(kernels.output, `${name}.wasm.tmp`), join(kernels.output, `${name}.wasm`));
  await bundleClient();
  removeOrphans(output, source);
  writeCodes();
  record(output, list);
  return "built";
}

/** Script and styles of a page, each in one file that is put into it as text. */
async function bundleClient() {
  // Loaded here: the set-up that installs it imports this file.
  const { build } = await import("esbuild");
  const entryPoints = ["main.ts", "style.css"].map((name) => join(client.source, name));
  await build({ entryPoints, outdir: client.output, bundle: true, minify: true, target: "es2020", format: "iife" });
}

/** The hash of the code that each stage runs, kept beside the library: part of the key of its results. */
function writeCodes() {
  const { stageCodes } = createRequire(import.meta.url)(join(output, "lab", "code.js"));
  writeFileSync(join(output, "code.json.tmp"), `${JSON.stringify(stageCodes(output), null, 2)}\n`);
  renameSync(join(output, "code.json.tmp"), join(output, "code.json"));
}

function kernelNames() {
  const files = readdirSync(kernels.source).filter((name) => name.endsWith(".ts"));
  return files.map((name) => name.replace(/\.ts$/, ""));
}

/** Remove what was compiled from sources that are gone: a stale file could still be imported. */
function removeOrphans(built, from) {
  for (const name of readdirSync(built)) {
    const path = join(built, name);
    if (statSync(path).isDirectory()) {
      if (existsSync(join(from, name))) removeOrphans(path, join(from, name));
      else rmSync(path, { recursive: true });
    } else {
      const compiled = /^(.*?)(?:\.d\.ts|\.js|\.js\.map|\.wasm|\.wasm\.tmp)$/.exec(name);
      const sources = path.includes(".wasm") ? kernels.source : from;
      if (compiled && !existsSync(join(sources, `${compiled[1]}.ts`))) rmSync(path);
    }
  }
}
