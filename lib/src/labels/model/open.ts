import type { Judge, Labeller } from "../judge";
import { type Asker, openAsker } from "./ask";
import { type Budget, openBudget } from "./budget";
import { type Format, openCache, type ReplyCache } from "./cache";
import { type Access, accessFrom, openServer } from "./client";
import { type Collector, openCollector } from "./collect";
import type { RunStopped } from "./failures";
import { modelJudge } from "./judge";
import { modelLabeller } from "./labeller";
import type { Price } from "./prices";
import type { Asked } from "./request";
import { openTries, PATIENCE, type Patience } from "./tries";

/** How a language model is opened. */
export interface ModelOptions {
  /** Its name, as the server knows it. */
  model: string;
  /** Folder of the replies that came before. */
  cache: string;
  /** Default: OPENAI_BASE_URL and OPENAI_API_KEY. */
  access?: Access;
  /** Requests at a time; default 4. */
  concurrency?: number;
  /** What it costs, where that is known. */
  price?: Price;
  /** Dollars that this run may spend. */
  budget?: number;
  patience?: Partial<Patience>;
}

/** Requests at a time. */
export const CONCURRENCY = 4;

/** Where answers came from, and how. */
export interface Tally {
  fromCache: number;
  fresh: number;
  repaired: number;
  failed: number;
  /** Answers by how their form was asked for. */
  formats: Partial<Record<Format, number>>;
}

/** A language model as labeller and judge, with what it has used. */
export interface LanguageModel extends Asked {
  labeller: Labeller;
  judge: Judge;
  cache: ReplyCache;
  budget: Budget;
  tally: Tally;
  /** Why it gave up before the end, if it did; then what it did not answer can be asked for again. */
  stopped(): RunStopped | undefined;
}

/** The labeller and the judge of a model without a server: what the cache lacks is collected. */
export function openOffline(
  asked: Asked,
  folder: string,
): Pick<LanguageModel, "labeller" | "judge" | "cache"> & Collector {
  const cache = openCache(folder);
  const collector = openCollector(asked, cache);
  const pace = { concurrency: 1, abort: () => {} };
  return Object.assign(collector, {
    cache,
    labeller: modelLabeller(collector, asked.model, pace),
    judge: modelJudge(collector, asked.model, pace),
  });
}

/**
 * Open a language model. Nothing is sent before a label is asked for.
 *
 * @throws InputError where the environment names no server, or no key for OpenAI's
 */
export async function openModel(options: ModelOptions): Promise<LanguageModel> {
  const { model, cache: folder, access = accessFrom(), concurrency = CONCURRENCY, price, budget: cap } = options;
  const server = await openServer(model, access);
  const cache = openCache(folder);
  const budget = openBudget(price, cap);
  const controller = new AbortController();
  const tries = openTries({ ...PATIENCE, ...options.patience }, controller.signal);
  const tally: Tally = { fromCache: 0, fresh: 0, repaired: 0, failed: 0, formats: {} };
  const asker = counted(openAsker({ server, cache, budget, tries }), tally);
  const pace = { concurrency, abort: (reason: Error) => controller.abort(reason) };
  return {
    model,
    host: server.host,
    labeller: modelLabeller(asker, model, pace),
    judge: modelJudge(asker, model, pace),
    ...{ cache, budget, tally },
    stopped: tries.stopped,
  };
}

const counted = (asker: Asker, tally: Tally): Asker => ({
  async ask(request) {
    const answer = await asker.ask(request);
    if (!("value" in answer)) tally.failed++;
    else {
      tally[answer.fromCache ? "fromCache" : "fresh"]++;
      if (answer.repaired) tally.repaired++;
      tally.formats[answer.format] = (tally.formats[answer.format] ?? 0) + 1;
    }
    return answer;
  },
});
