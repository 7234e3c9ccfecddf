import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from "@duckdb/node-api";
import { InputError } from "../../base/errors";
import { memoryLimit } from "../../base/memory";
import type { OnProgress } from "../../base/progress";
import { type NamedFile, nameForDuck } from "./duck-file";
import { requireOpenFiles } from "./open-files";

/** What a database is opened with. */
export interface DuckOptions {
  /** The files that it may read; it can open no other. */
  files?: readonly string[];
  /** Folder for what does not fit into memory, made when it is needed and removed in the end; default: one below the system's own. */
  spill?: string;
  onProgress?: OnProgress;
}

/** An in-memory DuckDB that reports progress while it works; integer columns and strings come out in chunks. */
export interface Duck {
  /** Who listens to its progress, and may be told of other work on the same files. */
  readonly onProgress?: OnProgress;
  /** One of the files that it was opened with, as a string in SQL; the only way in which a path gets there. */
  file(path: string): string;
  /** Run a statement for its effect. `phase` is what progress says from here on. */
  run(sql: string, phase?: string): Promise<void>;
  /** The rows of a small result; counts come as numbers. */
  rows(sql: string): Promise<(string | number | null)[][]>;
  /** See the rows of a result of any size one by one, in its order; nothing of it is kept. */
  each(sql: string, onRow: (row: readonly (string | number | null)[]) => void): Promise<void>;
  /** Fill one array a column with a result of INTEGER, FLOAT or DOUBLE columns without NULL; arrays must hold as many entries as rows come. */
  numbers(sql: string, into: readonly NumberArray[]): Promise<void>;
  /** Append rows of strings to a table while `read` pushes them; `read` calls `flush` between parts of its work. */
  append<T>(
    table: string,
    columns: number,
    read: (push: (values: readonly string[]) => void, flush: () => Promise<void>) => Promise<T>,
  ): Promise<T>;
  /** The ids of a table `(n, id)` in the order of n, which counts from 0: a thousand at a time, where `strings` makes a call a value. */
  ids(table: string): Promise<string[]>;
  /** One VARCHAR column, null as the empty string. */
  strings(sql: string): Promise<string[]>;
  close(): void;
}

/** Where numeric columns go. */
export type NumberArray = Int32Array | Float32Array | Float64Array;

const TICK_MS = 100;

/** Files that DuckDB opens at a time, about; it ends the process where it cannot. */
const MOST_FILES = 8;

/** Share of the memory that is the database's; the rest is Node's, for what comes out of it. */
const SHARE = 0.5;

/**
 * Open an in-memory DuckDB that opens no file but those it is given. Extensions are never fetched: only what ships with the binary is used.
 */
