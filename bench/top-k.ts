/**
 * Exact top-10 lists of many users over the whole catalogue, train items masked. Without a folder: 400,000 users × 182,000
 * items, factors that spread as trained ones do. Prints JSON: seconds, users a second, median of the repeats.
 *
 *   node --import tsx bench/top-k.ts [FOLDER with P.f32 and Q.f32 of [400000, 20] and [182000, 20]] [THREADS]
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { topLists } from "../lib/src/metrics/top-k";
import { seededRandom } from "../lib/src/random";

const [USERS, ITEMS, D, K, REPEATS] = [400_000, 182_000, 20, 10, 3];

/** Rows whose lengths spread log-normally, which is what makes a catalogue easy: most items are small. */
function spread(rows: number, sigma: number, name: string): Float32Array {
  const random = seededRandom(42, `bench/top-k/${name}`);
  const out = new Float32Array(rows * D);
  for (let row = 0; row < rows; row++) {
    const scale = 0.1 * Math.exp(sigma * random.normal());
    for (let f = 0; f < D; f++) out[row * D + f] = scale * random.normal();
  }
  return out;
}

async function main(): Promise<void> {
  const [folder, threads] = process.argv.slice(2);
  const read = (name: string): Float32Array => {
    const bytes = readFileSync(join(folder, name));
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4).slice();
  };
  const given = folder !== undefined && existsSync(folder);
  const [users, items] = given
    ? [read("P.f32"), read("Q.f32")]
    : [spread(USERS, 0.5, "users"), spread(ITEMS, 1.2, "items")];
  const ids = (n: number): string[] => Array.from({ length: n }, (_, at) => String(at));
  const factors = {
    d: D,
    users,
    items,
    userIds: ids(users.length / D),
    itemIds: ids(items.length / D),
    config: { kind: given ? "given" : "spread" },
  };
  const rows = factors.userIds.map((_, row) => row);
  const seconds: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const started = performance.now();
    await topLists(factors, rows, K, undefined, { threads: threads ? Number(threads) : undefined });
    seconds.push((performance.now() - started) / 1000);
  }
  const median = seconds.sort((a, b) => a - b)[Math.floor(REPEATS / 2)];
  console.log(JSON.stringify({ users: rows.length, items: factors.itemIds.length, d: D, k: K, seconds: median }));
}

void main();
