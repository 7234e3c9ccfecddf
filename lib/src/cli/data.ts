import { resolve } from "node:path";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import {
  DATA_SETS,
  type FetchRecord,
  fetchDataSet,
  findDataSet,
  isFetched,
  type PublicDataSet,
  sizesOf,
} from "../data/fetch";
import { downloadFolder, optionsOf } from "../lab/fetched";
import type { Terminal } from "./terminal";
import { terminalRunner } from "./terminal-progress";

/** Options of `msae-lab data`. */
export interface DataOptions {
  dir?: string;
  acceptChanged?: boolean;
  json?: boolean;
}

/** Fetch and verify a public data set, or list what can be fetched. */
export async function data(name: string | undefined, options: DataOptions, terminal: Terminal): Promise<void> {
  if (name === undefined) return list(options, terminal);
  const set = findDataSet(name);
  if (!set)
    throw new InputError(
      `There is no data set ${quote(name)}: \`npx msae-lab data\` lists those that can be fetched${similar(name)}.`,
    );
  const dir = resolve(options.dir ?? downloadFolder(set.name));
  await announce(set, dir, terminal);
  const record = await terminalRunner(terminal, "data")(`fetching ${set.name}`, (onProgress) =>
    fetchDataSet(set, dir, {
      onProgress,
      acceptChanged: options.acceptChanged,
      notice: (sentence) => terminal.err(`${sentence}\n`),
    }),
  );
  const open = openLines(set, dir);
  terminal.out(options.json ? `${JSON.stringify({ ...record, dir, ...open })}\n` : summary(record, dir, open));
}

function list(options: DataOptions, terminal: Terminal): void {
  const sets = DATA_SETS.map(({ name, title, counts, licence, note, files }) => {
    const sizes = files.map(({ bytes }) => bytes);
    const bytes = sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum! + size!, 0) : undefined;
    return { name, title, counts, licence, note, bytes, fetched: isFetched(downloadFolder(name)) };
  });
  if (options.json) {
    terminal.out(`${JSON.stringify(sets)}\n`);
    return;
  }
  for (const set of sets)
    terminal.out(
      `${set.fetched ? "*" : " "} ${set.name.padEnd(40)} ${set.counts}${set.bytes === undefined ? "" : `, ${megabytes(set.bytes)}`}\n`,
    );
  terminal.out("* is fetched. `npx msae-lab data NAME` states terms and size, then fetches it.\n");
}

/** Names and terms before the first byte of data comes. */
async function announce(set: PublicDataSet, dir: string, terminal: Terminal): Promise<void> {
  const sizes = await sizesOf(set);
  terminal.err(`${set.title}: ${set.counts}\nlicence: ${set.licence}\n`);
  if (set.note) terminal.err(`note: ${set.note}\n`);
  set.files.forEach((file, index) => {
    const size = sizes[index] === undefined ? "size not stated by the host" : megabytes(sizes[index]);
    terminal.err(`${file.name}: ${size}, from ${file.urls[0]}\n`);
  });
  terminal.err(`into ${dir}\n`);
}

/** How to go on, on the command line and in a notebook. */
function openLines(set: PublicDataSet, dir: string): { run: string; openLab: string } {
  const usual = dir === resolve(downloadFolder(set.name));
  return {
    run: `npx msae-lab run --data ${usual ? set.name : /\s/.test(dir) ? JSON.stringify(dir) : dir}`,
    openLab: `const lab = await openLab(${JSON.stringify(optionsOf(set, dir))});`,
  };
}

function summary(record: FetchRecord, dir: string, open: { run: string; openLab: string }): string {
  const files = record.files.map(({ name, bytes, checked, unpacked }) => {
    const parts = unpacked ? `; unpacked: ${unpacked.join(", ")}` : "";
    return `${name}: ${megabytes(bytes)}; ${checked}${parts}`;
  });
  const lines = [open.run, open.openLab];
  return [...files, `in ${dir}`, "Open it:", ...lines.map((line) => `  ${line}`), ""].join("\n");
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Up to three names that hold a word of the one that was asked for. */
function similar(name: string): string {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && word !== "amazon");
  const found = DATA_SETS.filter((set) => words.some((word) => set.name.includes(word))).slice(0, 3);
  return found.length > 0 ? `, among them ${found.map((set) => set.name).join(", ")}` : "";
}
