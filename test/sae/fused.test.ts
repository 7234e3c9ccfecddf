import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Parameters } from "../../lib/src/sae/adam";
import type { Architecture, TrainingConfig } from "../../lib/src/sae/architecture";
import { openFused, trainFused } from "../../lib/src/sae/fused";
import { MSAE_DEFAULTS, type MsaeConfig, msae } from "../../lib/src/sae/msae";
import { PLAIN_SAE_DEFAULTS, plainSae } from "../../lib/src/sae/plain";
import { type Checkpoint, trainSae } from "../../lib/src/sae/train";
import { allClose, oracle } from "../oracle";
import { D, random, small, stateOf } from "./fused-cases";

interface Case {
  d: number;
  k: number;
  prefixes: number[];
  beta: number;
  lr: number;
  weights: Record<string, number[][] | number[]>;
  users: number[][];
  items: number[][];
  loss: Record<string, number>;
  gradients: Record<string, number[][] | number[]>;
  adamLosses: number[];
  afterAdam: Record<string, number[][] | number[]>;
}

const floats = (rows: number[][] | number[]): Float32Array => Float32Array.from((rows as number[][]).flat());
const parametersOf = (weights: Case["weights"]): Parameters =>
  Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, floats(values)]));
const inOrder = (n: number): Int32Array => Int32Array.from({ length: n }, (_, row) => row);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Single precision, sums of some hundred terms. */
const TOLERANCE = 2e-6;

async function hold<C extends TrainingConfig>(
  architecture: Architecture<C>,
  known: Case,
  config: C,
  epoch: number,
  threads: number,
): Promise<void> {
  const rows = { users: floats(known.users), items: floats(known.items), d: known.d };
  const engine = openFused(architecture, rows, config, stateOf(parametersOf(known.weights)), {
    threads,
    batch: { users: known.users.length, items: known.items.length },
  });
  const terms = await engine.losses(epoch);
  architecture.terms.forEach((name, at) => {
    allClose([terms[at]], [known.loss[name]], TOLERANCE, name);
  });
  for (const [name, values] of Object.entries(known.gradients))
    allClose(engine.gradients()[name], floats(values), TOLERANCE, `gradient of ${name}`);
  for (const expected of known.adamLosses) {
    engine.begin(epoch, { users: inOrder(known.users.length), items: inOrder(known.items.length) });
    const [[...step]] = await engine.run(0, 1);
    allClose([sum(step)], [expected], TOLERANCE, "loss");
  }
  for (const [name, values] of Object.entries(known.afterAdam))
    allClose(engine.state().parameters[name], floats(values), TOLERANCE, `${name} after Adam`);
  await engine.close();
}

for (const threads of [1, 2])
  for (const name of ["msae-small", "msae-no-inner", "msae-paper-shape"])
    test(`${name}: losses, gradients and Adam steps equal the oracle's, ${threads} threads`, async () => {
      const known = oracle<Case>(name);
      const { k, prefixes, lr, beta } = known;
      const batch = known.users.length;
      const config: MsaeConfig = { ...MSAE_DEFAULTS, k, prefixes, lr, batch, betaEnd: beta, betaWarmup: 0, epochs: 1 };
      await hold(msae, known, config, 1, threads);
    });

test("the plain autoencoder equals the oracle's", async () => {
  const known = oracle<Case>("sae-plain");
  const { k, lr } = known;
  await hold(plainSae, known, { ...PLAIN_SAE_DEFAULTS, k, prefixes: [k], lr, batch: known.users.length }, 0, 1);
});

for (const tied of [true, false])
  test(`a training gives tfjs's history and weights to single precision, ${tied ? "tied" : "untied"}`, async () => {
    const rows = random(40, D);
    const config = { ...small, tied };
    const [fused, readable] = [await trainFused(msae, rows, config), await trainSae(msae, rows, config)];
    assert.is(fused.backend, "fused");
    assert.is(fused.history.length, readable.history.length);
    for (const [epoch, known] of readable.history.entries())
      for (const key of ["total", ...msae.terms, "published"]) {
        const [found, expected] = [fused.history[epoch], known].map((row) => ({ ...row, ...row.terms })[key] as number);
        allClose([found], [expected], 1e-5, `${key} in epoch ${epoch + 1}`);
      }
    for (const name of ["W", "bPre", "bLat", ...(tied ? [] : (["decoder"] as const))] as const)
      allClose(fused.weights[name] ?? [], readable.weights[name] ?? [1], 1e-4, name);
    assert.is(fused.weights.decoder === undefined, tied);
    assert.equal(fused.weights.config, readable.weights.config);
  });

