import { type Asker, keptAnswer } from "./ask";
import { estimatedTokens, type Tokens } from "./budget";
import type { ReplyCache } from "./cache";
import { type Asked, type ModelRequest, requestKey, USED_LABELS, userMessage } from "./request";

/** Answers from the cache alone; what it lacks is collected, for an estimate or for a batch, and nothing is sent. */
export interface Collector extends Asker {
  /** Requests that the cache has no answer to, each once, in the order asked. */
  missing: ModelRequest<unknown>[];
  /** Questions that the cache answered. */
  fromCache: number;
}

/** Open a collector. */
export function openCollector(asked: Asked, cache: ReplyCache): Collector {
  const keys = new Set<string>();
  const collector: Collector = {
    missing: [],
    fromCache: 0,
    async ask(request) {
      const key = requestKey(asked, request);
      const kept = keptAnswer(cache, key, request);
      if (kept) {
        collector.fromCache++;
        return kept;
      }
      if (!keys.has(key)) collector.missing.push(request);
      keys.add(key);
      return { failed: "not answered yet", asked: false };
    },
  };
  return collector;
}

/** What requests would take. */
export interface Estimate {
  requests: number;
  /** Tokens, estimated from bytes, and from what replies usually have. */
  tokens: Tokens;
  /** Tokens of replies if each is as long as it may be. */
  mostOutput: number;
}

/** Tokens that wrap a message. */
const AROUND = 8;

/** Tokens of a broad label. */
const BROAD_LABEL = 6;

/** Estimate requests before they are sent. That each latent is told the labels before it is reckoned in. */
export function estimate(requests: readonly ModelRequest<unknown>[]): Estimate {
  let labels = 0;
  const sum: Estimate = { requests: requests.length, tokens: { input: 0, output: 0 }, mostOutput: 0 };
  for (const request of requests) {
    const told = request.task === "label" ? BROAD_LABEL * Math.min(USED_LABELS, labels++) : 0;
    const text = estimatedTokens(request.system) + estimatedTokens(userMessage(request)) + 2 * AROUND;
    sum.tokens.input += text + told;
    sum.tokens.output += request.typicalTokens;
    sum.mostOutput += request.maxTokens;
  }
  return sum;
}
