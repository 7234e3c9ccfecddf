import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("judge.py", import.meta.url));

/**
 * The reader of `kind` in Python: safetensors, numpy or pyarrow. The Python is `--python`, else MSAE_FUZZ_PYTHON, else python3.
 *
 * @returns `{ python, read(files) }`, or `{ skipped }`, the reason, where that Python lacks the package
 */
export function independentReader(kind, given = process.env.MSAE_FUZZ_PYTHON ?? "python3") {
  const { status, stdout } = spawnSync(given, ["-c", `import ${kind}; print(${kind}.__version__)`], {
    encoding: "utf8",
  });
  if (status !== 0)
    return {
      skipped: `not compared with ${kind}: ${given} does not have it (--python or MSAE_FUZZ_PYTHON names one that does)`,
    };
  return {
    python: `${kind} ${stdout.trim()}`,
    read(files) {
      const parts = files.flatMap((file) => {
        const bytes = Buffer.from(file);
        const length = Buffer.alloc(4);
        length.writeUInt32LE(bytes.length);
        return [length, bytes];
      });
      const judged = spawnSync(given, [PROGRAM, kind], { input: Buffer.concat(parts), maxBuffer: 1 << 30 });
      if (judged.status !== 0)
        throw new Error(`${kind} ended with ${judged.status ?? judged.signal}: ${judged.stderr}`);
      const verdicts = judged.stdout
        .toString("utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      if (verdicts.length !== files.length)
        throw new Error(`${kind} judged ${verdicts.length} of ${files.length} files.`);
      return verdicts;
    },
  };
}
