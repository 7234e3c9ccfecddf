import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { processesFor } from "../../lib/src/lab/side-by-side";

test("one process a processor, no more than runs, and as many as the memory bears", () => {
  const machine = { processors: 4, memory: 10e9, held: 1e9 };
  assert.is(processesFor(18, machine), 4);
  assert.is(processesFor(3, machine), 3);
  assert.is(processesFor(18, { ...machine, held: 2e9 }), 2);
  assert.is(processesFor(18, { ...machine, held: 6e9 }), 0);
  assert.is(processesFor(18, { ...machine, held: 8e9 }), 0);
});

const folder = mkdtempSync(join(tmpdir(), "msae-side-"));
const program = resolve(__dirname, "../../lib/bin/msae-lab.cjs");

/** Checksums of every stored result, by stage and hash, after a run of the command on so many threads. */
async function stored(threads: number): Promise<{ results: Record<string, string>; said: string }> {
  const out = join(folder, String(threads));
  const args = ["run", "--null", "rewired", "--set", "rewired.runs=3", "--set", "sae.minSteps=2500"];
  const env = { ...process.env, MSAE_THREADS: String(threads), MSAE_RUNS: join(out, "runs") };
  const { stderr } = await promisify(execFile)(process.execPath, [program, ...args, "--out", out], { env });
  const results: Record<string, string> = {};
  const stages = readdirSync(join(out, "runs"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of stages)
    for (const hash of readdirSync(join(out, "runs", name))) {
      const manifest = JSON.parse(readFileSync(join(out, "runs", name, hash, "manifest.json"), "utf8"));
      results[`${name}/${hash}`] = JSON.stringify(manifest.checksums);
    }
  return { results, said: stderr };
}

test("runs side by side leave the same results as one after the other, and nothing else", async () => {
  const [alone, beside] = [await stored(1), await stored(2)];
  assert.not.match(alone.said, /further runs/);
  assert.match(beside.said, /further runs/);
  assert.is(Object.keys(alone.results).filter((name) => name.startsWith("rewired-run/")).length, 3);
  assert.equal(beside.results, alone.results);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
