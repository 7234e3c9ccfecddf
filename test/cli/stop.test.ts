import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lasting, quick, root, run } from "./quick";

const cli = suite("command line: killed and interrupted");

/** Start a run as its own process. */
function start(args: string[], runs: string): ChildProcess {
  const main = resolve(__dirname, "..", "..", "lib", "src", "cli.ts");
  const code = `require(${JSON.stringify(main)}).main(["", "", ...${JSON.stringify(args)}])`;
  return spawn(process.execPath, ["--import", "tsx", "-e", code], {
    env: { ...process.env, MSAE_RUNS: runs },
    stdio: "ignore",
  });
}

cli("killed in any stage and started again, it finishes with the same card", async () => {
  const runs = join(root, "runs-killed");
  const out = join(root, "killed");
  const args = ["run", ...quick, "--set", "sae.epochs=60", "--out", out, "--json"];
  const whole = await run(args, join(root, "runs-whole"));
  for (let tries = 0, wait = 700; tries < 6; tries++, wait += 300) {
    const child = start(args, runs);
    await new Promise((over) => setTimeout(over, wait));
    child.kill("SIGKILL");
    await new Promise((over) =>
      child.exitCode === null && child.signalCode === null ? child.once("exit", over) : over(0),
    );
  }
  const { code, out: card, err } = await run(args, runs);
  assert.is(code, 0, err);
  assert.equal(lasting(card), lasting(whole.out));
  assert.equal(
    readdirSync(runs).filter((name) => name.startsWith(".tmp-")),
    [],
  );
});

cli("Ctrl-C ends a run within a second, with a word, and the next run goes on", async () => {
  const runs = join(root, "runs-interrupted");
  const args = ["run", ...quick, "--set", "sae.epochs=4000", "--out", join(root, "interrupted")];
  const child = start(args, runs);
  // The first checkpoint says that training is under way; before it, loading the tensors may block for seconds.
  const sae = join(runs, "sae");
  while (!existsSync(sae)) await new Promise((over) => setTimeout(over, 50));
  const asked = Date.now();
  child.kill("SIGINT");
  const code = await new Promise((over) => child.once("exit", over));
  assert.ok(Date.now() - asked < 1000, `${Date.now() - asked} ms`);
  assert.is(code, 1);
  assert.is(
    (await run([...args.slice(0, -2), "--set", "sae.epochs=1", "--out", join(root, "interrupted")], runs)).code,
    0,
  );
});

cli.run();
