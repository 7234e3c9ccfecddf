import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import type { RemoteFile } from "./data-set";

/** Checksum file beside a file, as `sha256sum -c` reads it. */
export const checksumFile = (path: string): string => `${path}.sha256`;

/** The checksum that was written beside this file at its first download. */
export function keptChecksum(path: string): string | undefined {
  if (!existsSync(checksumFile(path))) return undefined;
  return /^[0-9a-f]{64}/.exec(readFileSync(checksumFile(path), "utf8"))?.[0];
}

export const checksumLine = (sha256: string, path: string): string => `${sha256}  ${basename(path)}\n`;

/**
 * Read a whole file: its SHA-256, and whether what a name in `.gz` promises is there to the last byte (gzip ends with a
 * checksum and length of its own).
 *
 * @param onBytes is called after each piece and awaited
 */
export async function inspect(
  path: string,
  gzip: boolean,
  onBytes: (bytes: number) => void | Promise<void>,
): Promise<{ sha256: string; bytes: number; damage?: string }> {
  const hash = createHash("sha256");
  const unzip = gzip ? createGunzip().resume() : undefined;
  let damage: string | undefined;
  const ended = unzip
    ? new Promise<void>((resolve) => {
        unzip.once("end", resolve);
        unzip.once("error", (error) => {
          damage = error.message;
          resolve();
        });
      })
    : undefined;
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    if (unzip && damage === undefined && !unzip.write(chunk))
      await Promise.race([new Promise((resolve) => unzip.once("drain", resolve)), ended]);
    await onBytes(bytes);
  }
  unzip?.end();
  await ended;
  return { sha256: hash.digest("hex"), bytes, damage };
}

/** What is wrong with a file that was fetched, in words; undefined when nothing is. */
export function faultOf(
  file: RemoteFile,
  found: { sha256: string; bytes: number; damage?: string },
  firstSha256: string | undefined,
): string | undefined {
  if (file.bytes !== undefined && found.bytes !== file.bytes)
    return `it has ${found.bytes} bytes instead of ${file.bytes}`;
  if (file.sha256 !== undefined && found.sha256 !== file.sha256)
    return `its SHA-256 is ${found.sha256}, and ${file.recordedBy} recorded ${file.sha256}`;
  if (firstSha256 !== undefined && found.sha256 !== firstSha256)
    return `its SHA-256 is ${found.sha256}, and that of the first download was ${firstSha256}`;
  if (found.damage !== undefined) return `it does not unpack to its end (${found.damage})`;
  return undefined;
}

/** In words, what a file that was fetched has been held against. */
export function checkedBy(file: RemoteFile, total: number | undefined): string {
  if (file.sha256 !== undefined) return `checksum as recorded by ${file.recordedBy}`;
  const size = (file.bytes ?? total) ? "size" : "no size was stated";
  return `no checksum is published: ${size}${file.name.endsWith(".gz") ? " and gzip's own checksum" : ""} verified, SHA-256 kept for later downloads`;
}

/** Bytes of a file, or undefined. */
export function sizeOnDisk(path: string): number | undefined {
  return existsSync(path) ? statSync(path).size : undefined;
}