test("the same bytes on 1, 2 and 4 threads, and twice, for every architecture and way of sharing out", async () => {
  const rows = { ...random(300, 20), items: random(170, 20).items };
  const config = { ...MSAE_DEFAULTS, batch: 100, epochs: 3, betaWarmup: 1, lr: 1e-3 };
  const plain = { ...PLAIN_SAE_DEFAULTS, batch: 100, epochs: 3, lr: 1e-3 };
  const wide = { ...config, k: 170, prefixes: [40, 85, 170], batch: 150, epochs: 2 };
  const wideRows = random(300, 200);
  for (const train of [
    (threads: number) => trainFused(msae, rows, config, { threads }),
    (threads: number) => trainFused(msae, rows, { ...config, tied: false }, { threads }),
    (threads: number) => trainFused(msae, wideRows, wide, { threads }),
    (threads: number) => trainFused(msae, wideRows, { ...wide, tied: false }, { threads }),
    (threads: number) => trainFused(plainSae, rows, plain, { threads }),
  ]) {
    const once = await train(1);
    for (const threads of [1, 2, 4]) {
      const again = await train(threads);
      assert.equal(again.weights, once.weights);
      assert.equal(again.history, once.history);
    }
  }
});

for (const tied of [true, false])
  test(`training that goes on from any epoch's checkpoint gives the same bytes, ${tied ? "tied" : "untied"}`, async () => {
    const checkpoints: Checkpoint[] = [];
    const rows = random(40, D);
    const config = { ...small, tied };
    const whole = await trainFused(msae, rows, config, { onCheckpoint: (kept) => void checkpoints.push(kept) });
    assert.equal(
      checkpoints.map(({ epoch }) => epoch),
      [1, 2, 3, 4],
    );
    for (const resume of checkpoints) {
      const again = await trainFused(msae, rows, config, { resume });
      assert.equal(again.weights, whole.weights);
      assert.equal(again.history, whole.history);
      const other = await trainFused(msae, rows, { ...config, tied: !tied }, { resume }).catch((thrown) => thrown);
      assert.match((other as Error).message, /checkpoint is of another training: .*decoder/);
    }
  });

for (const threads of [1, 2]) {
  test(`a rate that is far too high stops with epoch, step and what to change, ${threads} threads`, async () => {
    for (const lr of [1e30, 1e39]) {
      const error = await trainFused(msae, random(40, D), { ...small, lr }, { threads }).catch((thrown) => thrown);
      assert.match((error as Error).message, /^Training diverged in epoch 1, step \d of 4 .*lower sae\.lr/);
    }
  });

  test(`a listener that throws stops the training, and no thread goes on, ${threads} threads`, async () => {
    const rows = random(20_000, 20);
    const config = { ...MSAE_DEFAULTS, epochs: 1_000_000 };
    const workers: Promise<unknown>[] = [];
    const onWorker = (worker: Worker): void => {
      workers.push(once(worker, "exit"));
    };
    process.on("worker", onWorker);
    let told = 0;
    const onProgress = (): void => {
      told++;
      throw new Error("stop");
    };
    const error = await trainFused(msae, rows, config, { threads, onProgress }).catch((thrown) => thrown);
    assert.is((error as Error).message, "stop");
    assert.is(told, 1);
    process.off("worker", onWorker);
    assert.is(workers.length, threads > 1 ? threads : 0);
    // Every thread ends, or the test never does; and nobody is told of further epochs meanwhile.
    await Promise.all(workers);
    for (let turn = 0; turn < 100; turn++) await new Promise((resume) => setImmediate(resume));
    assert.is(told, 1);
  });
}

test.run();
