import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";
import { PlainError } from "../../../scripts/lib/program.mjs";

const here = join(root, "test", "faults", "nodes");
/** Where other versions of Node lie; not kept in git. */
const place = join(root, ".nodes");
const FILES = ["package.json", "package-lock.json"];

/**
 * The Nodes to start cold: `{ name, path }[]`. npm's package `node` is a script that fetches one package a platform; those are asked for
 * themselves, so that each is pinned by its checksum and no script runs.
 *
 * @param majors such as [20, 22, 24]; without any, only the Node that runs this
 */
export async function nodesFor(world, majors) {
  if (majors.length === 0) return [{ name: process.version.slice(1), path: process.execPath }];
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new PlainError("Other versions of Node are pinned for Linux on x64 only: leave --nodes out here.");
  const pinned = JSON.parse(readFileSync(join(here, "package.json"), "utf8")).optionalDependencies;
  const known = Object.keys(pinned).map((name) => Number(name.split("-")[1]));
  const unknown = majors.find((major) => !known.includes(major));
  if (unknown) throw new PlainError(`Node ${unknown} is not pinned: give --nodes some of ${known.join(",")}.`);
  await install(world);
  return majors.map((major) => {
    const name = `node-${major}-linux-x64`;
    return { name: pinned[name].split("@").at(-1), path: join(place, "node_modules", name, "bin", "node") };
  });
}

async function install(world) {
  const same = (name) => existsSync(join(place, name)) && read(place, name) === read(here, name);
  if (FILES.every(same) && existsSync(join(place, "node_modules", ".package-lock.json"))) return;
  mkdirSync(place, { recursive: true });
  for (const name of FILES) copyFileSync(join(here, name), join(place, name));
  const npm = world.start("npm", ["ci", "--prefix", place, "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: place,
    patience: 600_000,
  });
  const { code, err } = await npm.ended;
  if (code !== 0)
    throw new PlainError(`Other versions of Node could not be installed: ${err.trim().split("\n").at(-1)}`);
}

const read = (folder, name) => readFileSync(join(folder, name), "utf8");
