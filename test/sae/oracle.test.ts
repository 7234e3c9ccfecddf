import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { adamStep, initAdam, type Parameters } from "../../lib/src/sae/adam";
import type { Architecture, TrainingConfig } from "../../lib/src/sae/architecture";
import { choose } from "../../lib/src/sae/backend";
import { encode, reconstruct } from "../../lib/src/sae/encode";
import { klDivergence } from "../../lib/src/sae/losses";
import { betaAt, MSAE_DEFAULTS, type MsaeConfig, msae } from "../../lib/src/sae/msae";
import { PLAIN_SAE_DEFAULTS, plainSae } from "../../lib/src/sae/plain";
import { lossAndGradients } from "../../lib/src/sae/tfjs-engine";
import { allClose, flat, oracle } from "../oracle";

interface Case {
  d: number;
  k: number;
  prefixes: number[];
  beta: number;
  lr: number;
  weights: { W: number[][]; bPre: number[]; bLat: number[] };
  users: number[][];
  items: number[][];
  loss: Record<string, number>;
  gradients: { W: number[][]; bPre: number[]; bLat: number[] };
  itemLatents: number[][];
  itemReconstruction: number[][];
  adamLosses: number[];
  afterAdam: { W: number[][]; bPre: number[]; bLat: number[] };
}

/** Close enough to tell Adam's epsilon 1e-8 from tfjs's 1e-7, which differ by 3e-6 and more after a few steps. */
const TOLERANCE = 2e-6;

const floats = (rows: number[][] | number[]): Float32Array => Float32Array.from((rows as number[][]).flat());
const parametersOf = (weights: Partial<Case["weights"]>): Parameters =>
  Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, floats(values)]));

/** Hold an architecture's loss, gradient and Adam steps to the oracle's on one engine. */
async function hold<C extends TrainingConfig>(
  backend: string,
  architecture: Architecture<C>,
  known: Case,
  config: C,
  epoch: number,
): Promise<void> {
  const { tf } = await choose(backend);
  const parameters = parametersOf(known.weights);
  const batch = { users: floats(known.users), items: floats(known.items) };
  const shapes = architecture.shapes(config, known.d);
  const step = () => lossAndGradients(tf, architecture, parameters, shapes, batch, known.d, config, epoch);
  const { terms, gradients } = step();
  architecture.terms.forEach((name, at) => {
    allClose([terms[at]], [known.loss[name]], TOLERANCE, `${backend} ${name}`);
  });
  for (const [name, values] of Object.entries(known.gradients))
    allClose(gradients[name], floats(values), TOLERANCE, `${backend} gradient of ${name}`);
  const state = initAdam(parameters);
  for (const expected of known.adamLosses) {
    const now = step();
    adamStep(parameters, now.gradients, state, config);
    // The oracle notes each loss before its step.
    allClose([now.terms.reduce((sum, term) => sum + term, 0)], [expected], TOLERANCE, `${backend} loss`);
  }
  for (const [name, values] of Object.entries(known.afterAdam))
    allClose(parameters[name], floats(values), TOLERANCE, `${backend} ${name} after Adam`);
}

/** The native engine is held to the oracle as well where `npm run setup:native` has built it. */
const nativeIsBuilt = existsSync(join(__dirname, "..", "..", ".native", "chosen"));
const engines = ["wasm", "cpu", ...(nativeIsBuilt ? ["tfjs-node-gpu"] : [])];

for (const backend of engines)
  for (const name of ["msae-small", "msae-no-inner", "msae-paper-shape"])
    test(`${name}: losses, gradients and Adam steps equal the oracle's on ${backend}`, async () => {
      const known = oracle<Case>(name);
      const { k, prefixes, lr, beta } = known;
      // One epoch past a warm-up of none: β is then exactly betaEnd.
      const config: MsaeConfig = { ...MSAE_DEFAULTS, k, prefixes, lr, betaEnd: beta, betaWarmup: 0, epochs: 1 };
      await hold(backend, msae, known, config, 1);
    });

for (const backend of engines)
  test(`the plain autoencoder equals the oracle's on ${backend}`, async () => {
    const known = oracle<Case>("sae-plain");
    const config = { ...PLAIN_SAE_DEFAULTS, k: known.k, prefixes: [known.k], lr: known.lr };
    await hold(backend, plainSae, known, config, 0);
  });

for (const name of ["msae-small", "msae-paper-shape"])
  test(`${name}: latents and reconstruction in plain loops equal the oracle's`, () => {
    const known = oracle<Case>(name);
    const { W, bPre, bLat } = parametersOf(known.weights);
    const { d, k, prefixes } = known;
    const weights = { architecture: "msae", d, k, W, bPre, bLat, prefixes, config: {} };
    allClose(encode(weights, floats(known.items)), flat(known.itemLatents), 1e-5, "latents");
    allClose(reconstruct(weights, floats(known.items)), flat(known.itemReconstruction), 1e-5, "reconstruction");
  });

test("the KL term and its gradient equal the oracle's, also where the clamp is active", async () => {
  const known = oracle<{ rho: number; latents: number[][]; value: number; gradient: number[][] }>("kl-clamp");
  const { tf } = await choose("cpu");
  const z = tf.tensor2d(known.latents);
  const { value, grad } = tf.valueAndGrad((x) => klDivergence(tf, x as typeof z, known.rho))(z);
  allClose(value.dataSync(), [known.value], 1e-4, "value");
  allClose(grad.dataSync(), flat(known.gradient), 1e-4, "gradient");
});

test("β follows the published schedule", () => {
  const known = oracle<{ epochs: number; end: number; warmup: number; beta: number[] }>("beta-schedule");
  const config = { epochs: known.epochs, betaEnd: known.end, betaWarmup: known.warmup };
  assert.equal(
    known.beta.map((_, epoch) => betaAt(epoch, config)),
    known.beta,
  );
});

test.run();