export async function openDuck({ files = [], spill, onProgress }: DuckOptions = {}): Promise<Duck> {
  requireOpenFiles(MOST_FILES, "Reading data");
  const { DuckDBInstance: Instance } = await import("@duckdb/node-api");
  const named = new Map(files.map((path) => [path, nameForDuck(path)]));
  const folder = spill ?? join(tmpdir(), `msae-duckdb-${process.pid}-${randomBytes(6).toString("hex")}`);
  const instance = await Instance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    memory_limit: `${Math.floor((SHARE * memoryLimit()) / 1e6)}MB`,
    temp_directory: folder,
  });
  const connection = await instance.connect();
  const allowed = [...named.values()].flatMap(({ opens }) => opens.map(literal));
  await connection.run(`SET allowed_paths = [${allowed.join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  // The same file has the same times wherever it is read.
  await connection.run("SET TimeZone = 'UTC'");
  return wrap(instance, connection, named, folder, onProgress);
}

function wrap(
  instance: DuckDBInstance,
  connection: DuckDBConnection,
  named: ReadonlyMap<string, NamedFile>,
  folder: string,
  onProgress: OnProgress | undefined,
): Duck {
  let statements = 0;
  let phase = "reading data";
  const report = async (): Promise<void> => {
    await onProgress?.({ phase, done: statements, total: Math.max(statements, EXPECTED_STATEMENTS), unit: "queries" });
  };
  /** Await DuckDB, ticking; a listener that throws interrupts the query before the error goes on. */
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    statements++;
    let timer: NodeJS.Timeout | undefined;
    const settled = work.then(
      () => true,
      () => true,
    );
    try {
      await report();
      for (;;) {
        const tick = new Promise<boolean>((resolve) => {
          timer = setTimeout(() => resolve(false), TICK_MS);
        });
        const finished = await Promise.race([settled, tick]);
        clearTimeout(timer);
        if (finished) return await work;
        await report();
      }
    } catch (error) {
      connection.interrupt();
      await settled;
      throw explained(error, folder);
    }
  };

  const chunks = async (sql: string, each: (chunk: DuckDBDataChunk, row: number) => void): Promise<void> => {
    const result = await watched(connection.stream(sql));
    let row = 0;
    let reported = Date.now();
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      each(chunk, row);
      row += chunk.rowCount;
      if (Date.now() - reported >= TICK_MS) {
        await report();
        reported = Date.now();
      }
    }
  };

  return {
    onProgress,
    file(path) {
      const found = named.get(path);
      if (found === undefined) throw new Error(`The database was not opened with ${path}.`);
      return literal(found.name);
    },
    async run(sql, name) {
      if (name !== undefined) phase = name;
      await watched(connection.run(sql));
    },
    async rows(sql) {
      const reader = await watched(connection.runAndReadAll(sql));
      return reader.getRows().map((row) => row.map(plain));
    },
    each: (sql, onRow) =>
      chunks(sql, (chunk) => {
        for (const row of chunk.getRows()) onRow(row.map(plain));
      }),
    async numbers(sql, into) {
      const { default: bindings } = await import("@duckdb/node-bindings");
      await chunks(sql, (chunk, row) => {
        into.forEach((array, c) => {
          // The column's own bytes: one copy a chunk instead of a call a value.
          const vector = bindings.data_chunk_get_vector(chunk.chunk, c);
          const bytes = bindings.vector_get_data(vector, chunk.rowCount * array.BYTES_PER_ELEMENT);
          new Uint8Array(array.buffer, array.byteOffset + row * array.BYTES_PER_ELEMENT, bytes.length).set(bytes);
        });
      });
    },
    async strings(sql) {
      const out: string[] = [];
      await chunks(sql, (chunk) => {
        for (const value of chunk.getColumnValues(0)) out.push(value === null ? "" : String(value));
      });
      return out;
    },
    async ids(table) {
      const out: string[] = [];
      // No text file holds a NUL byte; where a Parquet file does, the count shows it.
      await chunks(
        `SELECT string_agg(id, chr(0) ORDER BY n) FROM ${table} GROUP BY n // 4096 ORDER BY n // 4096`,
        (chunk) => {
          for (const value of chunk.getColumnValues(0)) for (const id of String(value).split("\0")) out.push(id);
        },
      );
      const [[count]] = await this.rows(`SELECT count(*) FROM ${table}`);
      return out.length === count ? out : this.strings(`SELECT id FROM ${table} ORDER BY n`);
    },
    async append(table, columns, read) {
      // A call a value is slow: many rows go in as one text, and the database takes it apart. Text holds no NUL, and the full
      // stop before each field keeps an empty one from looking like the end of a row.
      const { VARCHAR } = await import("@duckdb/node-api");
      const fields = Array.from({ length: columns }, (_, index) => `substr(f[${index + 1}], 2)`);
      const insert = await connection.prepare(
        `INSERT INTO ${table} SELECT ${fields.join(", ")}
         FROM (SELECT string_split(unnest(string_split($1, repeat(chr(0), 2))), chr(0)) AS f)`,
      );
      let rows: string[] = [];
      let running: Promise<unknown> = Promise.resolve();
      const flush = async (): Promise<void> => {
        await watched(running);
        if (rows.length === 0) return;
        insert.bind([`.${rows.join("\0\0.")}`], [VARCHAR]);
        rows = [];
        running = insert.run();
        // Whoever flushes next is told.
        running.catch(() => undefined);
      };
      try {
        const result = await read((values) => rows.push(values.join("\0.")), flush);
        await flush();
        await watched(running);
        return result;
      } finally {
        await running.catch(() => undefined);
        insert.destroySync();
      }
    },
    close() {
      connection.closeSync();
      instance.closeSync();
      for (const { close } of named.values()) close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Memory and the disk that it is offloaded to have run out: what to do is not in the database's words. */
function explained(error: unknown, folder: string): unknown {
  const { message = "" } = error as Error;
  if (!/offload data block|max_temp_directory_size|No space left|Out of Memory Error|failed to allocate/i.test(message))
    return error;
  return new InputError(
    `There is not enough memory for the data, and not enough room in ${folder} to put it aside (${message.split("\n")[0].replace(/[.\s]+$/, "")}): nothing half-written was left; make room, close other programs, or take a larger machine; MSAE_MEMORY says how much memory may be used, MSAE_RUNS where results lie.`,
  );
}

/** Roughly what one ingest runs, so that progress has a total. */
const EXPECTED_STATEMENTS = 60;

function plain(value: unknown): string | number | null {
  if (value === null || typeof value === "string") return value;
  return Number(value);
}

/** A string as a SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
