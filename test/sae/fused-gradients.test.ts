import { test } from "uvu";
import { seededRandom } from "../../lib/src/base/random";
import { choose } from "../../lib/src/sae/backend";
import { openFused } from "../../lib/src/sae/fused";
import { initialRows, type MsaeConfig, msae } from "../../lib/src/sae/msae";
import { lossAndGradients } from "../../lib/src/sae/tfjs-engine";
import type { TrainingRows } from "../../lib/src/sae/train";
import { allClose } from "../oracle";
import { D, random, small, stateOf } from "./fused-cases";

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

test.run();
