// Writes what is made of the settings' schemas: the page docs/settings.md, and the names that a cell completes.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./lib/paths.mjs";

const { settingsPage, settingsSource } = createRequire(import.meta.url)("../lib/dist/lab/settings/texts.js");
for (const [file, text] of [
  ["docs/settings.md", settingsPage()],
  ["lib/src/lab/settings/values.ts", settingsSource()],
]) {
  writeFileSync(join(root, file), text);
  console.log(`written: ${file}`);
}
