import { zodResponseFormat } from "openai/helpers/zod";
import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import { shown } from "../../base/quote";
import { type Budget, estimatedTokens, type Tokens } from "./budget";
import { FORMATS, type Format, type ReplyCache } from "./cache";
import type { ModelServer } from "./client";
import { NotTaken, RunStopped, Unreached } from "./failures";
import { judged, type Reply, readText, replyOf } from "./reply";
import { type ModelRequest, REQUEST_SEED, requestKey, TEMPERATURE, userMessage } from "./request";
import type { Tries } from "./tries";

/** What came of a request. */
export type Answer<T> =
  | { value: T; format: Format; repaired: boolean; fromCache: boolean }
  /** `asked`: false where the run was stopped before its turn. */
  | { failed: string; asked: boolean };

/** Who answers requests. */
export interface Asker {
  /** @throws what ends the whole run at once: an interrupt, a disk that is full */
  ask<T>(request: ModelRequest<T>): Promise<Answer<T>>;
}

/** What a server takes; learned from what it refuses. */
export interface Dialect {
  format: Format;
  seed: boolean;
  temperature: boolean;
  limit: "max_tokens" | "max_completion_tokens" | "none";
  /** Whether the model thinks before it replies, within the same limit. */
  thinks: boolean;
}

const FULL: Readonly<Dialect> = {
  ...{ format: "json_schema", seed: true, temperature: true },
  ...{ limit: "max_tokens", thinks: false },
};

/** How many times as many tokens a model may use that thinks before it replies. */
const THINKING = 8;

/** Characters of a wrong reply that are sent back. */
const SENT_BACK = 4000;

/** The messages of a request. */
export const messagesOf = (request: ModelRequest<unknown>): ChatCompletionMessageParam[] => [
  { role: "system", content: request.system },
  { role: "user", content: userMessage(request) },
];

/** What is sent. */
export function bodyOf(
  model: string,
  request: ModelRequest<unknown>,
  messages: ChatCompletionMessageParam[] = messagesOf(request),
  dialect: Readonly<Dialect> = FULL,
): ChatCompletionCreateParamsNonStreaming {
  const { format, seed, temperature, limit, thinks } = dialect;
  const most = request.maxTokens * (thinks ? THINKING : 1);
  const schema = zodResponseFormat(request.schema, request.form);
  const formats: Record<Format, object> = {
    json_schema: { response_format: schema },
    // As llama.cpp and its kin have it.
    json_object_schema: { response_format: { type: "json_object", schema: schema.json_schema.schema } },
    json_object: { response_format: { type: "json_object" } },
    text: {},
  };
  return {
    model,
    messages,
    ...(temperature ? { temperature: TEMPERATURE } : {}),
    ...(seed ? { seed: REQUEST_SEED } : {}),
    ...(limit === "none" ? {} : { [limit]: most }),
    ...formats[format],
  };
}

/** The dialect to try where a server did not take a field; undefined where there is none left. */
function adapted(dialect: Readonly<Dialect>, field: string): Dialect | undefined {
  if (field === "seed" && dialect.seed) return { ...dialect, seed: false };
  if (field === "temperature" && dialect.temperature) return { ...dialect, temperature: false };
  if (field.startsWith("max_")) {
    // Models that know the newer name alone are those that think.
    if (dialect.limit === "max_tokens") return { ...dialect, limit: "max_completion_tokens", thinks: true };
    if (dialect.limit === "max_completion_tokens") return { ...dialect, limit: "none" };
  }
  const format = FORMATS[FORMATS.indexOf(dialect.format) + 1];
  return format && { ...dialect, format };
}

/**
 * Ask a server: what is in the cache is not asked for again; a form of reply that the server does not take is replaced by a plainer one;
 * a reply that is wrong is sent back once with what is wrong; a good one is kept.
 */
