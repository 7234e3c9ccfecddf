import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { shown } from "../../base/quote";
import { bodyOf } from "./ask";
import type { ReplyCache } from "./cache";
import { judged, replyOf } from "./reply";
import { type Asked, type ModelRequest, requestKey, userMessage } from "./request";

/** What a file of the Batch API holds: requests to upload, or the results that came back. */
export type BatchKind = "requests" | "results";

/** A request as the Batch API reads it, a line each. `custom_id` is the key of the cache. */
export function batchLine(asked: Asked, request: ModelRequest<unknown>): string {
  const line = {
    custom_id: requestKey(asked, request),
    method: "POST",
    url: "/v1/chat/completions",
    body: bodyOf(asked.model, request),
  };
  return `${JSON.stringify(line)}\n`;
}

/**
 * What a file is by its first line; undefined where there is no file.
 *
 * @throws InputError for a file of another kind
 */
export async function batchKind(file: string): Promise<BatchKind | undefined> {
  if (!existsSync(file)) return undefined;
  for await (const { value } of linesOf(file)) {
    const { method, response, error } = Object(value) as Record<string, unknown>;
    if (response !== undefined || error !== undefined) return "results";
    if (method !== undefined) return "requests";
    break;
  }
  throw new InputError(
    `${shown(file)} is no file of the Batch API: name one that does not exist, for the requests, or the results that you fetched.`,
  );
}

/** What came of a file of results. */
export interface BatchResults {
  /** Replies that were good, and are in the cache now. */
  read: number;
  /** Replies and errors that are of no use, each in a sentence. */
  failed: string[];
  /** Lines that answer none of the questions: of another run, model or host. */
  unknown: number;
}

const RESULT = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
  error: z.object({ message: z.string().nullish(), code: z.string().nullish() }).nullish(),
});

/**
 * Read results into the cache: each is held to what a reply that comes at once is held to.
 *
 * @param requests the questions that the cache has no answer to
 */
export async function readBatch(
  file: string,
  asked: Asked,
  requests: readonly ModelRequest<unknown>[],
  cache: ReplyCache,
): Promise<BatchResults> {
  const byKey = new Map(requests.map((request) => [requestKey(asked, request), request]));
  const results: BatchResults = { read: 0, failed: [], unknown: 0 };
  for await (const { value, line } of linesOf(file)) {
    const { data } = RESULT.safeParse(value);
    if (!data) {
      results.failed.push(`line ${line} is no result of a batch`);
      continue;
    }
    const request = byKey.get(data.custom_id);
    if (request === undefined) {
      if (cache.read(data.custom_id) === undefined) results.unknown++;
      continue;
    }
    const reason = keep(request, data);
    if (reason === undefined) results.read++;
    else results.failed.push(`line ${line}, ${request.about}: ${reason}`);
  }
  return results;

  /** @returns why a result is of no use */
  function keep(
    request: ModelRequest<unknown>,
    { custom_id, response, error }: z.infer<typeof RESULT>,
  ): string | undefined {
    if (!response) return shown(error?.message ?? error?.code ?? "no response");
    const { status_code: status, body } = response;
    if (status !== 200) return `HTTP ${status}`;
    const reply = replyOf(body);
    if (reply === undefined) return "no reply in it";
    const verdict = judged(request, reply);
    if ("refused" in verdict) return shown(verdict.refused);
    if ("wrong" in verdict) return `the reply cannot be used: ${shown(verdict.wrong)}`;
    const { usage, text } = reply;
    const { task, about } = request;
    cache.write(custom_id, {
      ...{ ...asked, task, about, format: "json_schema", repaired: false },
      ...(usage ? { usage } : {}),
      ...{ asked: userMessage(request), text },
    });
    return undefined;
  }
}

/** The values of a file of JSON lines; undefined for a line that is no JSON. Empty lines are passed over. */
async function* linesOf(file: string): AsyncGenerator<{ value: unknown; line: number }> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    yield { value, line };
  }
}
