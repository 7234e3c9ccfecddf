import { seededRandom } from "../base/random";
import { type BackendName, choose, FUSED, loadTf } from "../sae/backend";
import { chooseEngine } from "../sae/choose-engine";
import { trainFused } from "../sae/fused";
import { betaAt, MSAE_DEFAULTS, type MsaeConfig, msae } from "../sae/msae";
import { msaeStepper, type StepShape } from "../sae/stepper";
import type { Benchmark, BenchSize, Contender, Outcome, PeerWork, Prepared } from "./benchmark";
import { paced } from "./throttled";

/** A training step at one shape: how many steps a round takes, and which tfjs engines stand beside what is chosen. */
interface MsaeWork extends StepShape {
  steps: number;
  beside: readonly BackendName[];
}

/** A benchmark of the MSAE's training step at one shape for each size. */
function msaeBenchmark(
  name: string,
  rounds: Readonly<Record<BenchSize, number>>,
  works: Readonly<Record<BenchSize, MsaeWork>>,
): Benchmark {
  return { name, rounds, prepare: (size, all) => prepare(works[size], all) };
}

const prefixes = (k: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.round(((index + 1) * k) / count));

const PAPER: MsaeWork = { d: 20, k: 50, prefixes: prefixes(50, 10), batch: 256, steps: 100, beside: ["wasm"] };

/** The paper's shape. */
export const msaeStep: Benchmark = msaeBenchmark(
  "msae",
  { small: 3, full: 7 },
  { small: { ...PAPER, steps: 20 }, full: PAPER },
);

/** A wide autoencoder, as those of language models are. */
export const msaeWide: Benchmark = msaeBenchmark(
  "msae-wide",
  { small: 2, full: 3 },
  {
    small: { d: 64, k: 512, prefixes: prefixes(512, 5), batch: 256, steps: 2, beside: ["wasm"] },
    full: { d: 256, k: 4096, prefixes: prefixes(4096, 5), batch: 1024, steps: 1, beside: ["wasm"] },
  },
);

/** Where native code matters most: the engines of tfjs beside each other. */
export const msaeNative: Benchmark = msaeBenchmark(
  "msae-native",
  { small: 2, full: 3 },
  {
    small: { d: 64, k: 1024, prefixes: prefixes(1024, 10), batch: 256, steps: 1, beside: ["tfjs-node-gpu", "wasm"] },
    full: { d: 512, k: 8192, prefixes: prefixes(8192, 10), batch: 256, steps: 1, beside: ["tfjs-node-gpu", "wasm"] },
  },
);

async function prepare(work: MsaeWork, rounds: number): Promise<Prepared> {
  const { d, k, batch, steps } = work;
  const n = batch * steps;
  const random = seededRandom(42, "bench/msae/rows");
  const side = (): Float32Array => Float32Array.from({ length: n * d }, () => 0.1 * random.normal());
  const rows = { users: side(), items: side(), d };
  // Without a warm-up the inner-product term counts from the second epoch on, the first that is measured.
  const config: MsaeConfig = { ...MSAE_DEFAULTS, k, prefixes: work.prefixes, batch, epochs: rounds, betaWarmup: 0 };
  const { engine } = await chooseEngine(msae, work);
  let last = Number.NaN;
  const training = paced("fused kernel", engine === FUSED ? "ours" : "form", (pause) =>
    trainFused(msae, rows, config, {
      onCheckpoint: async ({ history }) => {
        last = history[history.length - 1].total;
        await pause();
      },
    }),
  );
  const ours = { ...training, round: async () => (await training.round()) / steps };
  const beside = await Promise.all(work.beside.map((name) => tfjsContender(name, work, name === engine)));
  return {
    what: `one training step of the MSAE, ${batch} user and ${batch} item rows, d=${d}, k=${k.toLocaleString("en")}, ${work.prefixes.length} prefixes, all losses and Adam`,
    unit: "step",
    note: `A round is ${steps === 1 ? "one step" : `${steps} steps`}; PyTorch trains on the same rows in the same order, from the same weights.`,
    ours: [ours, ...beside.filter((contender) => contender !== undefined)],
    peers: { module: "msae", arrays: peerArrays(rows, config), config: { ...config, betas: betasOf(config) } },
    // Encode, decode, gradients of latents and, twice, of weights; the inner-product term by Gram matrices.
    flops: 20 * batch * d * k + 12 * batch * d * d,
    bytes: 4 * (7 * k * d + 2 * batch * (2 * d + 2 * k)),
    check: (peer?: Outcome) => ({ what: `mean loss of epoch ${rounds}`, value: peer ? peer.values.loss : last }),
  };
}

/** One tfjs engine that is stepped by hand, "ours" where the lab would choose it; undefined where it does not work. */
async function tfjsContender(engine: BackendName, work: MsaeWork, chosen: boolean): Promise<Contender | undefined> {
  const previous = await loadTf();
  const works = await choose(engine).then(
    () => true,
    () => false,
  );
  await choose(previous.backend);
  if (!works) return undefined;
  let step: (() => number) | undefined;
  // An engine that takes seconds a step takes few of them.
  const steps = Math.min(work.steps, 5);
  return {
    name: `tfjs, ${engine}`,
    role: chosen ? "ours" : "form",
    async round() {
      const { tf } = await choose(engine);
      step ??= msaeStepper(tf, work);
      const started = performance.now();
      for (let done = 0; done < steps; done++) step();
      const seconds = (performance.now() - started) / 1000 / steps;
      await choose(previous.backend);
      return seconds;
    },
    async close() {},
  };
}

const betasOf = (config: MsaeConfig): number[] =>
  Array.from({ length: config.epochs }, (_, epoch) => betaAt(epoch, config));

/** The rows, the starting weights, and the order of every epoch, drawn from the same streams as {@link trainFused}'s. */
function peerArrays(
  rows: { users: Float32Array; items: Float32Array; d: number },
  config: MsaeConfig,
): PeerWork["arrays"] {
  const { d } = rows;
  const n = rows.users.length / d;
  const order = (side: string): Int32Array => {
    const all = new Int32Array(config.epochs * n);
    for (let epoch = 0; epoch < config.epochs; epoch++)
      all.set(
        seededRandom(config.seed, `sae/epoch/${epoch}/${side}`).shuffle(
          Int32Array.from({ length: n }, (_, row) => row),
        ),
        epoch * n,
      );
    return all;
  };
  return {
    users: { shape: [n, d], data: rows.users },
    items: { shape: [n, d], data: rows.items },
    W: { shape: [config.k, d], data: msae.init(config, d).W },
    user_order: { shape: [config.epochs, n], data: order("users") },
    item_order: { shape: [config.epochs, n], data: order("items") },
  };
}
