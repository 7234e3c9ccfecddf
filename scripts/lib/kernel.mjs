import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { jupyterData, root } from "./paths.mjs";

/** Written in the notebooks' metadata, so Lab opens them without asking. */
export const KERNEL = "tslab";

/** JupyterLab's settings of this project; whatever the user sets in Lab goes before them. */
const OVERRIDES = {
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
};

/**
 * Our kernelspec and Lab settings inside `.venv`, so that nothing of the user's own Jupyter is touched.
 * They are compared and rewritten on every start: the paths in them change with the folder and with Node.
 *
 * @returns how many of the two files had to be written
 */
export function writeKernel() {
  const kernelspec = {
    argv: [
      process.execPath,
      "--max-old-space-size=4096",
      ...["--require", join(root, "lib", "bin", "end-with-parent.cjs")],
      join(root, "node_modules", "tslab", "bin", "tslab"),
      "kernel",
      "--config-path",
      "{connection_file}",
    ],
    display_name: "TypeScript (MSAE Lab)",
    language: "typescript",
    interrupt_mode: "signal",
  };
  const files = {
    [join(jupyterData, "kernels", KERNEL, "kernel.json")]: kernelspec,
    [join(jupyterData, "lab", "settings", "overrides.json")]: OVERRIDES,
  };
  // ipykernel brings its own: it would go before the Python of another Jupyter that is pointed here, and nothing uses it.
  rmSync(join(jupyterData, "kernels", "python3"), { recursive: true, force: true });
  return Object.entries(files).filter(([file, content]) => writeIfOther(file, content)).length;
}

function writeIfOther(file, content) {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  try {
    if (readFileSync(file, "utf8") === text) return false;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return true;
}
