import { resolve } from "node:path";
import { writing } from "../base/disk";
import { makeFolder } from "../base/make-folder";
import { generatePlanted, PLANTED_DEFAULTS, PLANTED_PUBLISHED, type PlantedShape } from "../data/planted";
import { writeDataset } from "../data/write/write";
import { refuseForeign } from "../lab/own-files";
import type { Terminal } from "./terminal";
import { terminalRunner } from "./terminal-progress";

/** Options of `msae-lab generate`. */
export interface GenerateOptions {
  users?: number;
  items?: number;
  interactions?: number;
  seed: number;
  out: string;
  format: "amazon" | "csv";
  /** Default: published from 10,000 users on. */
  shape?: PlantedShape;
  json?: boolean;
}

/** Users from which data is taken to stand for the paper's raw files. */
const PUBLISHED_FROM = 10_000;

/** Write planted data and its truth as files. */
export async function generate(options: GenerateOptions, terminal: Terminal): Promise<void> {
  const { users, items, interactions, seed } = options;
  const size = Object.fromEntries(
    Object.entries({ users, items, interactions }).filter(([, value]) => value !== undefined),
  );
  const shape = options.shape ?? ((users ?? 0) >= PUBLISHED_FROM ? "published" : "starter");
  const defaults = shape === "published" ? PLANTED_PUBLISHED : PLANTED_DEFAULTS;
  const dir = resolve(options.out);
  // Said before the work, not after it.
  writing("The data set", dir, () => makeFolder(dir));
  refuseForeign(dir, ["ratings.csv", "items.jsonl", "truth.json"], "--out");
  const result = await terminalRunner(terminal, "generate")("planting data", async (onProgress) => {
    const { dataset, truth, raw } = await generatePlanted({ ...defaults, ...size, seed }, onProgress);
    const written = await writeDataset(dataset, truth, dir, options.format, { raw, onProgress });
    const { interactions: made } = dataset;
    return {
      users: made.users.length,
      items: made.items.length,
      interactions: made.csr.indices.length,
      seed,
      shape,
      files: written.files,
    };
  });
  terminal.out(
    options.json
      ? `${JSON.stringify(result)}\n`
      : `${result.users} users, ${result.items} items, ${result.interactions} interactions, seed ${seed}, ${shape} shape\n${result.files.join("\n")}\n`,
  );
}
