import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { Answer } from "./http";

/** What came of a file so far, and which version of the file it is a part of. */
export interface Part {
  path: string;
  /** Bytes on disk. */
  size: number;
  /** The address it came from. */
  url?: string;
  /** ETag (a strong one) or Last-Modified of that version: what If-Range wants. */
  version?: string;
  /** Size of the whole file, as the host stated it. */
  total?: number;
}

const notes = (path: string): string => `${path}.json`;

/** The part at this path; an empty one where nothing came yet, or where its version is not known. */
export function readPart(path: string): Part {
  const none = { path, size: 0 };
  try {
    const { url, version, total } = JSON.parse(readFileSync(notes(path), "utf8")) as Part;
    return url && version ? { path, size: statSync(path).size, url, version, total } : none;
  } catch {
    return none;
  }
}

/** Begin anew with the version of the file that this answer brings. */
export function beginPart(path: string, url: string, answer: Answer): Part {
  dropPart(path);
  const part = { path, size: 0, url, version: versionOf(answer), total: lengthOf(answer) };
  writeFileSync(notes(path), JSON.stringify({ url, version: part.version, total: part.total }));
  writeFileSync(path, "");
  return part;
}

/** Forget what came. */
export function dropPart(path: string): void {
  for (const file of [notes(path), path]) rmSync(file, { force: true });
}

/** Only the notes: the part itself has been renamed. */
export function dropNotes(path: string): void {
  rmSync(notes(path), { force: true });
}

const header = (answer: Answer, name: string): string | undefined => {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** What identifies the version; a weak ETag does not promise the same bytes. */
function versionOf(answer: Answer): string | undefined {
  const etag = header(answer, "etag");
  return etag && !etag.startsWith("W/") ? etag : header(answer, "last-modified");
}

function lengthOf(answer: Answer): number | undefined {
  const length = Number(header(answer, "content-length") ?? Number.NaN);
  return Number.isSafeInteger(length) ? length : undefined;
}

/** First byte and whole size of `bytes 500-999/1000`; of `bytes *\/1000` the size alone. */
export function rangeOf(answer: Answer): { start?: number; total?: number } {
  const found = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(header(answer, "content-range") ?? "");
  const number = (text: string | undefined): number | undefined =>
    text === undefined || text === "*" ? undefined : Number(text);
  return { start: number(found?.[1]), total: number(found?.[2]) };
}

/** Whether an answer to a range continues this part: the same version, from its end on. */
export function continues(part: Part, answer: Answer): boolean {
  const { start, total } = rangeOf(answer);
  const sameVersion = versionOf(answer) === undefined || versionOf(answer) === part.version;
  return (
    start === part.size && sameVersion && (total === undefined || part.total === undefined || total === part.total)
  );
}
