import { basename } from "node:path";
import { csvLines } from "../../base/csv-text";
import { InputError } from "../../base/errors";
import { shown } from "../../base/quote";
import type { Reject, Skip } from "../../records/dataset";
import type { TextFile } from "./text-file";

/** More bad rows than allowed; they travel with the error, so that they can be written down. */
export class TooManyRejects extends InputError {
  override readonly name: string = "TooManyRejects";
  constructor(
    message: string,
    /** The first of them, at most {@link MOST_LISTED}. */
    readonly rejects: readonly Reject[],
    /** How many were found. */
    readonly count: number,
  ) {
    super(message);
  }
}

/** Bad rows of a file that are kept one by one; beyond, they are only counted. */
export const MOST_LISTED = 10_000;

const SHOWN_CHARACTERS = 200;

/** Of one reason. */
interface Group {
  count: number;
  /** The first three, as they were found. */
  first: Reject[];
}

/** The bad rows of one file: all are counted by their reasons, and the first are kept. */
export class Rejects {
  /** Rows of the file that were looked at, good ones included. */
  rows = 0;
  /** The file has no more rows than that. */
  mostRows: number = Number.POSITIVE_INFINITY;
  count = 0;
  private readonly kept: Reject[] = [];
  private readonly groups: Map<string, Group> = new Map();

  /** @param role of the file, for messages @param allowed greatest share of its rows that may be bad, in [0, 1] */
  constructor(
    private readonly file: Pick<TextFile, "path">,
    private readonly role: string,
    private readonly allowed: number,
  ) {}

  /**
   * Take a bad row; bytes of its line that are not UTF-8 become �.
   *
   * @throws TooManyRejects as soon as there are more than the whole file may have, and too many to list
   */
  add(line: number, bytes: Buffer, reason: string): void {
    const text = bytes.subarray(0, 4 * SHOWN_CHARACTERS).toString("utf8");
    const reject = { reason, file: basename(this.file.path), line, text: text.slice(0, SHOWN_CHARACTERS) };
    this.count++;
    if (this.kept.length < MOST_LISTED) this.kept.push(reject);
    const group = this.groups.get(reason) ?? { count: 0, first: [] };
    this.groups.set(reason, group);
    group.count++;
    if (group.first.length < 3) group.first.push(reject);
    if (this.count >= MOST_LISTED && this.count > this.allowed * this.mostRows) this.stop();
  }

  /** The first of them, in the order of their lines. */
  get listed(): Reject[] {
    return this.kept.sort((a, b) => a.line - b.line);
  }

  /** By reason, with up to three line numbers each. */
  skips(): Skip[] {
    return this.inOrder().map(([reason, { count, first }]) => ({
      reason: `rows of the ${this.role}: ${reason}`,
      count,
      examples: first.map(({ line }) => `line ${line}`),
    }));
  }

  /** @throws TooManyRejects with the counts by reason, the first line of each, and how to allow more, where more rows are bad than may be */
  check(): void {
    const { count, rows, allowed } = this;
    if (count <= allowed * rows) return;
    this.refuse(
      `${count} bad rows of ${rows} (${percent(count / rows)}), more than the ${percent(allowed)} that are allowed`,
      `allow as many by the setting data.maxRejected (--set data.maxRejected=${roundedUp(count / rows)})`,
    );
  }

  private stop(): never {
    const { count, rows, allowed, mostRows } = this;
    this.refuse(
      `${count.toLocaleString("en")} bad rows among the first ${rows.toLocaleString("en")} of at most ${mostRows.toLocaleString("en")}, which is more than the ${percent(allowed)} that are allowed whatever the rest holds, so that reading stopped there`,
      "let it be read to the end, however many rows are bad, by the setting data.maxRejected (--set data.maxRejected=1)",
    );
  }

  private refuse(found: string, remedy: string): never {
    const reasons = this.inOrder().map(
      ([reason, { count, first }]) =>
        `${count} × ${reason} (first in line ${first[0].line}: ${shown(first[0].text.trim())})`,
    );
    throw new TooManyRejects(
      `The ${this.role} file ${this.file.path} has ${found}: ${reasons.join("; ")}; mend them, or ${remedy}.`,
      this.listed,
      this.count,
    );
  }

  /** The reasons in the order of their first lines. */
  private inOrder(): [string, Group][] {
    for (const { first } of this.groups.values()) first.sort((a, b) => a.line - b.line);
    return [...this.groups].sort(([, a], [, b]) => a.first[0].line - b.first[0].line);
  }
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

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
