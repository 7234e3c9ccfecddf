import { mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { reading, writing } from "../base/disk";
import { readWhole, syncFolder, writeSynced } from "../base/files";
import { decodeRecord, encodeRecord } from "../formats/record";
import { decodeSafetensors, safetensorsChunks } from "../formats/safetensors";
import type { CheckpointFile } from "../stages/stage";
import { temporaryPath } from "./owner";
import { isSealed, seal, UNSEALED } from "./seal";
import { identityOf, setAside } from "./set-aside";

/** How the header begins, after its length in eight bytes: with the checksum over all other bytes of the file. */
const HEAD = Buffer.from('{"__metadata__":{"sha256":"');
const CHECKSUM_AT = 8 + HEAD.length;

/**
 * A checkpoint of plain values and typed arrays, one safetensors file.
 *
 * @param file `ROOT/STAGE/HASH.checkpoint.safetensors`; the hash, which its name begins with, is that of the stage's whole key,
 *   and is kept in the file as well
 * @param warn told in one sentence when a damaged one is set aside
 */
export function checkpointFile<T>(file: string, warn: (message: string) => void): CheckpointFile<T> {
  const previous = `${file}.previous`;
  const key = basename(file).split(".")[0];
  return {
    read() {
      const bad: string[] = [];
      for (const path of [file, previous]) {
        const identity = identityOf(path);
        if (identity === undefined) continue;
        const { bytes } = reading("The checkpoint", path, () => readWhole(path));
        try {
          const state = decode(bytes, key, path) as T;
          if (bad.length > 0) warn(`${bad.join(" ")} Training goes on from the checkpoint before it.`);
          return state;
        } catch (error) {
          const what = `The checkpoint ${path} ${(error as Error).message}.`;
          bad.push(`${what} It was set aside as ${setAside(path, what, identity)}.`);
        }
      }
      if (bad.length > 0) warn(`${bad.join(" ")} Training starts again from the beginning.`);
      return undefined;
    },
    write(state) {
      writing("The checkpoint", file, () => {
        mkdirSync(dirname(file), { recursive: true });
        const temporary = temporaryPath(dirname(dirname(file)), `checkpoint-${key}`);
        try {
          writeSynced(temporary, encode(state, key));
          if (identityOf(file) !== undefined) renameSync(file, previous);
          renameSync(temporary, file);
        } finally {
          rmSync(temporary, { force: true });
        }
        syncFolder(dirname(file));
      });
    },
    remove() {
      for (const path of [file, previous]) rmSync(path, { force: true });
    },
  };
}

function encode(state: unknown, key: string): Uint8Array[] {
  const { json, tensors } = encodeRecord(state);
  const chunks = safetensorsChunks(tensors, { sha256: UNSEALED, key, record: json });
  seal(chunks, CHECKSUM_AT);
  return chunks;
}

function decode(bytes: Buffer, key: string, file: string): unknown {
  if (!bytes.subarray(8, CHECKSUM_AT).equals(HEAD) || !isSealed(bytes, CHECKSUM_AT))
    throw new Error("is damaged: it does not have the checksum that it states");
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.key !== key) throw new Error(`belongs to another training, ${metadata.key}`);
  return decodeRecord({ json: metadata.record, tensors }, file);
}
