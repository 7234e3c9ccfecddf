import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import pRetry, { AbortError } from "p-retry";
import { failing } from "../../base/disk";
import { ask, mirrored, Refused, STALL_MS, Unavailable } from "./http";
import { beginPart, continues, dropPart, type Part, rangeOf, readPart } from "./part";

/** How patient a download is; tests are less. */
export interface Patience {
  /** Milliseconds of silence after which a connection counts as dead. */
  stallMs?: number;
  /** Tries after the first without any progress. */
  retries?: number;
  /** First wait between two tries in milliseconds; each later one is twice as long, up to half a minute. */
  backoffMs?: number;
}

/** Bytes that make a broken connection worth another set of tries. */
const PROGRESS = 1 << 20;
/** The longest Retry-After that is waited for. */
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * Bring one file to `path`, from where an earlier try ended if the host still has that version of it. On any failure what
 * came is kept at `path`, for the next try.
 *
 * @param urls addresses of the same file, tried in turn where one does not give it
 * @param onBytes is told the bytes on disk and, where the host stated it, the size of the whole
 * @returns whether it was pieced together from more than one answer
 * @throws Error when no address gives the file; InputError or DiskError when it cannot be written
 */
export async function download(
  urls: readonly string[],
  path: string,
  patience: Patience,
  signal: AbortSignal,
  onBytes: (bytes: number, total?: number) => void,
): Promise<boolean> {
  const refusals: string[] = [];
  for (const url of urls.map(mirrored)) {
    try {
      return await fromOne(url, path, patience, signal, onBytes);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refusals.push(error.message);
    }
  }
  throw new Error(
    `${refusals.join("; ")}. Nothing else is known to hold this file: look at its home page, or name a mirror by MSAE_DATA_MIRROR.`,
  );
}

/** As many sets of tries as bring something. */
async function fromOne(
  url: string,
  path: string,
  { stallMs = STALL_MS, retries = 5, backoffMs = 1000 }: Patience,
  signal: AbortSignal,
  onBytes: (bytes: number, total?: number) => void,
): Promise<boolean> {
  let furthest = readPart(path).size;
  const attempt = async (): Promise<"whole" | "pieced" | "more"> => {
    try {
      return await oneTry(url, path, stallMs, signal, onBytes);
    } catch (error) {
      if (signal.aborted || !(error instanceof Unavailable)) throw new AbortError(error as Error);
      const { size } = readPart(path);
      if (size < furthest + PROGRESS) throw error;
      furthest = size;
      return "more";
    }
  };
  const options = {
    retries,
    minTimeout: backoffMs,
    maxTimeout: 30_000,
    randomize: true,
    unref: true,
    onFailedAttempt: async (error: Error & { waitMs?: number; retriesLeft: number }) => {
      const { waitMs = 0 } = error;
      if (waitMs > LONGEST_WAIT_MS)
        throw new Error(
          `${error.message} and asks to come back in ${Math.ceil(waitMs / 60_000)} minutes: run it again then.`,
        );
      if (error.retriesLeft > 0) await sleep(waitMs, undefined, { signal });
    },
  };
  try {
    for (;;) {
      const came = await pRetry(attempt, options);
      if (came !== "more") return came === "pieced";
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new Error(
      `${error.message}, ${retries + 1} times; ${readPart(path).size} bytes are kept, and running it again goes on from there.`,
    );
  }
}

async function oneTry(
  url: string,
  path: string,
  stallMs: number,
  signal: AbortSignal,
  onBytes: (bytes: number, total?: number) => void,
): Promise<"whole" | "pieced"> {
  const earlier = readPart(path);
  const known = earlier.url === url && earlier.size > 0 ? earlier : undefined;
  const headers = known ? { range: `bytes=${known.size}-`, "if-range": known.version! } : undefined;
  const { answer, close } = await ask(url, { headers, stallMs, signal });
  try {
    if (answer.statusCode === 416) {
      if (known && rangeOf(answer).total === known.size) return "pieced";
      dropPart(path);
      throw new Unavailable(`${url} does not hold the range that was asked for`);
    }
    if (answer.statusCode === 206 && !(known && continues(known, answer))) {
      dropPart(path);
      throw new Unavailable(`${url} changed while it was fetched`);
    }
    const part = answer.statusCode === 206 && known ? known : savingDownload(path, () => beginPart(path, url, answer));
    await store(part, answer.body, url, onBytes);
    return part === known ? "pieced" : "whole";
  } finally {
    answer.body.destroy();
    await close();
  }
}

/** Append what comes; the length that the host stated must be met. */
async function store(
  part: Part,
  body: AsyncIterable<Uint8Array>,
  url: string,
  onBytes: (bytes: number, total?: number) => void,
): Promise<void> {
  const handle = await savingDownload(part.path, () => open(part.path, "a"));
  let bytes = part.size;
  onBytes(bytes, part.total);
  try {
    for await (const chunk of arriving(body, url, () => `${bytes} of ${part.total ?? "an unstated number of"} bytes`)) {
      await savingDownload(part.path, () => handle.appendFile(chunk));
      bytes += chunk.length;
      onBytes(bytes, part.total);
    }
    await savingDownload(part.path, () => handle.sync());
  } finally {
    await handle.close();
  }
  if (part.total !== undefined && bytes !== part.total)
    throw new Unavailable(`${url} ended after ${bytes} of ${part.total} bytes`);
}

/** The body's chunks; a connection that breaks or falls silent is named as such. */
async function* arriving(body: AsyncIterable<Uint8Array>, url: string, far: () => string): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error: NodeJS.ErrnoException) => {
        if (error.name === "AbortError") throw error;
        const what = error.code === "UND_ERR_BODY_TIMEOUT" ? "fell silent" : "broke off";
        throw new Unavailable(`${url} ${what} after ${far()}`);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

/** Do something on disk, at once or asynchronous; what stands in the way is said in one sentence, with what to do. */
export function savingDownload<T>(path: string, work: () => T): T {
  return failing(work, (reason, { code = "" }) => {
    const full = code === "ENOSPC" || code === "EDQUOT";
    const remedy = full ? "free some space and run it again, which goes on from there" : "choose another --dir";
    return `${path} cannot be written: ${reason}; ${remedy}.`;
  });
}
