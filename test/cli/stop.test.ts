import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lasting, quick, root, run } from "./quick";

const cli = suite("command line: killed and interrupted");

/** Start a command as its own process. */
function start(args: string[], runs: string): ChildProcess {
  const main = resolve(__dirname, "..", "..", "lib", "src", "cli", "index.ts");
  const code = `require(${JSON.stringify(main)}).main(["", "", ...${JSON.stringify(args)}])`;
  return spawn(process.execPath, ["--import", "tsx", "-e", code], {
    env: { ...process.env, MSAE_RUNS: runs },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Exit code of a process and what it said. */
async function ended(child: ChildProcess): Promise<{ code: number | null; err: string }> {
  let err = "";
  child.stderr?.on("data", (text) => {
    err += text;
  });
  return new Promise((over) => child.once("close", (code) => over({ code, err })));
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

const STOPS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
for (const [signal, expected] of Object.entries(STOPS) as [keyof typeof STOPS, number][])
  cli(`${signal} ends a run with a word and code ${expected}, and the next run goes on`, async () => {
    const runs = join(root, `runs-${signal}`);
    const args = ["run", ...quick, "--set", "sae.epochs=4000", "--out", join(root, "interrupted")];
    const child = start(args, runs);
    // The first checkpoint says that training is under way; before it, loading the tensors may block for seconds.
    const sae = join(runs, "sae");
    while (!existsSync(sae) && child.exitCode === null) await new Promise((over) => setTimeout(over, 50));
    child.kill(signal);
    const { code, err } = await ended(child);
    assert.is(code, expected, err);
    assert.equal(
      readdirSync(runs).filter((name) => name.startsWith(".tmp-")),
      [],
    );
    assert.match(err, /Stopped during .*: finished stages are kept, so running it again goes on from there\.\n$/);
    assert.is(
      (await run([...args.slice(0, -2), "--set", "sae.epochs=1", "--out", join(root, "interrupted")], runs)).code,
      0,
    );
  });

const generating = (out: string): string[] =>
  "generate --users 40000 --items 8000 --interactions 320000 --out".split(" ").concat(out);
const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir).map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(dir, name)))
        .digest("hex"),
    ]),
  );
/** Start generating and wait until a file is being written. */
async function writing(out: string): Promise<ChildProcess> {
  const child = start(generating(out), join(root, "none"));
  const half = (): boolean =>
    existsSync(out) &&
    readdirSync(out).some((name) => name.startsWith(".ratings.csv.") && name.includes(`${child.pid}`));
  while (!half() && child.exitCode === null) await new Promise((over) => setTimeout(over, 2));
  return child;
}

cli(
  "Ctrl-C ends generate with a word that is true of it: nothing half-written, earlier files as they were",
  async () => {
    const out = join(root, "generated");
    for (const earlier of [false, true]) {
      if (earlier)
        assert.is(
          (await run(["generate", "--users", "300", "--items", "200", "--interactions", "4000", "--out", out])).code,
          0,
        );
      const before = earlier ? contents(out) : {};
      const child = await writing(out);
      child.kill("SIGINT");
      const { code, err } = await ended(child);
      assert.is(code, 130, err);
      assert.match(
        err,
        /^Stopped during planting data: nothing half-written is left.*; running it again starts anew\.\n$/,
      );
      assert.equal(contents(out), before);
    }
  },
);

cli("Ctrl-C before generate has written anything leaves no file", async () => {
  const out = join(root, "early");
  const child = start(generating(out), join(root, "none"));
  await new Promise((over) => setTimeout(over, 900));
  child.kill("SIGINT");
  const { code, err } = await ended(child);
  // On a busy machine the signal may come before the program has begun to listen.
  if (code !== null) assert.match(err, /^Stopped.*: nothing half-written is left/);
  assert.ok(code !== 0, err);
  assert.equal(existsSync(out) ? readdirSync(out) : [], []);
});

cli("what a killed generate left half-written goes with the next one", async () => {
  const out = join(root, "killed-generate");
  const child = await writing(out);
  child.kill("SIGKILL");
  await ended(child);
  assert.ok(readdirSync(out).some((name) => name.endsWith(".tmp")));
  assert.is(
    (await run(["generate", "--users", "300", "--items", "200", "--interactions", "4000", "--out", out])).code,
    0,
  );
  assert.equal(readdirSync(out).sort(), ["items.jsonl", "ratings.csv", "truth.json"]);
});

cli.run();
