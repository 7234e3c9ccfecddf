import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/random";
import { initAdam, type Parameters } from "../../lib/src/sae/adam";
import type { Architecture } from "../../lib/src/sae/architecture";
import { choose } from "../../lib/src/sae/backend";
import { type FusedConfig, openFused, trainFused } from "../../lib/src/sae/fused";
import { initialRows, MSAE_DEFAULTS, type MsaeConfig, msae } from "../../lib/src/sae/msae";
import { PLAIN_SAE_DEFAULTS, plainSae } from "../../lib/src/sae/plain";
import { lossAndGradients } from "../../lib/src/sae/tfjs-engine";
import { type Checkpoint, type TrainingRows, trainSae } from "../../lib/src/sae/train";
import { allClose, oracle } from "../oracle";

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
const stateOf = (parameters: Parameters) => ({ parameters, adam: initAdam(parameters) });
const inOrder = (n: number): Int32Array => Int32Array.from({ length: n }, (_, row) => row);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Single precision, sums of some hundred terms. */
const TOLERANCE = 2e-6;

async function hold<C extends FusedConfig>(
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

const small: MsaeConfig = {
  ...MSAE_DEFAULTS,
  // Nothing is a multiple of four or of eight: every edge is met.
  ...{ k: 7, prefixes: [2, 3, 7], batch: 9, epochs: 4, lr: 5e-3, betaEnd: 3, betaWarmup: 1 },
};
const D = 5;

function random(n: number, d: number, seed = 8): TrainingRows {
  const draw = seededRandom(seed, "fused-test");
  const side = (): Float32Array => Float32Array.from({ length: n * d }, () => draw.normal());
  return { users: side(), items: side(), d };
}

/** The four loss terms in plain loops, in double precision: the paper's formulas as they stand. */
function plainLoss(parameters: Record<string, Float64Array>, rows: TrainingRows, config: MsaeConfig): number[] {
  const { d } = rows;
  const { k, prefixes, wMse, wL1, wKl, rho, betaEnd } = config;
  const { W, bPre, bLat, decoder = W } = parameters;
  const terms = [0, 0, 0, 0];
  const rebuilt = [rows.users, rows.items].map((side) => {
    const n = side.length / d;
    const means = new Float64Array(k);
    const out = new Float64Array(n * d);
    for (let row = 0; row < n; row++) {
      const x = Float64Array.from(side.subarray(row * d, (row + 1) * d));
      const mean = x.reduce((total, value) => total + value, 0) / d;
      const std = Math.sqrt(x.reduce((total, value) => total + (value - mean) ** 2, 0) / (d - 1));
      const z = Float64Array.from({ length: k }, (_, j) => {
        let score = bLat[j];
        for (let f = 0; f < d; f++) score += W[j * d + f] * ((x[f] - mean) / (std + 1e-5) - bPre[f]);
        return Math.max(0, score);
      });
      for (const prefix of prefixes)
        for (let f = 0; f < d; f++) {
          let value = bPre[f];
          for (let j = 0; j < prefix; j++) value += z[j] * decoder[j * d + f];
          out[row * d + f] = value * std + mean;
          terms[0] += (wMse * (out[row * d + f] - x[f]) ** 2) / (n * d);
        }
      for (let j = 0; j < k; j++) {
        terms[1] += (wL1 * z[j]) / (n * k);
        means[j] += z[j] / n;
      }
    }
    for (const mean of means) {
      const clamp = (share: number): number => Math.min(Math.max(share, 1e-6), 1 - 1e-6) + 1e-6;
      terms[2] += wKl * rho * (Math.log(rho + 1e-6) - Math.log(clamp(mean)));
      terms[2] += wKl * (1 - rho) * (Math.log(1 - rho + 1e-6) - Math.log(clamp(1 - mean)));
    }
    return out;
  });
  const [users, items] = [rows.users.length / d, rows.items.length / d];
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++) {
      let difference = 0;
      for (let f = 0; f < d; f++) {
        difference += rebuilt[0][u * d + f] * rebuilt[1][i * d + f];
        difference -= rows.users[u * d + f] * rows.items[i * d + f];
      }
      terms[3] += (betaEnd * difference ** 2) / (users * items);
    }
  return terms;
}

function moveOne(values: Float64Array, place: number, value: number): Float64Array {
  const copy = values.slice();
  copy[place] = value;
  return copy;
}

