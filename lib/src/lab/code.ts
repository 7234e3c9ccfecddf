import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { sha256 } from "../base/hash";

/** The library as it runs: `dist`, or `src` where the sources themselves are run. */
const LIBRARY = resolve(__dirname, "..");

/** Beside the compiled library: the hash of every stage's code, made by the build. */
const CODES = "code.json";

/** By stage; the hash of one that is not there is undefined. */
let known: Readonly<Record<string, string | undefined>> | undefined;

/**
 * Hash of the code that a stage runs: its file and everything of the library that this imports, directly or not, with the kernels and the
 * versions of the packages among it. Other stages are left out, since their results' hashes are among its inputs. Undefined for a stage that
 * is not the library's.
 */
export function stageCode(stage: string): string | undefined {
  known ??= readCodes();
  return known[stage];
}

/** Names of the library's stages: folders of a store. */
export function stageNames(): string[] {
  known ??= readCodes();
  return Object.keys(known);
}

function readCodes(): Record<string, string> {
  const file = join(LIBRARY, CODES);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : stageCodes(LIBRARY);
}

/** The hash of every stage of a library, for the build to keep as `code.json`. @param root the compiled library, or the sources */
export function stageCodes(root: string): Record<string, string> {
  const files = readdirSync(join(root, "stages")).filter((name) => /(?<!\.d)\.(js|ts)$/.test(name));
  const stages = files.map((name) => basename(name, extname(name))).filter((name) => isStage(root, name));
  return Object.fromEntries(stages.sort().map((stage) => [stage, closureHash(root, stage)]));
}

/** Hash of a stage's closure; names are relative to the root, so that it is the same in any folder. */
export function closureHash(root: string, stage: string): string {
  const { files, packages } = closure(root, stage);
  const parts = files.map((file) => `${relative(root, file)} ${sha256(readFileSync(file))}`);
  return sha256([...parts, ...packages].join("\n")).slice(0, 16);
}

/** Files of the library that a stage runs, and `name@version` of the packages that they import, both in order. */
export function closure(root: string, stage: string): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    if (file.endsWith(".wasm")) return;
    const text = readFileSync(file, "utf8");
    for (const specifier of importsOf(text)) {
      if (!specifier.startsWith(".")) {
        const version = versionOf(specifier, dirname(file));
        if (version) packages.add(version);
        continue;
      }
      const target = sourceOf(resolve(dirname(file), specifier));
      const name = basename(target, extname(target));
      if (dirname(target) === join(root, "stages") && isStage(root, name)) continue;
      visit(target);
    }
    if (/["']worker\.js["']/.test(text)) visit(sourceOf(join(dirname(file), "worker")));
    for (const kernel of kernelsOf(text)) {
      // Kernels are compiled into `dist` alone; the sources run them from there.
      const compiled = [join(root, "kernels", `${kernel}.wasm`), join(root, "..", "dist", "kernels", `${kernel}.wasm`)];
      const found = compiled.find(existsSync);
      if (found) visit(found);
    }
  };
  visit(sourceOf(join(root, "stages", stage)));
  return { files: [...files].sort(), packages: [...packages].sort() };
}

/** Module names that a source imports for their values; types are gone when it runs. */
function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|[\s;])(?:import|export)\s+(?!type\b)[^"';]*?from\s*["']([^"']+)["']|\b(?:require|import)\(\s*["']([^"']+)["']\s*\)|^import\s*["']([^"']+)["']/gm,
  );
  return Array.from(found, ([, from, called, bare]) => from ?? called ?? bare);
}

/** Kernels that a source opens. */
function kernelsOf(text: string): string[] {
  return Array.from(text.matchAll(/\bKernel\(\s*["']([a-z-]+)["']/g), ([, name]) => name);
}

function sourceOf(path: string): string {
  const candidates = [path, ...[".js", ".ts", ".json"].flatMap((end) => [`${path}${end}`, join(path, `index${end}`)])];
  const found = candidates.find((file) => extname(file) !== "" && existsSync(file));
  if (!found) throw new Error(`${path} is imported and cannot be found: run npm run build.`);
  return found;
}

/** Whether a file of `stages` defines the stage of its own name, rather than helping several. */
function isStage(root: string, name: string): boolean {
  return new RegExp(`\\bname: "${name}"`).test(readFileSync(sourceOf(join(root, "stages", name)), "utf8"));
}

/** `name@version` of an installed package; undefined for what Node brings. */
function versionOf(specifier: string, from: string): string | undefined {
  if (specifier.startsWith("node:")) return undefined;
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, "node_modules", name, "package.json");
    if (existsSync(file)) return `${name}@${(JSON.parse(readFileSync(file, "utf8")) as { version: string }).version}`;
    if (dirname(folder) === folder) return undefined;
  }
}
