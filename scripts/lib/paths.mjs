import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The Python environment with JupyterLab. */
export const venv = join(root, ".venv");

export const venvPython =
  process.platform === "win32" ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");

/** Where the set-up notes what it finished. */
export const setupFolder = join(root, ".setup");

/** The list of all that a stage installed, each file with size, time and checksum. */
export const installed = (stage) => join(setupFolder, `${stage}.json`);

/** The native engine, outside node_modules so that `npm ci` leaves it. */
export const nativeFolder = join(root, ".native");

/** Folder that Jupyter searches for our kernelspec and settings. */
export const jupyterData = join(venv, "share", "jupyter");