for (const [at, name, tied] of msae.terms.flatMap((name, at) => [true, false].map((tied) => [at, name, tied] as const)))
  test(`the gradient of ${name} alone equals finite differences in double precision, ${tied ? "tied" : "untied"}`, async () => {
    const rows = random(small.batch, D);
    const only = { wMse: 0, wL1: 0, wKl: 0, betaEnd: 0 };
    const key = (["wMse", "wL1", "wKl", "betaEnd"] as const)[at];
    const config: MsaeConfig = { ...small, ...only, [key]: 2, betaWarmup: 0, epochs: 1, tied };
    const parameters = msae.init(config, D);
    const draw = seededRandom(4, "biases");
    // An untied decoder starts as the encoder, where their gradients could be taken for each other.
    for (const values of [parameters.bPre, parameters.bLat, ...(tied ? [] : [parameters.decoder])])
      for (let f = 0; f < values.length; f++) values[f] += 0.3 * draw.normal();
    const engine = openFused(msae, rows, config, stateOf(parameters), { threads: 1 });
    const terms = await engine.losses(1);
    const gradients = engine.gradients();
    await engine.close();
    const doubles = Object.fromEntries(Object.entries(parameters).map(([p, values]) => [p, Float64Array.from(values)]));
    allClose(terms, plainLoss(doubles, rows, config), 1e-5, "terms");
    const step = 1e-6;
    for (const [parameter, values] of Object.entries(doubles)) {
      const known = values.map((value, place) => {
        const shifted = [value + step, value - step].map((moved) => {
          const copy = { ...doubles, [parameter]: moveOne(values, place, moved) };
          return plainLoss(copy, rows, config)[at];
        });
        return (shifted[0] - shifted[1]) / (2 * step);
      });
      allClose(gradients[parameter], known, 1e-4, `gradient of ${name} by ${parameter}`);
    }
  });

test("at widths whose gradients are shared out by rows or by latents, and at uneven prefixes, gradients equal those of tfjs", async () => {
  const { tf } = await choose("cpu");
  for (const [d, k, prefixes, batch, tied] of [
    [256, 140, [33, 70, 140], 150, true],
    [256, 70, [33, 70], 70, false],
    [6, 13, [1, 2, 7, 8, 13], 20, true],
    [6, 13, [1, 2, 7, 8, 13], 300, false],
    [1, 3, [3], 5, true],
  ] as const) {
    const config: MsaeConfig = { ...small, k, prefixes: [...prefixes], batch, epochs: 1, betaWarmup: 0, tied };
    const rows = random(batch, d);
    const parameters = msae.init(config, d);
    if (!tied) parameters.decoder.set(initialRows(k, d, 7));
    const engine = openFused(msae, rows, config, stateOf(parameters), { threads: 2 });
    const terms = await engine.losses(1);
    const known = lossAndGradients(tf, msae, parameters, msae.shapes(config, d), rows, d, config, 1);
    allClose(terms, known.terms, 1e-5, `terms at d = ${d}`);
    for (const [name, values] of Object.entries(known.gradients))
      allClose(engine.gradients()[name], values, 1e-5, `gradient of ${name} at d = ${d}`);
    await engine.close();
  }
});

for (const tied of [true, false])
  test(`a training gives tfjs's history and weights to single precision, ${tied ? "tied" : "untied"}`, async () => {
    const rows = random(40, D);
    const config = { ...small, tied };
    const [fused, readable] = [await trainFused(msae, rows, config), await trainSae(msae, rows, config)];
    assert.is(fused.backend, "fused");
    assert.is(fused.history.length, readable.history.length);
    for (const [epoch, known] of readable.history.entries())
      for (const key of ["total", "mse", "l1", "kl", "inner", "published"] as const)
        allClose([fused.history[epoch][key]], [known[key]], 1e-5, `${key} in epoch ${epoch + 1}`);
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
    let told = 0;
    const onProgress = (): void => {
      told++;
      throw new Error("stop");
    };
    const error = await trainFused(msae, rows, config, { threads, onProgress }).catch((thrown) => thrown);
    assert.is((error as Error).message, "stop");
    assert.is(told, 1);
    const before = process.cpuUsage();
    await new Promise((resume) => setTimeout(resume, 200));
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 100_000, `${(user + system) / 1000} ms of work behind a stopped training`);
  });
}

test("the kernel's speed is worth its place: a step at the paper's shape takes a tenth of tfjs's at most", async () => {
  const rows = random(256 * 20, 20);
  const timed = async (work: Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await work;
    return performance.now() - started;
  };
  const config = { ...MSAE_DEFAULTS, epochs: 2, betaWarmup: 0 };
  await trainFused(msae, rows, config, { threads: 1 });
  const fused = await timed(trainFused(msae, rows, config, { threads: 1 }));
  const readable = await timed(trainSae(msae, rows, { ...config, epochs: 1 }));
  assert.ok(fused / 40 < readable / 20 / 10, `${fused / 40} ms against ${readable / 20} ms`);
});

test.run();