export function openAsker(parts: { server: ModelServer; cache: ReplyCache; budget: Budget; tries: Tries }): Asker {
  const { server, cache, budget, tries } = parts;
  const { model, host } = server;
  let known: Readonly<Dialect> = FULL;

  const once = async (
    body: ChatCompletionCreateParamsNonStreaming,
    most: Tokens,
    signal: AbortSignal,
  ): Promise<Reply> => {
    const settle = await budget.reserve(most);
    let used: Tokens | undefined;
    try {
      // Its time went by while the budget was waited for.
      if (signal.aborted) throw new Unreached(`${host} was not asked in time`, "busy");
      const reply = replyOf(await server.complete(body, signal));
      used = reply?.usage ?? { input: most.input, output: estimatedTokens(reply?.text ?? "") };
      if (reply === undefined) throw new Unreached(`${host} sent an answer without a reply in it`, "broken");
      return reply;
    } catch (error) {
      // It may have worked on it, and charge for it.
      if (error instanceof Unreached && (error.kind === "late" || error.kind === "broken")) used ??= most;
      throw error;
    } finally {
      settle(used);
    }
  };

  const send = async (
    request: ModelRequest<unknown>,
    messages: ChatCompletionMessageParam[],
  ): Promise<{ reply: Reply; format: Format }> => {
    let first: NotTaken | undefined;
    const start = known;
    for (let dialect = start; ; ) {
      const body = bodyOf(model, request, messages, dialect);
      const output = body.max_tokens ?? body.max_completion_tokens ?? THINKING * request.maxTokens;
      const most = { input: estimatedTokens(JSON.stringify(body)), output };
      try {
        const reply = await tries.run(request.about, (signal) => once(body, most, signal));
        // Only what has helped is remembered: not every refusal is about the form.
        if (dialect !== start) known = { ...dialect, thinks: dialect.thinks || known.thinks };
        return { reply, format: dialect.format };
      } catch (error) {
        const next = error instanceof NotTaken ? adapted(dialect, error.field) : undefined;
        first ??= error instanceof NotTaken ? error : undefined;
        if (next === undefined) throw error instanceof NotTaken ? first : error;
        dialect = next;
      }
    }
  };

  const live = async <T>(request: ModelRequest<T>, key: string): Promise<Answer<T>> => {
    const messages = messagesOf(request);
    let { reply, format } = await send(request, messages);
    if (stillThinking(reply) && !known.thinks) {
      known = { ...known, thinks: true };
      ({ reply, format } = await send(request, messages));
    }
    let verdict = judged(request, reply);
    const repaired = "wrong" in verdict;
    if ("wrong" in verdict) {
      const again = `Your reply cannot be used: ${verdict.wrong}. Reply again with the JSON object alone, in the form that was asked for.`;
      ({ reply, format } = await send(request, [
        ...messages,
        { role: "assistant", content: reply.text.slice(0, SENT_BACK) || "(nothing)" },
        { role: "user", content: again },
      ]));
      verdict = judged(request, reply);
    }
    if ("refused" in verdict) return { failed: shown(verdict.refused), asked: true };
    if ("wrong" in verdict) return { failed: `two replies could not be used: ${shown(verdict.wrong)}`, asked: true };
    const { text, usage } = reply;
    const asked = userMessage(request);
    const { task, about } = request;
    cache.write(key, { model, host, task, about, format, repaired, ...(usage ? { usage } : {}), asked, text });
    return { value: verdict.value, format, repaired, fromCache: false };
  };

  return {
    async ask(request) {
      const key = requestKey(server, request);
      const kept = keptAnswer(cache, key, request);
      if (kept) return kept;
      try {
        return await live(request, key);
      } catch (error) {
        if (error instanceof RunStopped) return { failed: "not asked, since the run was stopped", asked: false };
        if (error instanceof Unreached || error instanceof NotTaken) return { failed: error.message, asked: true };
        throw error;
      }
    },
  };
}

/** Whether a model's tokens were used up before its reply began. */
const stillThinking = ({ finish, text }: Reply): boolean =>
  finish === "length" && (text.trim() === "" || /^\s*<think>(?![\s\S]*<\/think>)/.test(text));

/** The answer that the cache has; undefined where it has none that can be used. */
export function keptAnswer<T>(cache: ReplyCache, key: string, request: ModelRequest<T>): Answer<T> | undefined {
  const kept = cache.read(key);
  const verdict = kept && readText(request, kept.text);
  if (!kept || !verdict || !("value" in verdict)) return undefined;
  return { value: verdict.value, format: kept.format, repaired: kept.repaired, fromCache: true };
}
