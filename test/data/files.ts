import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { PruneConfig } from "../../lib/src/data/prune";
import type { FileSource } from "../../lib/src/data/read/ingest";
import type { Csr, Interactions } from "../../lib/src/records/interactions";

/** Keeps everything. */
export const KEEP_ALL: PruneConfig = { minUserRatings: 0, minItemRatings: 0, minCategoryItems: 0, mainCategory: false };

/** A scratch folder that goes away with the process. */
export function scratch(): { dir: string; put: (name: string, content: string | Buffer) => string } {
  const dir = mkdtempSync(join(tmpdir(), "msae-data-"));
  process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
  return {
    dir,
    put(name, content) {
      const path = join(dir, name);
      writeFileSync(path, name.endsWith(".gz") && typeof content === "string" ? gzipSync(content) : content);
      return path;
    },
  };
}

export function source(ratings: string, items?: string, more: Partial<FileSource> = {}): FileSource {
  // The files of these tests are small and bad on purpose.
  return { kind: "files", ratings, items, prune: KEEP_ALL, maxRejected: 1, ...more };
}

/** Write a Parquet file of what `sql` selects. */
export async function writeParquet(path: string, sql: string, ...options: string[]): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `COPY (${sql}) TO '${path.replaceAll("'", "''")}' (${["FORMAT parquet", ...options].join(", ")})`,
  );
  connection.closeSync();
  instance.closeSync();
}

/** Every interaction as "user item", in matrix order. */
export function pairsOf(interactions: Interactions): string[] {
  return [...pairs(interactions.csr)].map(([u, i]) => `${interactions.users[u]} ${interactions.items[i]}`);
}

function* pairs(csr: Csr): Generator<[number, number]> {
  for (let row = 0; row < csr.rows; row++)
    for (let p = csr.indptr[row]; p < csr.indptr[row + 1]; p++) yield [row, csr.indices[p]];
}

/** Names of one item's categories. */
export function namesOf(items: { categoryNames: string[]; categories: Csr }, row: number): string[] {
  const { indptr, indices } = items.categories;
  return Array.from(indices.subarray(indptr[row], indptr[row + 1]), (c) => items.categoryNames[c]);
}

/** The rejection of a promise; fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected a rejection, but the promise resolved");
}
