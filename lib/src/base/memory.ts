import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { InputError } from "./errors";

/** Where Linux tells a process which control groups it is in, and where their limits lie. */
export interface ControlGroups {
  list: string;
  root: string;
}

const CONTROL_GROUPS: ControlGroups = { list: "/proc/self/cgroup", root: "/sys/fs/cgroup" };
const UNITS: Readonly<Record<string, number>> = { MB: 1e6, MIB: 2 ** 20, GB: 1e9, GIB: 2 ** 30 };

/**
 * Bytes of memory that this process may hold: `MSAE_MEMORY` where it is set ("4GB", "512MiB"), else the least of what the machine has
 * and of what a container, or any group that it is in, is limited to.
 *
 * @throws InputError when `MSAE_MEMORY` is no size
 */
export function memoryLimit(): number {
  const { MSAE_MEMORY: given } = process.env;
  if (given === undefined || given === "") return Math.min(totalmem(), groupLimit());
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([KMG]i?B)\s*$/i.exec(given) ?? [];
  const bytes = Number(number) * (UNITS[unit?.toUpperCase()] ?? Number.NaN);
  if (!(bytes >= 256e6))
    throw new InputError(`MSAE_MEMORY is "${given}": write the memory that may be used, 256MB or more, such as 4GB.`);
  return bytes;
}

/** The least limit of the groups that the process is in and of those above them, of the first and the second version alike. */
export function groupLimit({ list, root }: ControlGroups = CONTROL_GROUPS): number {
  let least = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  for (const [, controllers, path] of textOf(list).matchAll(/^\d+:([^:]*):(.*)$/gm)) {
    const first = controllers.split(",").includes("memory");
    if (!first && controllers !== "") continue;
    const mounts = first ? [join(root, "memory")] : [root, join(root, "unified")];
    const names = first ? ["memory.limit_in_bytes"] : ["memory.max", "memory.high"];
    for (const mount of mounts)
      for (const group of withParents(path))
        for (const name of names) {
          // "max", or no file at all, is no limit.
          const limit = Number(textOf(join(mount, group, name)).trim() || "max");
          if (limit > 0 && limit < least) least = limit;
        }
  }
  return least;
}

/** The path of a group and of all above it; inside a container only the last may be there. */
function withParents(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  return Array.from({ length: names.length + 1 }, (_, cut) => `/${names.slice(0, names.length - cut).join("/")}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
