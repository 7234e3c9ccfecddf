import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "../../lib/src/cli";
import type { Card } from "../../lib/src/lab/card";

/** A folder for what the tests of one file write. */
export const root = mkdtempSync(join(tmpdir(), "msae-cli-"));
/** Small enough that the whole pipeline takes about a second. */
export const QUICK =
  "data.users=300 data.items=200 data.interactions=4000 sae.epochs=2 sae.minSteps=0 sae.batch=64 mf.iterations=3".split(
    " ",
  );
/** The same as arguments. */
export const quick = QUICK.flatMap((setting) => ["--set", setting]);

/** Run a command in this process, with `runs` as its store; what it said, and its exit code. */
export async function run(
  args: string[],
  runs = join(root, "runs"),
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  process.env.MSAE_RUNS = runs;
  const code = await execute(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

/** A run that several tests rest on: made by whichever needs it first, so that each of them passes alone. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A card without what may differ between two runs. */
export const lasting = (json: string): Card => ({ ...(JSON.parse(json) as Card), seconds: {} });
