import { keptAnswer } from "./ask";
import { estimatedTokens, type Tokens } from "./budget";
import type { ReplyCache } from "./cache";
import { type Asked, type ModelRequest, requestKey, userMessage } from "./request";

/** What a run would send, and what that takes. */
export interface Estimate {
  /** Questions in all. */
  questions: number;
  /** Of these, answered in the cache. */
  fromCache: number;
  /** Requests to send: the others, if no reply has to be mended. */
  requests: number;
  /** Tokens that they take, estimated from their bytes and from what replies usually have. */
  tokens: Tokens;
  /** Tokens of replies if each is as long as it may be. */
  mostOutput: number;
}

/** Tokens that wrap a message. */
const AROUND = 8;

/** Estimate a run without sending anything. @param more tokens of each request that are not known yet: labels in use */
export function estimate(
  requests: readonly ModelRequest<unknown>[],
  asked: Asked,
  cache: ReplyCache,
  more: (at: number) => number = () => 0,
): Estimate {
  const sum: Estimate = {
    questions: requests.length,
    fromCache: 0,
    requests: 0,
    tokens: { input: 0, output: 0 },
    mostOutput: 0,
  };
  requests.forEach((request, at) => {
    if (keptAnswer(cache, requestKey(asked, request), request)) {
      sum.fromCache++;
      return;
    }
    sum.requests++;
    sum.tokens.input += estimatedTokens(request.system) + estimatedTokens(userMessage(request)) + 2 * AROUND + more(at);
    sum.tokens.output += request.typicalTokens;
    sum.mostOutput += request.maxTokens;
  });
  return sum;
}
