import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { PlainError } from "./program.mjs";
import { run } from "./run.mjs";

const source = join(root, "lib", "src");
const output = join(root, "lib", "dist");

/** Files and folders whose change makes the library be built again. */
export const buildInputs = [
  source,
  join(root, "lib", "package.json"),
  join(root, "lib", "tsconfig.json"),
  join(root, "tsconfig.json"),
  join(root, "package-lock.json"),
  join(root, "scripts/lib/build.mjs"),
];

export const buildIsThere = () => existsSync(join(output, "index.js")) && existsSync(join(output, "index.d.ts"));

/** Compile the library to `lib/dist`; type errors stop it, are shown whole, and leave the last good build. */
export async function buildLibrary() {
  // node_modules/.bin/tsc can be the TypeScript 5.0 that tslab brings.
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const compiled = await run(process.execPath, [tsc, "-p", join(root, "lib"), "--noEmitOnError"], { cwd: root });
  if (compiled.code !== 0)
    throw new PlainError(
      `The library does not compile; mend these errors and run this again:\n${compiled.output.trim()}`,
    );
  removeOrphans(output, source);
  return "built";
}

/** Remove what was compiled from sources that are gone: a stale file could still be imported. */
function removeOrphans(built, from) {
  for (const name of readdirSync(built)) {
    const path = join(built, name);
    if (statSync(path).isDirectory()) {
      if (existsSync(join(from, name))) removeOrphans(path, join(from, name));
      else rmSync(path, { recursive: true });
    } else {
      const compiled = /^(.*?)(?:\.d\.ts|\.js|\.js\.map)$/.exec(name);
      if (compiled && !existsSync(join(from, `${compiled[1]}.ts`))) rmSync(path);
    }
  }
}
