// A process of `side-by-side`: computes the runs that it is sent, one after the other, and ends with the process that started it.
import * as stages from "../stages";
import type { Stage, Variants } from "../stages/stage";
import { StagePipeline } from "./pipeline";
import type { RunReply, RunRequest } from "./side-by-side";
import { openStore } from "./store";

process.on("disconnect", () => process.exit());

process.on("message", async ({ config, store, stage, need, run }: RunRequest) => {
  const answer = (reply: RunReply): void => void process.send?.(reply);
  const warn = (warning: string): void => answer({ warning });
  try {
    const context = {
      store: openStore(store, warn),
      warn,
      // The moment between two pieces of work in which the end of the other process is heard.
      run: <T>(_phase: string, work: (onProgress: () => Promise<void>) => Promise<T>): Promise<T> =>
        work(() => new Promise((resolve) => setImmediate(resolve))),
    };
    const registry = stages as unknown as Readonly<Record<string, Stage<unknown, never>>>;
    const variants = registry[stage].needs[need] as Variants<unknown>;
    await variants.one(new StagePipeline(context, config), run);
    answer({ finished: run });
  } catch (error) {
    answer({ finished: run, error: error instanceof Error ? error.message : String(error) });
  }
});
