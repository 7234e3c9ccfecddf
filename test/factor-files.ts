import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors } from "../lib/src/formats/safetensors";
import type { Factors } from "../lib/src/records/factors";

/** Write factors as the folder that `--factors` and `--null-factors` take, and give its path back. */
export function writeFactors(
  dir: string,
  { d, users, items, userIds, itemIds }: Pick<Factors, "d" | "users" | "items" | "userIds" | "itemIds">,
): string {
  mkdirSync(dir, { recursive: true });
  const tensors = {
    users: { shape: [userIds.length, d], data: users },
    items: { shape: [itemIds.length, d], data: items },
  };
  writeFileSync(join(dir, "factors.safetensors"), encodeSafetensors(tensors));
  writeFileSync(join(dir, "users.txt"), userIds.join("\n"));
  writeFileSync(join(dir, "items.txt"), itemIds.join("\n"));
  return dir;
}
