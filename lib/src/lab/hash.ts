import { createHash } from "node:crypto";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** JSON with keys in order, so that equal configurations have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry) =>
    entry !== null && typeof entry === "object" && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}

/** SHA-256 of a text or of bytes, in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA-256 of a file's content, in hex, read as a stream. */
export async function sha256File(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}

let cachedCode: string | undefined;

/**
 * A hash of the steps' own code (everything but `charts` and `lab`): part of every stage's hash, so that a
 * result computed by other code is never taken for this code's.
 */
export function codeHash(): string {
  if (cachedCode === undefined) {
    const root = resolve(__dirname, "..");
    const hash = createHash("sha256");
    const visit = (folder: string): void => {
      for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (folder !== root || !["charts", "lab"].includes(entry.name)) visit(path);
        } else if (/(?<!\.d)\.(js|ts|wasm)$/.test(entry.name) && !/^(cli|index)\./.test(entry.name)) {
          hash.update(entry.name).update(readFileSync(path));
        }
      }
    };
    visit(root);
    cachedCode = hash.digest("hex").slice(0, 16);
  }
  return cachedCode;
}
