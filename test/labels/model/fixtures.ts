import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LanguageModel, type ModelOptions, openModel } from "../../../lib/src/labels/model/open";
import type { Patience } from "../../../lib/src/labels/model/tries";
import { type ProtocolServer, type Script, startServer } from "./server";

/** What a test has to work with. */
export interface Bench {
  server: ProtocolServer;
  folder: string;
  /** Milliseconds that were asked to be waited; nothing is. */
  waits: number[];
  /** Ends the request that is under way, as a deadline does; for tests that ask one at a time. */
  expire: () => void;
  open(options?: Partial<ModelOptions>): Promise<LanguageModel>;
}

/** Run a test with a server, a folder for the cache, and no waiting. */
export async function withServer(script: Script | undefined, work: (bench: Bench) => Promise<void>): Promise<void> {
  const server = await startServer(script);
  const folder = mkdtempSync(join(tmpdir(), "msae-model-"));
  const waits: number[] = [];
  let current = new AbortController();
  const patience: Partial<Patience> = {
    wait: async (ms) => {
      waits.push(ms);
    },
    deadline: () => {
      current = new AbortController();
      return { signal: current.signal, clear: () => {} };
    },
  };
  try {
    await work({
      server,
      folder,
      waits,
      expire: () => current.abort(),
      open: (options) =>
        openModel({
          model: "test",
          cache: folder,
          access: { baseURL: server.baseURL, apiKey: "none" },
          patience,
          ...options,
        }),
    });
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How often each latent's good reply went out; more than once would be paid twice. */
export const timesDelivered = ({ delivered }: ProtocolServer): number =>
  Math.max(0, ...[...new Set(delivered)].map((latent) => delivered.filter((each) => each === latent).length));
