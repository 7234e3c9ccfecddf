import { RunStopped } from "./failures";
import type { Price } from "./prices";

/** Tokens of requests and of replies. */
export interface Tokens {
  input: number;
  output: number;
}

/** Bytes of UTF-8 that make a token, for estimates: between English prose and JSON. */
const BYTES_PER_TOKEN = 3.5;

/** Tokens of a text, estimated. */
export const estimatedTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

/** Dollars. */
export const costOf = ({ input, output }: Tokens, price: Price): number =>
  (input * price.input + output * price.output) / 1e6;

/** What a run has spent and may spend. */
export interface Budget {
  /** Requests that were sent, whether an answer came or not. */
  requests: number;
  tokens: Tokens;
  /** Dollars; 0 where the model has no price. */
  spent: number;
  /**
   * Set the most that a request can cost aside before it is sent; wait for others to be settled where that alone lacks.
   *
   * @returns what settles it afterwards, by the tokens that were used; none where the server did no work
   * @throws RunStopped where it would go beyond the cap
   */
  reserve(most: Tokens): Promise<(used?: Tokens) => void>;
}

/** @param cap dollars; undefined: no limit */
export function openBudget(price: Price | undefined, cap?: number): Budget {
  const cost = (tokens: Tokens): number => (price === undefined ? 0 : costOf(tokens, price));
  const shares = new Map<symbol, number>();
  let settled: (() => void)[] = [];
  const reserved = (): number => [...shares.values()].reduce((sum, share) => sum + share, 0);
  const budget: Budget = {
    requests: 0,
    tokens: { input: 0, output: 0 },
    spent: 0,
    async reserve(most) {
      const share = cost(most);
      while (cap !== undefined && budget.spent + reserved() + share > cap) {
        if (shares.size === 0)
          throw new RunStopped(
            `The budget of ${dollars(cap)} does not cover another request (${dollars(budget.spent)} spent, the next one costs up to ${dollars(share)}): what came is kept; raise --budget, and run it again, which goes on from there.`,
            false,
          );
        await new Promise<void>((resume) => settled.push(resume));
      }
      const own = Symbol();
      shares.set(own, share);
      budget.requests++;
      return (used) => {
        shares.delete(own);
        if (used !== undefined) {
          budget.tokens.input += used.input;
          budget.tokens.output += used.output;
          budget.spent += cost(used);
        }
        const waiting = settled;
        settled = [];
        for (const resume of waiting) resume();
      };
    },
  };
  return budget;
}

/** Dollars as text, with as many digits as a small sum needs. */
export const dollars = (sum: number): string => `$${sum.toFixed(sum !== 0 && sum < 0.1 ? 5 : 2)}`;
