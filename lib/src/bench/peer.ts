import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { InputError } from "../base/errors";
import { decodeNpy, encodeNpy } from "../formats/npy";
import { projectRoot } from "../lab/lab";
import type { Contender, Outcome, PeerWork } from "./benchmark";

const SERVER = join(projectRoot, "bench", "peers", "serve.py");

/** A peer's contender; its result comes from the same process. */
export interface PeerContender extends Contender {
  result(): Promise<Outcome>;
}

/** Packages of a Python that are compared with, and their versions. */
export function peerVersions(python: string): Record<string, string> {
  try {
    return JSON.parse(
      execFileSync(python, [SERVER, "--versions"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    ) as Record<string, string>;
  } catch {
    throw new InputError(
      `${python} is no Python with NumPy: name one that has numpy, and torch, implicit and scipy for more, with --peers.`,
    );
  }
}

/**
 * Start the Python process that holds the peers of one benchmark, with the same arrays that our side got, in a temporary
 * folder that goes with it.
 *
 * @throws Error with the last line that Python printed when it cannot do this benchmark, e.g. lacks a package
 */
export async function startPeers(python: string, peers: PeerWork): Promise<PeerContender[]> {
  const folder = mkdtempSync(join(tmpdir(), "msae-lab-bench-"));
  for (const [name, tensor] of Object.entries(peers.arrays))
    writeFileSync(join(folder, `${name}.npy`), encodeNpy(tensor));
  writeFileSync(join(folder, "config.json"), JSON.stringify(peers.config));
  const child = spawn(python, [SERVER, peers.module, folder], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, OPENBLAS_NUM_THREADS: "1" },
  });
  const ask = conversation(child);
  const end = (): void => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  // Also when this process is stopped in the middle of a round.
  process.once("exit", end);
  const close = async (): Promise<void> => {
    process.removeListener("exit", end);
    end();
  };
  try {
    const { contenders } = (await ask()) as { contenders: string[] };
    return contenders.map((name) => ({
      name,
      role: "peer",
      round: async () => ((await ask({ round: name })) as { seconds: number }).seconds,
      result: async () => {
        const { arrays, values } = (await ask({ result: name })) as {
          arrays: Record<string, string>;
          values: Record<string, number>;
        };
        const read = Object.entries(arrays).map(([key, file]) => [key, decodeNpy(readFileSync(file), file)]);
        return { values, arrays: Object.fromEntries(read) };
      },
      close,
    }));
  } catch (error) {
    await close();
    throw error;
  }
}

/** Ask the process by one line and wait for its answering line; asked nothing, wait for the first. */
function conversation(child: ChildProcess): (command?: Record<string, string>) => Promise<unknown> {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  let said = "";
  const closed = new Promise((resolve) => {
    child.once("close", resolve);
    child.once("error", resolve);
  });
  // What is written to a process that has just ended is lost; its last words say why.
  child.stdin!.on("error", () => undefined);
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-4000);
  });
  return async (command) => {
    if (command) child.stdin!.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await lines.next();
    if (done) {
      // Its last words may come after its last line.
      await closed;
      throw new Error(said.trim().split("\n").pop() || "it ended without a word");
    }
    return JSON.parse(value);
  };
}
