import { inflateSync } from "node:zlib";
import { unpackedDetails, unpackedItems } from "../../lib/src/explore/unpack";

/** Addresses that a browser would fetch by itself, and calls that fetch. */
export const FETCHED =
  /(?:<(?:script|link|img|iframe|source|image|use|object|embed)\b[^>]*?(?:src|href|data)\s*=\s*)|url\(|@import\s|import\(|\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon/gi;

/** What the blocks of a page say when they are unpacked, by their names, details and items as the page's script reads them. */
export function unpackedBlocks(page: string): Record<string, unknown> {
  const found = page.matchAll(/<script type="text\/plain" id="([^"]+)">([A-Za-z0-9+/=]*)<\/script>/g);
  return Object.fromEntries(
    Array.from(found, ([, name, text]) => {
      const packed = JSON.parse(inflateSync(Buffer.from(text, "base64")).toString("utf8"));
      if (name.startsWith("details-")) return [name, unpackedDetails(packed)];
      return [name, name.startsWith("items-") ? unpackedItems(packed) : packed];
    }),
  );
}
