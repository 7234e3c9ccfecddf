import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { OnProgress } from "../progress";

/** An in-memory DuckDB that reports progress while it works; integer columns and strings come out in chunks. */
export interface Duck {
  /** Run a statement for its effect. `phase` is what progress says from here on. */
  run(sql: string, phase?: string): Promise<void>;
  /** The rows of a small result; counts come as numbers. */
  rows(sql: string): Promise<(string | number | null)[][]>;
  /** Fill one array a column with a result of INTEGER columns; arrays must hold as many entries as rows come. */
  integers(sql: string, into: readonly Int32Array[]): Promise<void>;
  /** One VARCHAR column, null as the empty string. */
  strings(sql: string): Promise<string[]>;
  close(): void;
}

const TICK_MS = 100;

/** Open an in-memory DuckDB. Extensions are never fetched: only what ships with the binary is used. */
export async function openDuck(onProgress?: OnProgress): Promise<Duck> {
  const { DuckDBInstance: Instance } = await import("@duckdb/node-api");
  const instance = await Instance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  return wrap(instance, await instance.connect(), onProgress);
}

function wrap(instance: DuckDBInstance, connection: DuckDBConnection, onProgress: OnProgress | undefined): Duck {
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
      throw error;
    }
  };

  const chunks = async (
    sql: string,
    each: (columns: readonly (readonly unknown[])[], row: number) => void,
  ): Promise<void> => {
    const result = await watched(connection.stream(sql));
    let row = 0;
    let reported = Date.now();
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      each(chunk.getColumns(), row);
      row += chunk.rowCount;
      if (Date.now() - reported >= TICK_MS) {
        await report();
        reported = Date.now();
      }
    }
  };

  return {
    async run(sql, name) {
      if (name !== undefined) phase = name;
      await watched(connection.run(sql));
    },
    async rows(sql) {
      const reader = await watched(connection.runAndReadAll(sql));
      return reader.getRows().map((row) => row.map(plain));
    },
    async integers(sql, into) {
      await chunks(sql, (columns, row) => {
        columns.forEach((column, c) => {
          into[c].set(column as readonly number[], row);
        });
      });
    },
    async strings(sql) {
      const out: string[] = [];
      await chunks(sql, ([column]) => {
        for (const value of column) out.push(value === null ? "" : String(value));
      });
      return out;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
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
