import { createHash } from "node:crypto";

/** Digits of a SHA-256 in hex. */
const DIGITS = 64;

/** What stands in a file's place for its checksum until the checksum is known. */
export const UNSEALED: string = "0".repeat(DIGITS);

/**
 * Put a file's own checksum into it: the SHA-256 of all its other bytes, in hex.
 *
 * @param chunks of the file; the first, which is changed in place, holds {@link UNSEALED} at byte `offset`
 */
export function seal(chunks: readonly Uint8Array[], offset: number): void {
  const [first] = chunks;
  Buffer.from(first.buffer, first.byteOffset, first.byteLength).write(digestAround(chunks, offset), offset);
}

/** Whether a file states its own checksum at byte `offset`, and no byte of it was changed since. */
export function isSealed(bytes: Uint8Array, offset: number): boolean {
  const stated = Buffer.from(bytes.subarray(offset, offset + DIGITS)).toString("latin1");
  return stated === digestAround([bytes], offset);
}

function digestAround([first, ...rest]: readonly Uint8Array[], offset: number): string {
  const hash = createHash("sha256");
  // One call takes less than 2 GiB.
  for (const chunk of [first.subarray(0, offset), first.subarray(offset + DIGITS), ...rest])
    for (let from = 0; from < chunk.length; from += 1 << 30) hash.update(chunk.subarray(from, from + (1 << 30)));
  return hash.digest("hex");
}
