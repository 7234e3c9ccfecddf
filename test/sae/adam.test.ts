import { test } from "uvu";
import { adamStep, initAdam } from "../../lib/src/sae/adam";
import { allClose } from "../oracle";

const config = { lr: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

test("the first step is lr·g/(|g| + epsilon), so that a gradient as small as epsilon moves half as far", () => {
  const parameters = { w: Float32Array.of(1, 1, 1) };
  adamStep(parameters, { w: Float32Array.of(3, 1e-8, 0) }, initAdam(parameters), config);
  allClose(parameters.w, [0.9, 0.95, 1], 1e-6);
});

test("moments decay after a gradient that came once", () => {
  const parameters = { w: Float32Array.of(0) };
  const state = initAdam(parameters);
  adamStep(parameters, { w: Float32Array.of(2) }, state, config);
  adamStep(parameters, { w: Float32Array.of(0) }, state, config);
  allClose(state.m.w, [0.9 * 0.2], 1e-6, "first moment");
  allClose(state.v.w, [0.999 * 0.004], 1e-6, "second moment");
  // m̂ = .18/(1 − .81), v̂ = .003996/(1 − .998001)
  allClose(parameters.w, [-0.1 - (0.1 * (0.18 / 0.19)) / Math.sqrt(0.003996 / 0.001999)], 1e-5, "parameter");
});

test.run();
