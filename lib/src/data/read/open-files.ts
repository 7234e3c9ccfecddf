import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";

/**
 * Make sure that so many more files can be opened, before work is begun that ends the process where they cannot.
 *
 * @param what needs them, for the message: "Reading data"
 * @throws Error a sentence with the remedy, when the system allows fewer
 */
export function requireOpenFiles(count: number, what: string): void {
  const open: number[] = [];
  try {
    while (open.length < count) open.push(openSync(devNull, "r"));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["EMFILE", "ENFILE"].includes(code)) throw error;
    throw new Error(
      `${what} needs ${count} open files at a time, and only ${open.length} more are allowed here (${code}): allow more (\`ulimit -n 1024\`) and run it again.`,
    );
  } finally {
    for (const handle of open) closeSync(handle);
  }
}
