import OpenAI, { APIConnectionTimeoutError, APIError, APIUserAbortError } from "openai";
import type { ChatCompletion, ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import { getProxyForUrl } from "proxy-from-env";
import { InputError } from "../../base/errors";
import { shown } from "../../base/quote";
import { retryAfter } from "../../data/fetch/http";
import { connectionFailure, meaning, Unreached } from "./failures";
import type { Asked } from "./request";
import { withoutSecrets } from "./secrets";

/** Bytes of an answer at most; a label has some thousand. */
const LARGEST_ANSWER = 4 << 20;

/** A server of OpenAI's protocol, asked once: no retries here. */
export interface ModelServer extends Asked {
  /**
   * @param signal ends the request, headers and body alike
   * @throws RunStopped, Unreached or NotTaken
   */
  complete(body: ChatCompletionCreateParamsNonStreaming, signal: AbortSignal): Promise<ChatCompletion>;
}

/** Where the server is and what opens it, from the environment; the key goes to the SDK and nowhere else. */
export interface Access {
  baseURL: string;
  apiKey: string;
}

const OPENAI = "https://api.openai.com/v1";

/** Names of this machine. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** A local server takes any key. */
const NO_KEY = "none";

/**
 * The access that OPENAI_BASE_URL and OPENAI_API_KEY give.
 *
 * @throws InputError where there is none; it repeats no value, which may be a secret
 */
export function accessFrom(environment: NodeJS.ProcessEnv = process.env): Access {
  const { href } = addressFrom(environment);
  const apiKey = environment.OPENAI_API_KEY?.trim() ?? "";
  if (!/^[\x21-\x7e]*$/.test(apiKey))
    throw new InputError("OPENAI_API_KEY has a space or another character that no key has: copy it again.");
  if (apiKey === "" && href === OPENAI)
    throw new InputError(
      "Labels by a language model need OPENAI_API_KEY, or OPENAI_BASE_URL of a local server: set one of them, or leave --model out for labels without a model.",
    );
  return { baseURL: href, apiKey: apiKey || NO_KEY };
}

/** The name of the host that the environment names, for which no key is needed. @throws InputError as {@link accessFrom} */
export const hostFrom = (environment: NodeJS.ProcessEnv = process.env): string => addressFrom(environment).hostname;

function addressFrom(environment: NodeJS.ProcessEnv): URL {
  const example = "give one such as http://127.0.0.1:8000/v1.";
  let url: URL;
  try {
    url = new URL(environment.OPENAI_BASE_URL?.trim() || OPENAI);
  } catch {
    throw new InputError(`OPENAI_BASE_URL is no address: ${example}`);
  }
  if (!/^https?:$/.test(url.protocol)) throw new InputError(`OPENAI_BASE_URL is no http or https address: ${example}`);
  if (url.username !== "" || url.password !== "")
    throw new InputError("OPENAI_BASE_URL has a user's name or password in it: take it out, and set OPENAI_API_KEY.");
  return url;
}

/** Open a server. Nothing is sent before it is asked. */
export async function openServer(model: string, { baseURL, apiKey }: Access): Promise<ModelServer> {
  // Loaded when it is needed: it compiles WebAssembly at once.
  const { Agent, ProxyAgent, fetch } = await import("undici");
  const host = new URL(baseURL).hostname;
  // A server on this machine is reached without one, whatever the environment forgot to except.
  const proxy = LOOPBACK.test(host) ? "" : getProxyForUrl(baseURL);
  // The caller's signal is the only limit of time: a local model may think for longer than a library's limits.
  const limits = { headersTimeout: 0, bodyTimeout: 0, maxResponseSize: LARGEST_ANSWER };
  const dispatcher = proxy ? new ProxyAgent({ uri: proxy, proxyTunnel: false, ...limits }) : new Agent(limits);
  const client = new OpenAI({
    baseURL,
    apiKey,
    adminAPIKey: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: "off",
    timeout: 2 ** 31 - 1,
    fetch: fetch as unknown as typeof globalThis.fetch,
    fetchOptions: { dispatcher } as object,
  });
  return {
    model,
    host,
    complete: (body, signal) =>
      client.chat.completions.create(body, { signal }).then(undefined, (error: unknown) => {
        throw explained(error, { model, host }, signal);
      }),
  };
}

/** An SDK's error as one of ours: its own may hold headers, and is not passed on. */
function explained(error: unknown, asked: Asked, signal: AbortSignal): Error {
  const { host } = asked;
  if (signal.aborted || error instanceof APIUserAbortError || error instanceof APIConnectionTimeoutError)
    return new Unreached(`${host} did not answer in time`, "late");
  if (error instanceof APIError && error.status !== undefined) {
    const { status, code, type, param, headers } = error as APIError<number, Headers>;
    return meaning(
      {
        status,
        codes: `${code ?? ""} ${type ?? ""}`,
        field: String(param ?? ""),
        words: shown(withoutSecrets(wordsOf(error))),
        waitMs: waitOf(headers),
      },
      asked,
    );
  }
  const code = codeOf(error);
  if (code !== undefined) return connectionFailure(code, host);
  return new Unreached(`${host} sent an answer that is broken off or no JSON`, "broken");
}

/** The server's own words, without the status that the SDK puts before them. */
const wordsOf = ({ message }: Error): string => message.replace(/^\d{3} /, "").replace(/^status code \(no body\)$/, "");

function waitOf(headers: Headers | undefined): number {
  const milliseconds = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  return milliseconds >= 0 ? milliseconds : retryAfter(headers?.get("retry-after") ?? undefined);
}

/** The system's code of an error, or of what caused it. */
function codeOf(error: unknown): string | undefined {
  for (let index: unknown = error, depth = 0; index instanceof Error && depth < 5; index = index.cause, depth++) {
    const { code } = index as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
  }
  return undefined;
}
