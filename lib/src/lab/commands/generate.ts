import { resolve } from "node:path";
import type { Terminal } from "../../cli";
import { generatePlanted, PLANTED_DEFAULTS } from "../../data/planted";
import { writeDataset } from "../../data/write";
import { terminalRunner } from "../terminal-progress";

/** Options of `msae-lab generate`. */
export interface GenerateOptions {
  users?: number;
  items?: number;
  interactions?: number;
  seed: number;
  out: string;
  format: "amazon" | "csv";
  json?: boolean;
}

/** Write planted data and its truth as files. */
export async function generate(options: GenerateOptions, terminal: Terminal): Promise<void> {
  const { users, items, interactions, seed } = options;
  const given = Object.fromEntries(
    Object.entries({ users, items, interactions }).filter(([, value]) => value !== undefined),
  );
  const dir = resolve(options.out);
  const result = await terminalRunner(terminal)("planting data", async (onProgress) => {
    const planted = await generatePlanted({ ...PLANTED_DEFAULTS, ...given, seed }, onProgress);
    const written = await writeDataset(planted.dataset, planted.truth, dir, options.format);
    const { interactions: made } = planted.dataset;
    return {
      users: made.users.length,
      items: made.items.length,
      interactions: made.csr.indices.length,
      seed,
      files: written.files,
    };
  });
  terminal.out(
    options.json
      ? `${JSON.stringify(result)}\n`
      : `${result.users} users, ${result.items} items, ${result.interactions} interactions, seed ${seed}\n${result.files.join("\n")}\n`,
  );
}
