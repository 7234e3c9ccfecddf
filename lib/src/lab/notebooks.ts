import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { writing, writingError } from "../base/disk";
import { DiskError, InputError, Interrupted } from "../base/errors";
import { makeFolder } from "../base/make-folder";
import { quote } from "../base/quote";
import type { LabOptions } from "./config";

/** How one notebook's headless execution ended. */
export interface NotebookRun {
  /** File name, e.g. "05-monosemanticity.ipynb". */
  notebook: string;
  ok: boolean;
  /** Wall-clock seconds, the kernel's start included. */
  seconds: number;
  /** Of a failed one: the cell's number and source and what it wrote to stderr. */
  error?: string;
  /** Why its page could not be written: the system's code and words. */
  unwritten?: { code: string; message: string };
}

/** Settings of {@link runNotebooks}. */
export interface NotebooksOptions {
  /** The project's folder: holds `notebooks/` and `.venv/`. */
  root: string;
  /** Only notebooks whose file name holds this text, e.g. "05". */
  only?: string;
  /** Notebook files, paths from `root`; every one of `notebooks/` when left out. */
  files?: readonly string[];
  /** Write the executed notebooks into this folder as HTML pages, which load nothing from anywhere. */
  html?: string;
  /** Every figure and table that they show is written into this folder as well. */
  export?: string;
  /** What every `openLab` of theirs opens where it says nothing else; paths are absolute. */
  open?: LabOptions;
  /** Told a line as each notebook ends, and what Python and the kernels print besides. */
  onLine?: (line: string) => void;
  /** Told each result as it comes. */
  onResult?: (run: NotebookRun) => void;
}

/**
 * Execute notebooks headless in the project's `.venv`, all in one Python process, one kernel each. A cell that
 * writes to stderr has failed, since that is where the kernel shows errors; the rest of its notebook is not run.
 *
 * @returns one entry a notebook, in the order of their names
 * @throws InputError when no notebook matches, the set-up was never run, or a folder cannot be written; DiskError when the disk is full;
 *   Interrupted when it was stopped
 */
export async function runNotebooks(options: NotebooksOptions): Promise<NotebookRun[]> {
  const files = chooseNotebooks(options);
  const python = requirePython(options.root);
  const runner = resolve(__dirname, "..", "..", "python", "run_notebooks.py");
  const [html, exported] = [options.html, options.export].map((folder) => folder && resolve(folder));
  // Before the work, so that a folder that cannot be written is known at once.
  if (html) writing("The pages", html, () => makeFolder(html));
  if (exported) writing("The figures and tables", exported, () => makeFolder(exported));
  const child = spawn(python, [runner, "--parent", `${process.pid}`, ...(html ? ["--html", html] : []), ...files], {
    cwd: options.root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...(exported ? { MSAE_EXPORT: exported } : {}),
      ...(options.open ? { MSAE_OPEN: JSON.stringify(options.open) } : {}),
    },
  });
  const runs: NotebookRun[] = [];
  let unwritten: Error | undefined;
  const code = await follow(child, options, (run) => {
    runs.push(run);
    unwritten ??= diskFault(run, html);
    options.onResult?.(run);
    options.onLine?.(`${run.notebook}  ${run.ok ? "ok" : "failed"}  ${run.seconds.toFixed(1)} s`);
  });
  if (unwritten) throw unwritten;
  if (runs.length < files.length)
    throw new Error(`The notebook runner ended (code ${code}) after ${runs.length} of ${files.length} notebooks.`);
  return runs;
}

/** What the disk did not take of a notebook, if that is what it failed of: its page, or what its cells write. */
function diskFault({ notebook, error, unwritten }: NotebookRun, html = ""): Error | undefined {
  const page = `The page of ${notebook}`;
  if (unwritten)
    return writingError(page, html, unwritten) ?? new Error(`${page} could not be written: ${unwritten.message}.`);
  const [, name, sentence] = /\b(DiskError|InputError): (.* could not be written to .*)$/m.exec(error ?? "") ?? [];
  if (name === undefined) return undefined;
  return new { DiskError, InputError }[name as "DiskError" | "InputError"](`${notebook}: ${sentence}`);
}

function chooseNotebooks({ root, only = "", files }: NotebooksOptions): string[] {
  const folder = join(root, "notebooks");
  const there =
    files?.map((file) => resolve(root, file)) ??
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.endsWith(".ipynb"))
      .sort()
      .map((name) => join(folder, name));
  const chosen = there.filter((file) => isNamed(file.slice(file.lastIndexOf("/") + 1), only));
  if (chosen.length > 0) return chosen;
  const wanted = only ? ` whose name holds ${quote(only)}` : "";
  throw new InputError(
    `${folder} has no notebook${wanted}; give --only a number such as 00, or a part of a name such as gender.`,
  );
}

/** Whether a notebook is meant: by the whole of its number, or by a part of its name. */
function isNamed(name: string, only: string): boolean {
  return /^\d+$/.test(only) ? name.startsWith(`${only}-`) : name.includes(only);
}

function requirePython(root: string): string {
  const windows = process.platform === "win32";
  const python = windows ? join(root, ".venv", "Scripts", "python.exe") : join(root, ".venv", "bin", "python");
  if (existsSync(python)) return python;
  throw new InputError(
    `${join(root, ".venv")} is missing, so there is no Jupyter: run \`npm run setup\` once in ${root}.`,
  );
}

/**
 * Read the runner's lines until it ends; resolves to its exit code. Stopped with us, it stops its kernels, and is waited
 * for; a second time it is killed, and then its kernels end by themselves.
 *
 * @throws Interrupted when it was stopped
 */
async function follow(
  child: ChildProcess,
  options: NotebooksOptions,
  onRun: (run: NotebookRun) => void,
): Promise<number> {
  let stopped = false;
  const stop = (): void => {
    child.kill(stopped ? "SIGKILL" : "SIGTERM");
    stopped = true;
  };
  process.on("SIGINT", stop);
  process.once("exit", stop);
  try {
    if (child.stdout) createInterface(child.stdout).on("line", (line) => onRun(JSON.parse(line) as NotebookRun));
    if (child.stderr) createInterface(child.stderr).on("line", (line) => options.onLine?.(line));
    const code = await new Promise<number>((done, fail) => {
      child.once("error", fail);
      child.once("close", (status) => done(status ?? 1));
    });
    if (stopped) throw new Interrupted("the notebooks");
    return code;
  } finally {
    process.removeListener("SIGINT", stop);
    process.removeListener("exit", stop);
  }
}
