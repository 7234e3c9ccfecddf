/**
 * Milliseconds of a training step of the MSAE, fused on one thread and on at most two (one where that is faster) and in tfjs, medians over alternating rounds, as
 * JSON. β is at its full weight, so that all four losses are computed.
 *
 *   node --import tsx bench/msae-step.ts [--shape paper|wide] [--rounds 5] [--tfjs]
 */
import { parseArgs } from "node:util";
import { seededRandom } from "../lib/src/random";
import { initAdam } from "../lib/src/sae/adam";
import { loadTf } from "../lib/src/sae/backend";
import type { Engine } from "../lib/src/sae/engine";
import { openFused } from "../lib/src/sae/fused";
import { MSAE_DEFAULTS, type MsaeConfig, msae } from "../lib/src/sae/msae";
import { openTfjs } from "../lib/src/sae/tfjs-engine";

const SHAPES = {
  paper: { d: 20, k: 50, prefixes: MSAE_DEFAULTS.prefixes, batch: 256, steps: 400 },
  wide: { d: 256, k: 4096, prefixes: [819, 1638, 2458, 3277, 4096], batch: 1024, steps: 1 },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      shape: { type: "string", default: "paper" },
      rounds: { type: "string", default: "5" },
      tfjs: { type: "boolean", default: false },
    },
  });
  const shape = SHAPES[values.shape as keyof typeof SHAPES];
  const { d, k, prefixes, batch, steps } = shape;
  const config: MsaeConfig = { ...MSAE_DEFAULTS, k, prefixes, batch, betaEnd: 5, betaWarmup: 0, epochs: 1 };
  const random = seededRandom(42, "bench/msae-step");
  const n = batch * Math.min(steps, 40);
  const side = (): Float32Array => Float32Array.from({ length: n * d }, () => 0.1 * random.normal());
  const rows = { users: side(), items: side(), d };
  const state = () => {
    const parameters = msae.init(config, d);
    return { parameters, adam: initAdam(parameters) };
  };
  const engines: Record<string, { engine: Engine; steps: number; times: number[] }> = {};
  for (const threads of [1, 2])
    engines[threads === 1 ? "fused, 1 thread" : `fused, at most ${threads} threads`] = {
      engine: openFused(msae, rows, config, state(), { threads }),
      steps,
      times: [],
    };
  if (values.tfjs)
    engines[`tfjs ${(await loadTf()).backend}`] = {
      engine: await openTfjs(msae, rows, config, state()),
      steps: Math.ceil(steps / 20),
      times: [],
    };
  const order = Int32Array.from({ length: n }, (_, row) => row);
  const most = Math.floor(n / batch);
  const makeSteps = async (engine: Engine, count: number): Promise<void> => {
    for (let done = 0; done < count; ) {
      const from = done % most;
      done += (await engine.run(from, Math.min(most - from, count - done))).length;
    }
  };
  for (const { engine, steps: count } of Object.values(engines)) {
    engine.begin(1, { users: order, items: order });
    await makeSteps(engine, Math.ceil(count / 2));
  }
  for (let round = 0; round < Number(values.rounds); round++)
    for (const entry of Object.values(engines)) {
      const started = performance.now();
      await makeSteps(entry.engine, entry.steps);
      entry.times.push((performance.now() - started) / entry.steps);
    }
  const medians = Object.fromEntries(
    Object.entries(engines).map(([name, { times }]) => [name, times.sort((a, b) => a - b)[times.length >> 1]]),
  );
  for (const { engine } of Object.values(engines)) await engine.close();
  console.log(JSON.stringify({ shape: values.shape, unit: "ms a step", ...medians }));
}

void main();
