import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { nameForDuck } from "../../lib/src/data/read/duck-file";
import { ingestFiles } from "../../lib/src/data/read/ingest";
import { pairsOf, rejection, scratch, source, writeParquet } from "./files";

const { dir } = scratch();
const FORMS = ["csv", "csv.gz", "jsonl", "jsonl.gz", "parquet"] as const;
type Form = (typeof FORMS)[number];

/** Signs that a shell, a database or an address gives a meaning, and some that none does. */
const SIGNS = [..."[]*?{}()!^-~'\"\\%$;:,.#&=@+|<>`\n\t éß日😀ax1"];
const WHOLE = [
  "-",
  "~",
  "--",
  "user_id=EVIL",
  "item_id=EVIL",
  "**",
  "[a-z]",
  "s3:",
  "http:",
  "file:",
  "%2F",
  "...",
  "NUL",
];

/** A name for a file or a folder. */
const oddName = fc
  .oneof(
    fc.constantFrom(...WHOLE),
    fc.array(fc.constantFrom(...SIGNS), { minLength: 1, maxLength: 12 }).map((signs) => signs.join("")),
  )
  .filter((name) => !/^\.{1,2}$/.test(name));

/** What a pattern could take a path for: its signs replaced by what they stand for. */
function decoys(path: string): string[] {
  const made = [
    path.replaceAll(/\[([^\]]*)\]/g, (_, inside) => inside[0] ?? "x"),
    path.replaceAll("*", "other").replaceAll("?", "x"),
    path.replaceAll(/[[\]]/g, ""),
    path.replaceAll("\\", ""),
    path.replaceAll("\\", "/"),
  ];
  return [...new Set(made)].filter((other) => other !== path);
}

async function write(form: Form, path: string, users: readonly string[]): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  if (form === "parquet") {
    const rows = users.map((user) => `('${user}', 'i')`).join(", ");
    // Written under a plain name: the test's own database takes patterns as well.
    const plain = join(dir, "plain.parquet");
    await writeParquet(plain, `SELECT * FROM (VALUES ${rows}) AS t(user_id, item_id)`);
    copyFileSync(plain, path);
    return;
  }
  const text = form.startsWith("csv")
    ? ["user_id,item_id", ...users.map((user) => `${user},i`), ""].join("\n")
    : users.map((user) => `{"user_id":"${user}","item_id":"i"}\n`).join("");
  writeFileSync(path, form.endsWith(".gz") ? gzipSync(text) : text);
}

test("a file of whatever name, in a folder of whatever name, is read and no other: ratings and metadata", async () => {
  await fc.assert(
    fc.asyncProperty(oddName, oddName, fc.constantFrom(...FORMS), async (folder, name, form) => {
      const below = mkdtempSync(join(dir, "names-"));
      const path = join(below, folder, `${name}.${form}`);
      await write(form, path, ["right1", "right2"]);
      const items = join(below, folder, `i${name}.jsonl`);
      writeFileSync(items, '{"item_id":"i","title":"right"}\n');
      for (const other of decoys(path)) if (!existsSync(other)) await write(form, other, ["wrong"]);
      for (const other of decoys(items))
        if (!existsSync(other)) {
          mkdirSync(dirname(other), { recursive: true });
          writeFileSync(other, '{"item_id":"i","title":"wrong"}\n');
        }
      const { interactions, items: read } = await ingestFiles(source(path, items, { maxRejected: 0 }));
      assert.equal(pairsOf(interactions), ["right1 i", "right2 i"], path);
      assert.equal(read.titles, ["right"], items);
      rmSync(below, { recursive: true });
    }),
    { numRuns: 60 },
  );
});

test("paths that look like addresses, or begin with - or ~, are files below the current folder, and nothing is fetched", async () => {
  const below = mkdtempSync(join(dir, "here-"));
  const before = process.cwd();
  process.chdir(below);
  try {
    for (const path of [
      "-",
      "-.csv",
      "~/r.csv",
      "~.csv",
      "s3://bucket/r.csv",
      "http://host/r.csv",
      "file://r.csv",
      "hf://a/r.csv",
    ]) {
      const missing = await rejection(ingestFiles(source(path)));
      assert.instance(missing, InputError);
      assert.match(missing.message, /does not exist: (check the path|an address is not opened)/);
      await write("csv", path, ["right"]);
      assert.equal(pairsOf((await ingestFiles(source(path))).interactions), ["right i"], path);
    }
  } finally {
    process.chdir(before);
  }
});

test("a link is the file that it leads to", async () => {
  const path = join(dir, "to[1].csv");
  await write("csv", join(dir, "behind.csv"), ["right"]);
  await write("csv", join(dir, "to1.csv"), ["wrong"]);
  symlinkSync(join(dir, "behind.csv"), path);
  assert.equal(pairsOf((await ingestFiles(source(path))).interactions), ["right i"]);
});

test("without numbers of open files a path is written so that it stands for itself, and can be opened", async () => {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  await fc.assert(
    fc.asyncProperty(oddName, oddName, async (folder, name) => {
      const below = mkdtempSync(join(dir, "escaped-"));
      const path = join(below, folder, `${name}.csv`);
      await write("csv", path, ["right"]);
      for (const other of decoys(path)) if (!existsSync(other)) await write("csv", other, ["wrong"]);
      if (path.includes("\\") && /[[*?]/.test(path)) {
        assert.throws(() => nameForDuck(path, "/nowhere"), /cannot be named to the database, .*: rename it/s);
        return;
      }
      const named = nameForDuck(path, "/nowhere");
      const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
      const instance = await DuckDBInstance.create(":memory:");
      const connection = await instance.connect();
      await connection.run(`SET allowed_paths = [${named.opens.map(text).join(", ")}]`);
      await connection.run("SET enable_external_access = false");
      const found = await connection.runAndReadAll(
        `SELECT * FROM read_csv(${text(named.name)}, hive_partitioning = false, auto_detect = false, header = true, columns = {'user_id': 'VARCHAR', 'item_id': 'VARCHAR'})`,
      );
      assert.equal(found.getRows(), [["right", "i"]], path);
      connection.closeSync();
      instance.closeSync();
      named.close();
    }),
    { numRuns: 40 },
  );
});

test.run();
