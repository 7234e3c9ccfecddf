import { getProxyForUrl } from "proxy-from-env";
import type { Dispatcher } from "undici";

/** What a host answered, with the body still to be read. */
export type Answer = Dispatcher.ResponseData;

/** Silence after which a connection counts as dead, unless a caller knows better. */
export const STALL_MS = 60_000;

/** An answer that another try may better. */
export class Unavailable extends Error {
  override readonly name: string = "Unavailable";
  constructor(
    message: string,
    /** Milliseconds that the host asked to wait (Retry-After). */
    readonly waitMs = 0,
  ) {
    super(message);
  }
}

/** This address will not give the file, whatever the number of tries. */
export class Refused extends Error {
  override readonly name: string = "Refused";
}

/**
 * Where an address is really fetched from. With MSAE_DATA_MIRROR=https://mirror.example/cache, https://HOST/PATH is looked
 * for at https://mirror.example/cache/HOST/PATH.
 */
export function mirrored(url: string): string {
  const mirror = process.env.MSAE_DATA_MIRROR;
  return mirror ? url.replace(/^https?:\//, mirror.replace(/\/+$/, "")) : url;
}

/**
 * Ask a host. Proxy variables are honoured: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, in either case.
 *
 * @throws Refused for an answer that another try cannot better; Unavailable for one that it may
 */
export async function ask(
  url: string,
  options: { method?: "GET" | "HEAD"; headers?: Record<string, string>; stallMs?: number; signal?: AbortSignal },
): Promise<{ answer: Answer; close: () => Promise<void> }> {
  const { method = "GET", stallMs = STALL_MS, signal } = options;
  // Loaded when it is needed: it compiles WebAssembly at once, which ends the process where the address space is limited.
  const { Agent, ProxyAgent, request } = await import("undici");
  const proxy = getProxyForUrl(url);
  const limits = { headersTimeout: stallMs, bodyTimeout: stallMs, connect: { timeout: stallMs } };
  const agent = proxy ? new ProxyAgent({ uri: proxy, proxyTunnel: false, ...limits }) : new Agent(limits);
  const close = (): Promise<void> => agent.destroy();
  try {
    // A file is wanted as it lies there: a compressed transfer would have neither its length nor its ranges.
    const headers = { "user-agent": "msae-lab", "accept-encoding": "identity", ...options.headers };
    const answer = await request(url, { method, headers, signal, dispatcher: agent, maxRedirections: 5 });
    // A connection may break before anybody reads; the reader is told then, and without a listener the process would end.
    answer.body.on("error", () => undefined);
    if (![200, 206, 416].includes(answer.statusCode)) {
      answer.body.destroy();
      throw failure(url, answer);
    }
    return { answer, close };
  } catch (error) {
    await close();
    throw explained(url, error);
  }
}

function failure(url: string, { statusCode, headers }: Answer): Error {
  const message = `${url} was answered with HTTP ${statusCode}`;
  const passing = statusCode >= 500 || [408, 425, 429].includes(statusCode);
  return passing ? new Unavailable(message, retryAfter(headers["retry-after"])) : new Refused(message);
}

/** Milliseconds of a Retry-After header, given in seconds or as a date; 0 where there is none. */
export function retryAfter(header: string | string[] | undefined, now: number = Date.now()): number {
  const text = String(header ?? "").trim();
  if (text === "") return 0;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : 0;
}

/** A connection's error with the address in it; a certificate that does not hold is final. */
function explained(url: string, error: unknown): Error {
  if (error instanceof Unavailable || error instanceof Refused) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return new Refused(`${url}: the host's certificate is not valid (${code})`);
  if (code === "UND_ERR_INVALID_ARG") return new Refused(`${url} is no address that can be fetched (${message})`);
  if ((error as Error).name === "AbortError") return error as Error;
  return new Unavailable(`${url} was not reached (${code || message})`);
}

/** Size of a file in bytes, if the host states it. */
export async function statedSize(url: string, stallMs?: number, signal?: AbortSignal): Promise<number | undefined> {
  try {
    const { answer, close } = await ask(url, { method: "HEAD", stallMs, signal });
    const length = Number(answer.headers["content-length"]);
    await close();
    return Number.isSafeInteger(length) && length > 0 ? length : undefined;
  } catch {
    return undefined;
  }
}
