import type * as Tf from "@tensorflow/tfjs";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";

/** Engines that tensors can run on, fastest first. */
export const BACKENDS = ["tfjs-node-gpu", "wasm", "cpu"] as const;

/** Name of an engine, as it stands in `card.json`. */
export type BackendName = (typeof BACKENDS)[number];

/** Name of the kernel that makes whole training steps, beside the engines of tfjs. */
export const FUSED = "fused";

/** What a training ran on: an engine of tfjs, or the fused kernel. */
export type EngineName = BackendName | typeof FUSED;

/** tfjs with its engine chosen. */
export interface LoadedTf {
  tf: typeof Tf;
  backend: BackendName;
  /** Why this engine, in words. */
  why: string;
}

let loaded: Promise<LoadedTf> | undefined;

/**
 * tfjs on the fastest engine that works: tfjs-node-gpu where its native addon was built, else wasm, else cpu. The
 * environment variable `MSAE_BACKEND` names one instead. Loaded once.
 *
 * @throws InputError when the engine that `MSAE_BACKEND` names does not exist or does not work here
 */
export function loadTf(): Promise<LoadedTf> {
  loaded ??= choose(process.env.MSAE_BACKEND).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

/** Choose an engine anew: `loadTf` without its memory. */
export async function choose(wanted: string | undefined): Promise<LoadedTf> {
  // The kernel only trains; where tensors are needed all the same, the choice is open.
  const open = wanted === undefined || wanted === "" || wanted === FUSED;
  const names = open ? BACKENDS : BACKENDS.filter((name) => name === wanted);
  if (names.length === 0)
    throw new InputError(
      `MSAE_BACKEND is ${quote(wanted)}: choose one of ${[FUSED, ...BACKENDS].join(", ")}, or leave it unset.`,
    );
  const refusals: string[] = [];
  for (const name of names) {
    try {
      const tf = await LOADERS[name]();
      const why = !open ? "asked for by MSAE_BACKEND" : ["the fastest that works here", ...refusals].join("; ");
      return { tf, backend: name, why };
    } catch (error) {
      refusals.push(`${name}: ${firstLine(error)}`);
    }
  }
  throw new InputError(
    !open
      ? `The engine that MSAE_BACKEND names does not work here (${refusals[0]}): unset it, so that the fastest that works is chosen.`
      : `No tensor engine works here (${refusals.join("; ")}): run npm ci again.`,
  );
}

const LOADERS: Readonly<Record<BackendName, () => Promise<typeof Tf>>> = {
  "tfjs-node-gpu": async () => {
    // Gone from Node 23, and still called by tfjs-node 4.22 before its first operation.
    const util = require("node:util") as Record<string, unknown>;
    util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
    util.isArray ??= Array.isArray;
    // Without them TensorFlow starts with lines about itself on stderr; oneDNN is no faster here, and rounds otherwise.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
    process.env.TF_ENABLE_ONEDNN_OPTS ??= "0";
    try {
      const tf = require("@tensorflow/tfjs-node-gpu") as typeof Tf;
      tf.enableProdMode();
      await tf.setBackend("tensorflow");
      await tf.ready();
      return tf;
    } catch {
      throw new Error("its native addon is not built (npm run setup:native builds it)");
    }
  },
  wasm: async () => {
    const tf = await quietTf();
    await withoutNewListeners(async () => {
      const wasm = await import("@tensorflow/tfjs-backend-wasm");
      // One thread, so that sums are taken in the same order everywhere.
      wasm.setThreadsCount(1);
      if (!(await tf.setBackend("wasm"))) throw new Error("it does not start here");
      await tf.ready();
    });
    return tf;
  },
  cpu: async () => {
    const tf = await quietTf();
    await tf.setBackend("cpu");
    await tf.ready();
    return tf;
  },
};

/** tfjs without the banner that it prints in Node, which would stand in every notebook as an error. */
async function quietTf(): Promise<typeof Tf> {
  const tf = await import("@tensorflow/tfjs");
  tf.enableProdMode();
  return tf;
}

/** The wasm engine adds process-wide error listeners that turn any later error into a crash: take them off again. */
async function withoutNewListeners(work: () => Promise<void>): Promise<void> {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => new Set(process.listeners(event as "uncaughtException")));
  try {
    await work();
  } finally {
    events.forEach((event, index) => {
      for (const listener of process.listeners(event as "uncaughtException"))
        if (!before[index].has(listener)) process.removeListener(event, listener);
    });
  }
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0];
