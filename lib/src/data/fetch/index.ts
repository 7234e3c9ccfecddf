import { existsSync, renameSync, statfsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "../../base/errors";
import { makeFolder } from "../../base/make-folder";
import type { OnProgress } from "../../base/progress";
import { replaceFile } from "../../base/replace-file";
import type { PublicDataSet, RemoteFile } from "./data-set";
import { download, type Patience, savingDownload } from "./download";
import { withHeartbeat } from "./heartbeat";
import { mirrored, statedSize } from "./http";
import { locked } from "./lock";
import { dropNotes, dropPart, readPart } from "./part";
import { unpack } from "./unpack";
import { checkedBy, checksumFile, checksumLine, faultOf, inspect, keptChecksum, sizeOnDisk } from "./verify";

export type { PublicDataSet, RemoteFile } from "./data-set";
export { DATA_SETS, findDataSet } from "./registry";

/** Name of the record that a complete data set carries. */
const RECORD = "download.json";

/** How to fetch: who is told what, and how long to wait. */
export interface FetchOptions extends Patience {
  onProgress?: OnProgress;
  /** Told, in a sentence, what a person should know on the way. */
  notice?: (sentence: string) => void;
  /** Keep a file although its checksum or size is not the recorded one. */
  acceptChanged?: boolean;
}

/** What `download.json` says. */
export interface FetchRecord {
  name: string;
  title: string;
  licence: string;
  note?: string;
  files: { name: string; bytes: number; sha256: string; checked: string; unpacked?: string[] }[];
}

/** Sizes of a data set's files in bytes, as recorded or as the host states them; undefined where it does not. */
export async function sizesOf(set: PublicDataSet): Promise<(number | undefined)[]> {
  return Promise.all(set.files.map((file) => file.bytes ?? statedSize(mirrored(file.urls[0]), 10_000)));
}

/** Whether this folder holds a data set that was fetched to its end. */
export const isFetched = (dir: string): boolean => existsSync(join(dir, RECORD));

/**
 * Fetch a data set into a folder: what is there and verified stays, what is there in part goes on. A file gets its name only
 * when it is whole and verified; the record is written last. One process at a time: a second one waits, and then finds it there.
 *
 * @throws InputError or DiskError when the folder cannot be written; Error when a file cannot be had or is not what it should be
 */
export async function fetchDataSet(set: PublicDataSet, dir: string, options: FetchOptions = {}): Promise<FetchRecord> {
  savingDownload(dir, () => makeFolder(dir));
  return locked(
    dir,
    async () => {
      const files: FetchRecord["files"] = [];
      for (const file of set.files) files.push(await fetchFile(file, dir, options));
      const { name, title, licence, note } = set;
      const record = { name, title, licence, note, files };
      const path = join(dir, RECORD);
      savingDownload(path, () => replaceFile(path, `${JSON.stringify(record, null, 2)}\n`));
      return record;
    },
    (sentence) => options.notice?.(sentence),
    (owner) => options.onProgress?.({ phase: `waiting for ${owner}`, done: 0, total: 1, unit: "fetches" }),
  );
}

async function fetchFile(file: RemoteFile, dir: string, options: FetchOptions): Promise<FetchRecord["files"][number]> {
  const path = join(resolve(dir), file.name);
  const found = (await present(file, path, options)) ?? (await bring(file, path, options));
  if (!file.unpack) return { name: file.name, ...found };
  const report = progress(options, `unpacking ${file.name}`);
  const unpacked = await unpack(path, dir, file.unpack.strip, (bytes) => report(bytes, found.bytes));
  return { name: file.name, ...found, unpacked };
}

interface Found {
  sha256: string;
  bytes: number;
  checked: string;
}

/** A file that is there and is what it was; a damaged one is set aside. */
async function present(file: RemoteFile, path: string, options: FetchOptions): Promise<Found | undefined> {
  const total = sizeOnDisk(path);
  if (total === undefined) return undefined;
  const report = progress(options, `verifying ${file.name}`);
  const found = await inspect(path, file.name.endsWith(".gz"), (bytes) => report(bytes, total));
  const fault = faultOf(wantedOf(file, options), found, keptChecksum(path));
  if (fault === undefined) {
    await keep(path, found.sha256);
    return { sha256: found.sha256, bytes: found.bytes, checked: checkedBy(file, total) };
  }
  renameSync(path, `${path}.damaged`);
  options.notice?.(`${path} was set aside as ${file.name}.damaged, since ${fault}; it is fetched again.`);
  return undefined;
}

/** Download, verify, name. What was pieced together and is wrong is fetched once more from its first byte. */
async function bring(file: RemoteFile, path: string, options: FetchOptions, again = false): Promise<Found> {
  const part = `${path}.part`;
  requireRoom(file, part);
  const { total, pieced } = await transfer(file, part, options);
  const report = progress(options, `verifying ${file.name}`);
  const found = await inspect(part, file.name.endsWith(".gz"), (bytes) => report(bytes, total ?? 0));
  const { acceptChanged } = options;
  const wanted = wantedOf(file, options);
  const fault = faultOf(wanted, found, acceptChanged ? undefined : keptChecksum(path));
  if (fault !== undefined) {
    dropPart(part);
    if (pieced && !again) return bring(file, path, options, true);
    throw new Error(
      `${file.urls[0]} was fetched and thrown away: ${fault}. ${found.damage === undefined ? "If the host has renewed its file, --accept-changed keeps it." : "Try again, or another network or mirror (MSAE_DATA_MIRROR)."}`,
    );
  }
  await keep(path, found.sha256, acceptChanged);
  renameSync(part, path);
  dropNotes(part);
  return { sha256: found.sha256, bytes: found.bytes, checked: checkedBy(wanted, total) };
}

/** What is asked of a file: nothing that was recorded, where a change is accepted. */
const wantedOf = (file: RemoteFile, { acceptChanged }: FetchOptions): RemoteFile =>
  acceptChanged ? { ...file, sha256: undefined, bytes: undefined } : file;

async function transfer(
  file: RemoteFile,
  part: string,
  options: FetchOptions,
): Promise<{ total?: number; pieced: boolean }> {
  const report = progress(options, `downloading ${file.name}`);
  const earlier = readPart(part);
  let [done, whole]: [number, number | undefined] = [earlier.size, file.bytes ?? earlier.total];
  const pieced = await withHeartbeat(
    (signal) =>
      download(file.urls, part, options, signal, (bytes, total) => {
        [done, whole] = [bytes, total];
      }),
    () => report(done, whole ?? 0),
  );
  return { total: whole, pieced };
}

/** The checksum file is written once, at the first download, unless a change was accepted. */
async function keep(path: string, sha256: string, anew = false): Promise<void> {
  if (anew || keptChecksum(path) === undefined)
    savingDownload(checksumFile(path), () => replaceFile(checksumFile(path), checksumLine(sha256, path)));
}

/** Progress in megabytes, with the rate since the phase began. */
function progress({ onProgress }: FetchOptions, phase: string): (bytes: number, total: number) => Promise<void> {
  const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;
  const began = Date.now();
  let first: number | undefined;
  return async (bytes, total) => {
    first ??= bytes;
    const seconds = (Date.now() - began) / 1000;
    await onProgress?.({
      phase,
      done: megabytes(bytes),
      total: megabytes(Math.max(bytes, total)),
      unit: "MB",
      metrics: seconds > 0 ? { "MB/s": (bytes - first) / 1e6 / seconds } : {},
    });
  };
}

/** Say beforehand that the disk has no room; where that cannot be known, writing will say it. */
function requireRoom(file: RemoteFile, part: string): void {
  if (file.bytes === undefined) return;
  const missing = file.bytes - (sizeOnDisk(part) ?? 0);
  let free: number;
  try {
    const { bavail, bsize } = statfsSync(resolve(part, ".."));
    free = bavail * bsize;
  } catch {
    return;
  }
  if (free < missing)
    throw new InputError(
      `${file.name} needs ${missing} bytes more and ${resolve(part, "..")} has ${free} free: free some space or choose another --dir.`,
    );
}
