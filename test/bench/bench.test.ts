import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { median } from "../../lib/src/base/quantiles";
import type { Benchmark, Contender } from "../../lib/src/bench/benchmark";
import { ingest, rawFiles } from "../../lib/src/bench/ingest";
import { describeMachine, type Machine } from "../../lib/src/bench/machine";
import { type BenchResult, measure } from "../../lib/src/bench/measure";
import { peerVersions } from "../../lib/src/bench/peer";
import { powerLawInteractions } from "../../lib/src/bench/power-law";
import { keepReport } from "../../lib/src/bench/report";
import { paced } from "../../lib/src/bench/throttled";
import { growthExponent } from "../../lib/src/charts/cost-growth";
import { execute } from "../../lib/src/cli";

const bench = suite("bench");
const folder = mkdtempSync(join(tmpdir(), "msae-bench-"));
bench.after(() => rmSync(folder, { recursive: true }));

/** A program in the place of a Python that serves peers. */
function fakePython(script: string): string {
  const file = join(folder, "python");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const SERVES = `echo '{"contenders": ["theirs"]}'
while read -r line; do case "$line" in
  *round*) echo '{"seconds": 3}';;
  *) echo '{"arrays": {}, "values": {"loss": 0.25}}';;
esac; done`;

/** Work whose rounds take 1, 2, 4 … seconds by their own word. */
function toy(order: string[] = []): Benchmark {
  return {
    name: "toy",
    rounds: { small: 3, full: 3 },
    prepare: () => {
      let round = 0;
      const ours: Contender = {
        name: "ours",
        role: "ours",
        round: async () => {
          order.push("ours");
          return 2 ** round++;
        },
        close: async () => void order.push("closed"),
      };
      return {
        what: "a toy",
        unit: "step",
        ours: [ours],
        peers: { module: "toy", arrays: {}, config: {}, scale: 10 },
        flops: 80e9,
        bytes: 40e9,
        check: (peer) => ({ what: "loss", value: peer?.values.loss ?? 0.5 }),
      };
    },
  };
}

bench("contenders take turns, the first round is not counted, and the ratio is to the fastest peer", async () => {
  const order: string[] = [];
  const result = await measure(toy(order), { size: "small", python: fakePython(SERVES) });
  assert.equal(order, ["ours", "ours", "ours", "ours", "closed"]);
  const [ours, theirs] = result.rows;
  assert.equal(ours.rounds, [2, 4, 8]);
  assert.is(ours.seconds, 4);
  assert.equal([theirs.name, theirs.role, theirs.seconds], ["theirs", "peer", 30]);
  assert.is(result.ratio, 7.5);
  assert.equal([ours.check?.value, theirs.check?.value], [0.5, 0.25]);
  assert.equal(result.achieved, { gflops: 20, gbs: 10 });
  const once = await measure(toy(), { size: "small", rounds: 1 });
  assert.equal(once.rows[0].rounds, [2]);
});

bench("a package that a Python lacks is named, and ours is measured all the same", async () => {
  const python = fakePython("echo \"ModuleNotFoundError: No module named 'torch'\" >&2; exit 1");
  const result = await measure(toy(), { size: "small", python });
  assert.is(result.missing, "ModuleNotFoundError: No module named 'torch'");
  assert.equal(
    result.rows.map(({ name }) => name),
    ["ours"],
  );
  assert.is(result.ratio, undefined);
});

bench("a peer that dies between two rounds ends the benchmark with its last words", async () => {
  const python = fakePython(`echo '{"contenders": ["theirs"]}'; sleep 0.1; echo "MemoryError" >&2; exit 1`);
  const error = await measure(toy(), { size: "small", python }).catch((thrown: unknown) => thrown);
  assert.is((error as Error).message, "MemoryError");
});

bench("what is no Python with NumPy is refused with a sentence", () => {
  assert.throws(
    () => peerVersions(fakePython("exit 1")),
    (error: unknown) => error instanceof InputError && /is no Python with NumPy: name one/.test(error.message),
  );
});

bench("a paced fit does one unit a round, gives its result, and ends when it is closed early", async () => {
  const did: number[] = [];
  const start = (): ReturnType<typeof paced<string>> =>
    paced("fit", "ours", async (pause) => {
      for (let unit = 0; unit < 3; unit++) {
        did.push(unit);
        await pause();
      }
      return "fitted";
    });
  const whole = start();
  for (let round = 1; round <= 3; round++) {
    assert.ok((await whole.round()) >= 0);
    assert.is(did.length, round);
  }
  assert.is(await whole.result(), "fitted");
  await whole.close();
  const early = start();
  await early.round();
  await early.close();
  assert.equal(did, [0, 1, 2, 0]);
  const failing = paced("fit", "ours", async () => {
    throw new Error("diverged");
  });
  assert.match(String(await failing.round().catch((error: unknown) => error)), "diverged");
});

bench("made-up interactions have exactly the size asked for, distinct and ascending, the same for a seed", () => {
  const config = { users: 2000, items: 500, interactions: 16_000, seed: 1 };
  const { csr, users, items } = powerLawInteractions(config);
  assert.equal([users.length, items.length, csr.indices.length], [2000, 500, 16_000]);
  const perItem = new Int32Array(500);
  const perUser: number[] = [];
  for (let user = 0; user < csr.rows; user++) {
    const row = csr.indices.subarray(csr.indptr[user], csr.indptr[user + 1]);
    perUser.push(row.length);
    assert.ok(row.every((item, at) => item < 500 && (at === 0 || item > row[at - 1])));
    for (const item of row) perItem[item]++;
  }
  assert.ok(Math.min(...perUser) >= 1 && Math.max(...perUser) > 5 * median(perUser));
  assert.ok(Math.max(...perItem) > 4 * median([...perItem]));
  assert.equal(powerLawInteractions(config).csr, csr);
  assert.throws(() => powerLawInteractions({ ...config, interactions: 1999 }), /1999 interactions are asked for 2000/);
  assert.not.equal(powerLawInteractions({ ...config, seed: 2 }).csr.indices, csr.indices);
});

bench("the machine's limits are positive", async () => {
  const { peak, threads, processor } = await describeMachine();
  assert.ok(peak.gbs > 0 && peak.gflops > 0 && threads >= 1 && processor.length > 0);
});

bench("the exponent of a power is found", () => {
  const rows = [1, 2, 4, 8].map((value) => ({ value, seconds: 3 * value ** 1.5 }));
  assert.ok(Math.abs(growthExponent(rows) - 1.5) < 1e-12);
});

bench("parts measured apart stand on one page, each with its machine", async () => {
  const machine = (processor: string): Machine => ({
    ...{ processor, threads: 2, memoryGib: 8, system: "Linux", node: "v20", date: "2026-01-02T03:04" },
    peak: { gflops: 10, gbs: 10 },
  });
  const result = (name: string): BenchResult => ({
    ...{ name, size: "full", what: `work of ${name}`, unit: "step", achieved: { gflops: 1, gbs: 5 } },
    rows: [
      {
        name: "ours",
        role: "ours",
        seconds: 0.002,
        rounds: [0.001, 0.002, 0.004],
        check: { what: "loss", value: 0.5 },
      },
      { name: "theirs", role: "peer", seconds: 0.01, rounds: [0.01] },
    ],
  });
  const growth = [1, 2].map((value) => ({ work: "w", axis: "users", value, seconds: value }));
  const page = join(folder, "page");
  await keepReport({ machine: machine("first"), peers: { torch: "1" }, results: [result("a"), result("b")] }, page);
  const files = await keepReport({ machine: machine("second"), peers: {}, results: [result("b")], growth }, page);
  const text = readFileSync(files.find((file) => file.endsWith("README.md"))!, "utf8");
  assert.match(text, /## a\n[\s\S]*first, 2 threads[\s\S]*torch 1[\s\S]*## b\n[\s\S]*second, 2 threads/);
  assert.match(text, "| **ours** | 2 ms | 1 ms to 4 ms | 1 | 0.5 |");
  assert.match(text, "| theirs | 10 ms | 10 ms to 10 ms | 5.0 × |  |");
  assert.match(text, "ours does 1.00 GFLOP/s of the 10.0 that this machine can (10 %)".replace("ours", "Ours"));
  assert.match(text, "| w | users | 1 to 2 | 1 s to 2 s | 1.00 |");
  assert.match(readFileSync(files.find((file) => file.endsWith("growth.svg"))!, "utf8"), "<svg");
});

bench(
  "raw files are ingested in a process of their own, whose time and memory are told; planted ones are written once",
  async () => {
    const below = join(folder, "raw");
    // What a killed bench left: no process has this number.
    mkdirSync(join(below, `small.tmp-${2 ** 22 + 1}`), { recursive: true });
    const runs = await rawFiles("small", below);
    assert.equal(readdirSync(below), ["small"]);
    const written = statSync(join(runs, "ratings.csv")).mtimeMs;
    assert.is(await rawFiles("small", below), runs);
    assert.is(statSync(join(runs, "ratings.csv")).mtimeMs, written);
    const { rows, achieved } = await measure(ingest, { size: "small", data: runs });
    assert.equal([rows.length, rows[0].rounds.length], [1, 2]);
    const { what, value } = rows[0].check!;
    assert.match(what, "peak memory");
    assert.ok(value > 0.05 && value < 4 && achieved.gbs > 0, `${value} GiB`);
    const onProgress = (): void => {
      throw new Error("stop");
    };
    const { ours } = await ingest.prepare("small", 1, { data: runs, onProgress });
    const error = await ours[0].round().catch((thrown: unknown) => thrown);
    assert.is((error as Error).message, "stop", "a round hears a listener in its middle");
  },
);

bench("raw files that cannot be ingested are one sentence and exit 2, as they are for run", async () => {
  const dir = join(folder, "wrong");
  mkdirSync(dir);
  writeFileSync(join(dir, "ratings.csv"), "who,what\nu,a\n");
  let err = "";
  const hear = (text: string): void => {
    err += text;
  };
  const terminal = { out: () => undefined, err: hear };
  assert.is(await execute(["bench", "--only", "ingest", "--data", dir], terminal), 2, err);
  assert.match(err, /^The ratings file \S+ has no column "user_id" .*\n$/);
});

bench("bench --json prints one object; a name that is none is refused with the names there are", async () => {
  const said = { out: "", err: "" };
  const hear = (stream: "out" | "err") => (text: string) => {
    said[stream] += text;
  };
  const terminal = { out: hear("out"), err: hear("err") };
  assert.is(await execute(["bench", "--only", "bce-sgd", "--json"], terminal), 0, said.err);
  const { results } = JSON.parse(said.out) as { results: BenchResult[] };
  assert.is(results.length, 1);
  const [ours] = results[0].rows;
  // Chance is ln 2: some epochs of the published rate leave it only just.
  assert.ok(ours.seconds > 0 && ours.check!.value > 0.6 && ours.check!.value < Math.log(2));
  assert.is(await execute(["bench", "--only", "nothing"], terminal), 2);
  assert.match(said.err, /There is no benchmark "nothing": choose from msae, .*growth\./);
});

bench.run();
