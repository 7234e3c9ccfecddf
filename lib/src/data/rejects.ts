import { basename } from "node:path";
import { InputError } from "../errors";
import { shown } from "../quote";
import { csvLines } from "./csv-text";
import type { Skip } from "./dataset";
import type { TextFile } from "./preflight";

/** A row of an input file that could not be used. */
export interface Reject {
  /** Why, in words; rows are counted by it. */
  reason: string;
  /** File name without its folder. */
  file: string;
  /** Line in the file, from 1. */
  line: number;
  /** The beginning of the line. */
  text: string;
}

/** More bad rows than allowed; they travel with the error, so that they can be written down. */
export class TooManyRejects extends InputError {
  override readonly name: string = "TooManyRejects";
  constructor(
    message: string,
    readonly rejects: readonly Reject[],
  ) {
    super(message);
  }
}

const SHOWN_CHARACTERS = 200;

/** A reject with the beginning of its line; bytes that are not UTF-8 become �. */
export function rejectOf(file: Pick<TextFile, "path">, line: number, bytes: Buffer, reason: string): Reject {
  const text = bytes.subarray(0, 4 * SHOWN_CHARACTERS).toString("utf8");
  return { reason, file: basename(file.path), line, text: text.slice(0, SHOWN_CHARACTERS) };
}

/** Rejects by reason, with up to three line numbers each. */
export function rejectSkips(rejects: readonly Reject[], role: string): Skip[] {
  const groups = new Map<string, Reject[]>();
  for (const reject of rejects) {
    const members = groups.get(reject.reason);
    if (members) members.push(reject);
    else groups.set(reject.reason, [reject]);
  }
  return [...groups].map(([reason, members]) => ({
    reason: `rows of the ${role}: ${reason}`,
    count: members.length,
    examples: members.slice(0, 3).map(({ line }) => `line ${line}`),
  }));
}

/**
 * Stop when more rows were rejected than allowed.
 *
 * @param rows rows of the file in all @param allowed greatest share of them that may be rejected, in [0, 1]
 * @throws TooManyRejects with the counts by reason, the first line of each, and how to allow more
 */
export function checkShare(
  file: TextFile,
  role: string,
  rejects: readonly Reject[],
  rows: number,
  allowed: number,
): void {
  if (rejects.length <= allowed * rows) return;
  const firsts = new Map<string, Reject>();
  for (const reject of rejects) if (!firsts.has(reject.reason)) firsts.set(reject.reason, reject);
  const reasons = [...firsts].map(([reason, { line, text }]) => {
    const count = rejects.filter((reject) => reject.reason === reason).length;
    return `${count} × ${reason} (first in line ${line}: ${shown(text.trim())})`;
  });
  const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
  throw new TooManyRejects(
    `The ${role} file ${file.path} has ${rejects.length} bad rows of ${rows} (${percent(rejects.length / rows)}), more than the ${percent(allowed)} that are allowed: ${reasons.join("; ")}; mend them, or allow as many by the setting data.maxRejected (--set data.maxRejected=${roundedUp(rejects.length / rows)}).`,
    rejects,
  );
}

/** The next share with two digits. */
const roundedUp = (share: number): number => {
  const unit = 10 ** (Math.floor(Math.log10(share)) - 1);
  return Math.min(1, Number((Math.ceil(share / unit) * unit).toPrecision(2)));
};

/** The rejects as CSV for people: `file,line,reason,text`; a text that looks like a formula has a single quote before it. */
export function rejectsCsv(rejects: readonly Reject[]): string {
  const rows = rejects.map(({ file, line, reason, text }) => [file, line, reason, text]);
  return csvLines([["file", "line", "reason", "text"], ...rows], "\n");
}
