import type { z } from "zod";
import { canonicalJson, sha256 } from "../../base/hash";

/** What a model is asked for. */
export type Task = "label" | "detection" | "intruder";

/** One question to a language model, with all that its answer depends on. */
export interface ModelRequest<T> {
  task: Task;
  /** What it is about, in words for a list of failures: "latent 7". */
  about: string;
  /** The system prompt: the task and the form of the reply. */
  system: string;
  /** The question, as JSON: data, never instructions. */
  data: Readonly<Record<string, unknown>>;
  /** What is told beside the question and is not in its key: the labels that are in use, which change while a run goes on. */
  context?: Readonly<Record<string, unknown>>;
  /** Form of the reply on the wire, without bounds, which not every server takes. */
  schema: z.ZodType;
  /** Name of that form: letters and underscores. */
  form: string;
  /** The reply within our own bounds; else, in a sentence, what is wrong with it. @param reply that has the form of `schema` */
  check(reply: unknown): { value: T } | { wrong: string };
  /** Tokens that a reply may have. */
  maxTokens: number;
  /** Tokens that a reply usually has, for an estimate. */
  typicalTokens: number;
}

/** Temperature of the paper's labels (4.4). */
export const TEMPERATURE = 0.1;

/** Sent where a server takes one. */
export const REQUEST_SEED = 42;

/** Broad labels in use that a model is told. */
export const USED_LABELS = 50;

/** Who is asked: the model by its name, and the server by its host's name. */
export interface Asked {
  model: string;
  /** Without the port, which a local server changes from start to start. */
  host: string;
}

/**
 * The key of a reply: SHA-256 over the model, its host, the task, the system prompt, the items and how they are sampled. The same
 * question is paid for once. The labels in use are left out: a latent that is labelled later would change the keys of all others.
 */
export function requestKey({ model, host }: Asked, request: ModelRequest<unknown>): string {
  const { task, system, data, form, maxTokens } = request;
  const sampling = { temperature: TEMPERATURE, seed: REQUEST_SEED, maxTokens };
  return sha256(canonicalJson({ model, host, task, system, data, form, sampling }));
}

/** The user's message of a request: one JSON object. */
export const userMessage = ({ data, context }: ModelRequest<unknown>): string =>
  JSON.stringify({ ...context, ...data });
