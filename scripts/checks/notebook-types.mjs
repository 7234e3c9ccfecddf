import { join } from "node:path";
import { root } from "../lib/paths.mjs";
import { readNotebook } from "./notebook-cells.mjs";
import { report, since, total } from "./tally.mjs";

/** The strict type check of every notebook's cells: one test a notebook. */
export async function checkNotebookTypes(files) {
  if (files.length === 0) return total([]);
  const started = performance.now();
  const notebooks = files.map(readNotebook);
  const faults = await typeFaults(notebooks);
  const seconds = since(started) / files.length;
  return total(
    notebooks.map(({ file }, i) => report(faults[i].length === 0, `types of ${file}`, seconds, faults[i].join("\n"))),
  );
}

/**
 * Type-check notebooks, each as one strict module made of its code cells: what one cell declares the later ones see,
 * and a name declared twice is an error (tslab would allow it, but then the notebook reads differently each way).
 *
 * @param notebooks `{ file, cells }[]`; `file` is a path from the project's folder and says where imports are looked up
 * @returns for each notebook its errors as "cell [2], line 3: …"
 */
export async function typeFaults(notebooks) {
  // The kernel's own compiler: what another one infers is no help in a cell.
  const { default: ts } = await import("@tslab/typescript-for-tslab");
  const modules = new Map(notebooks.map((notebook) => [join(root, `${notebook.file}.ts`), moduleOf(notebook.cells)]));
  const options = {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
  };
  const program = ts.createProgram([...modules.keys()], options, hostOf(ts, options, modules));
  return [...modules].map(([name, module]) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(name))
      .filter((fault) => fault.file?.fileName === name)
      .map((fault) => describe(ts, fault, module)),
  );
}

/** The cells one after the other, and the first line (from 0) that each of them has in the text. */
function moduleOf(cells) {
  const starts = [];
  let line = 0;
  for (const { source } of cells) {
    starts.push(line);
    line += source.split("\n").length;
  }
  return { text: cells.map(({ source }) => source).join("\n"), starts, cells };
}

/** A compiler host that finds the notebooks' modules in memory and everything else on the disk. */
function hostOf(ts, options, modules) {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => modules.has(name) || fileExists(name);
  host.readFile = (name) => modules.get(name)?.text ?? readFile(name);
  host.getSourceFile = (name, language, ...rest) =>
    modules.has(name)
      ? ts.createSourceFile(name, modules.get(name).text, language)
      : getSourceFile(name, language, ...rest);
  return host;
}

function describe(ts, fault, { starts, cells }) {
  const { line } = fault.file.getLineAndCharacterOfPosition(fault.start);
  const at = starts.findLastIndex((start) => start <= line);
  const message = ts.flattenDiagnosticMessageText(fault.messageText, "\n  ");
  return `cell [${cells[at].number}], line ${line - starts[at] + 1}: ${message} (TS${fault.code})`;
}
