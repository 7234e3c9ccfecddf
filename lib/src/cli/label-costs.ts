import { costOf, dollars, type Tokens } from "../labels/model/budget";
import { type Collector, estimate } from "../labels/model/collect";
import type { Price } from "../labels/model/prices";
import type { Asked, Task } from "../labels/model/request";

/** What a dry run found. */
export interface DryRun extends Asked {
  requests: number;
  /** Answers that the cache has. */
  fromCache: number;
  /** Requests by what they ask for. */
  tasks: Partial<Record<Task, number>>;
  /** Estimated. */
  tokens: Tokens;
  /** Tokens of replies if each is as long as it may be. */
  mostOutput: number;
  /** Dollars; absent where no table has the model's price. */
  cost?: number;
  mostCost?: number;
}

/** What would be sent and what it takes, in words and as values. */
export function costSentences(
  asked: Asked,
  { missing, fromCache }: Pick<Collector, "missing" | "fromCache">,
  price: Price | undefined,
): { text: string; values: DryRun } {
  const { requests, tokens, mostOutput } = estimate(missing);
  const tasks: Partial<Record<Task, number>> = {};
  for (const { task } of missing) tasks[task] = (tasks[task] ?? 0) + 1;
  const most = { ...tokens, output: mostOutput };
  const values: DryRun = {
    ...{ ...asked, requests, fromCache, tasks, tokens, mostOutput },
    ...(price ? { cost: costOf(tokens, price), mostCost: costOf(most, price) } : {}),
  };
  const count = (value: number): string => value.toLocaleString("en");
  const split = Object.entries(tasks).map(([task, number]) => `${task} ${count(number)}`);
  return {
    values,
    text: [
      `model: ${asked.model} at ${asked.host}`,
      `requests: ${count(requests)}${split.length > 0 ? ` (${split.join(", ")})` : ""}; ${count(fromCache)} answers are in the cache`,
      `tokens, estimated: ${count(tokens.input)} in, ${count(tokens.output)} out (at most ${count(mostOutput)})`,
      price
        ? `cost, estimated: ${dollars(costOf(tokens, price))}, at most ${dollars(costOf(most, price))}; half of that by --batch, where the provider says so`
        : "cost: no table has a price of this model; add it to data/prices.json in the form of lib/prices.json",
      "nothing was sent\n",
    ].join("\n"),
  };
}
