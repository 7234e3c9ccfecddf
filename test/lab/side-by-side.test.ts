import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
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

/** Processes of a group that run, each with its command. */
function group(leader: number): { pid: number; command: string }[] {
  const found: { pid: number; command: string }[] = [];
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)))
    try {
      const stat = readFileSync(join("/proc", name, "stat"), "utf8");
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(join("/proc", name, "cmdline"), "utf8");
      if (Number(pgrp) === leader && state !== "Z") found.push({ pid: Number(name), command });
    } catch {
      // It ended while it was looked at.
    }
  return found;
}

const finished = (runs: string): string[] => {
  const stage = join(runs, "rewired-run");
  const manifest = (hash: string): string => join(stage, hash, "manifest.json");
  return existsSync(stage) ? readdirSync(stage).map(manifest).filter(existsSync) : [];
};

/** Start a command with many further runs in a group of its own, and wait until processes compute them. */
async function inFurtherRuns(
  out: string,
  runs: number,
): Promise<{ pid: number; ended: Promise<{ code: number | null; said: string }> }> {
  const args = [
    "run",
    "--null",
    "rewired",
    "--set",
    `rewired.runs=${runs}`,
    "--set",
    "sae.minSteps=2500",
    "--out",
    out,
  ];
  const env = { ...process.env, MSAE_THREADS: "2", MSAE_RUNS: join(out, "runs") };
  const child = spawn(process.execPath, [program, ...args], {
    detached: true,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const ended = new Promise<{ code: number | null; said: string }>((over) =>
    child.once("close", (code) => over({ code, said })),
  );
  const pid = child.pid as number;
  const working = (): number => group(pid).filter(({ command }) => command.includes("run-child.js")).length;
  while (working() < 2 && child.exitCode === null) await new Promise((over) => setTimeout(over, 50));
  assert.is(child.exitCode, null, said);
  return { pid, ended };
}

const severalProcessors = availableParallelism() > 1 && process.platform === "linux";

test("Ctrl-C in further runs ends all processes with one sentence, and what was finished is kept", async () => {
  if (!severalProcessors)
    return console.log("skipped: further runs are computed by one process here, or there is no /proc");
  const out = join(folder, "stopped");
  const { pid, ended } = await inFurtherRuns(out, 40);
  // As a terminal does: the signal goes to every process of the group.
  process.kill(-pid, "SIGINT");
  const { code, said } = await ended;
  assert.is(code, 130, said);
  assert.match(
    said,
    /Stopped during further runs: finished stages are kept, so running it again goes on from there\.\n$/,
  );
  assert.equal(group(pid), []);
  const kept = finished(join(out, "runs"));
  assert.ok(kept.length >= 1 && kept.length < 40, `${kept.length} runs`);
  const before = kept.map((file) => readFileSync(file, "utf8"));
  const args = ["run", "--null", "rewired", "--set", "rewired.runs=1", "--set", "sae.minSteps=2500", "--out", out];
  const env = { ...process.env, MSAE_RUNS: join(out, "runs") };
  await promisify(execFile)(process.execPath, [program, ...args], { env });
  assert.equal(
    kept.map((file) => readFileSync(file, "utf8")),
    before,
  );
});

test("a process that is killed leaves its run to the others: all are computed", async () => {
  if (!severalProcessors)
    return console.log("skipped: further runs are computed by one process here, or there is no /proc");
  const out = join(folder, "killed");
  const { pid, ended } = await inFurtherRuns(out, 4);
  const [victim] = group(pid).filter(({ command }) => command.includes("run-child.js"));
  process.kill(victim.pid, "SIGKILL");
  const { code, said } = await ended;
  assert.is(code, 0, said);
  assert.is(finished(join(out, "runs")).length, 4);
  assert.equal(group(pid), []);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
