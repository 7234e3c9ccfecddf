import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built, fuzz } from "./lib/fuzz.mjs";
import { chance, mutateBytes, pick } from "./lib/mutate.mjs";

const { ingestFiles } = built("data/read/ingest");
const { DuckDBInstance } = createRequire(new URL("../../../lib/package.json", import.meta.url))("@duckdb/node-api");

const folder = mkdtempSync(join(tmpdir(), "fuzz-parquet-"));
const file = join(folder, "r.parquet");

const ROWS = "range(60) t(n)";
const FORMS = [
  [
    "SELECT 'u' || n % 7 AS user_id, 'i' || n % 9 AS item_id, (n % 5)::DOUBLE AS rating, n AS timestamp",
    "COMPRESSION uncompressed",
  ],
  ["SELECT 'u' || n % 7 AS user_id, 'i' || n % 9 AS item_id, n % 5 AS rating", "COMPRESSION snappy"],
  ["SELECT n % 7 AS user_id, n AS item_id, (n % 5)::FLOAT AS rating", "COMPRESSION zstd, ROW_GROUP_SIZE 20"],
  ["SELECT encode('u' || n % 7) AS user_id, encode('é' || n % 9) AS item_id, [n, n + 1] AS list", "COMPRESSION gzip"],
  [
    "SELECT 'u' || n % 7 AS user_id, nullif('i' || n % 9, 'i3') AS item_id, DATE '2020-01-01' + n::INTEGER AS date",
    "COMPRESSION uncompressed, PARQUET_VERSION v2",
  ],
];

const valid = [];
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
for (const [select, options] of FORMS) {
  await connection.run(`COPY (${select} FROM ${ROWS}) TO '${file}' (FORMAT parquet, ${options})`);
  valid.push(readFileSync(file));
}
connection.closeSync();
instance.closeSync();

/** The footer is changed as often as all the rest, since it says what the rest is. */
function changed(random, bytes) {
  if (chance(random, 0.4)) return mutateBytes(random, bytes);
  const start = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  const footer = mutateBytes(random, bytes.subarray(start, bytes.length - 8));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([bytes.subarray(0, start), footer, length, Buffer.from("PAR1")]);
}

await fuzz({
  name: "parquet",
  judge: "pyarrow",
  make: (random) => (chance(random, 0.02) ? pick(random, valid) : changed(random, pick(random, valid))),
  async read(bytes) {
    writeFileSync(file, bytes);
    const prune = { minUserRatings: 0, minItemRatings: 0, minCategoryItems: 0 };
    const { interactions, funnel } = await ingestFiles({ kind: "files", ratings: file, maxRejected: 1, prune });
    return { rows: funnel[0].interactions, pairs: interactions.csr.indices.length };
  },
});
rmSync(folder, { recursive: true });
