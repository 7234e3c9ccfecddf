import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { writing } from "../disk";
import { packRecord, unpackRecord } from "../formats/record";
import { writeFileWhole } from "./store";

/** Long training keeps its state in one file, replaced whole, and goes on from it after a kill. */
export interface CheckpointFile<T> {
  /** The state last written, or undefined where there is none or it cannot be read. */
  read(): T | undefined;
  write(state: T): void;
  remove(): void;
}

/** A checkpoint of plain values and typed arrays at `file`; `warn` is told when a damaged one is thrown away. */
export function checkpointFile<T>(file: string, warn: (message: string) => void): CheckpointFile<T> {
  return {
    read() {
      if (!existsSync(file)) return undefined;
      try {
        return unpackRecord(readFileSync(file), file) as T;
      } catch {
        warn(`The checkpoint ${file} cannot be read and was thrown away: training starts again from the beginning.`);
        rmSync(file, { force: true });
        return undefined;
      }
    },
    write(state) {
      writing("The checkpoint", file, () => {
        mkdirSync(dirname(file), { recursive: true });
        writeFileWhole(file, packRecord(state));
      });
    },
    remove() {
      rmSync(file, { force: true });
    },
  };
}
