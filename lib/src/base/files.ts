import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";

/** Bytes that are read, written or hashed in one call: the system takes at most 2 GiB, and memory has to stay bounded. */
const PIECE_BYTES = 1 << 26;

/**
 * Write a file's chunks one after the other and sync it.
 *
 * @returns SHA-256 of what was written, in hex
 */
export function writeSynced(file: string, chunks: Iterable<Uint8Array>): string {
  const hash = createHash("sha256");
  const handle = openSync(file, "w");
  try {
    for (const chunk of chunks)
      for (const piece of pieces(chunk)) {
        for (let offset = 0; offset < piece.length; ) offset += writeSync(handle, piece, offset);
        hash.update(piece);
      }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return hash.digest("hex");
}

/**
 * The content of a file of any size, and its SHA-256 in hex.
 *
 * @throws the system's error; an error without a code where it is no file
 */
export function readWhole(file: string): { bytes: Buffer; sha256: string } {
  // Without waiting: a pipe in a file's place would never answer.
  const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw new Error(`${file} is no file.`);
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    const hash = createHash("sha256");
    let length = 0;
    for (const piece of pieces(bytes)) {
      const read = readSync(handle, piece);
      hash.update(piece.subarray(0, read));
      length += read;
      if (read < piece.length) break;
    }
    return { bytes: bytes.subarray(0, length), sha256: hash.digest("hex") };
  } finally {
    closeSync(handle);
  }
}

/** Make a rename in this folder last. */
export function syncFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, "r");
    fsyncSync(handle);
  } catch {
    // Some systems cannot open a folder, and some file systems refuse to sync one; the rename itself is still atomic there.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) yield bytes.subarray(offset, offset + PIECE_BYTES);
}
