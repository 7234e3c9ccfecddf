import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PAGE_MARK } from "../lab/own-files";
import type { Packed } from "./pack";

/** The page's script and styles, made by the build. */
function asset(name: string): string {
  // The sources run what was built, as they do with kernels.
  const built = join(__dirname, "client", name);
  const file = existsSync(built) ? built : join(__dirname, "..", "..", "dist", "explore", "client", name);
  return readFileSync(file, "utf8");
}

/**
 * A page that holds its data, script and styles, and loads nothing: its policy forbids any address, and any script or style but these.
 * Whatever the data say stands in it as JSON without "<", or compressed in base64.
 */
export function pageOf({ head, blocks }: Packed): string {
  const [script, style] = [asset("main.js"), asset("style.css")];
  for (const [name, text] of Object.entries({ script, style }))
    if (new RegExp(`</${name}`, "i").test(text))
      throw new Error(`The page's ${name} would end itself: it holds "</${name}".`);
  const policy = `default-src 'none'; script-src '${digest(script)}'; style-src '${digest(style)}'; base-uri 'none'; form-action 'none'`;
  const data = [...blocks].map(([name, text]) => `<script type="text/plain" id="${name}">${text}</script>`);
  return `${PAGE_MARK}<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Latents · MSAE Lab</title>
<style>${style}</style>
</head>
<body>
<noscript>This page needs JavaScript, which is in it: nothing is loaded.</noscript>
<div id="app"></div>
<script type="application/json" id="head">${embedded(head)}</script>
${data.join("\n")}
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that ends no script block and begins no comment in one. */
export const embedded = (value: unknown): string => JSON.stringify(value).replace(/</g, "\\u003c");

const digest = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;
