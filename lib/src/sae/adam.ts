/** Adam's constants (Kingma and Ba 2015); the defaults are those of the paper's training. */
export interface AdamConfig {
  /** Learning rate: about how far a parameter moves in a step. The paper's is 1e-4. */
  lr: number;
  /** Share of the first moment that a step keeps, 0.9. */
  beta1: number;
  /** Share of the second moment that a step keeps, 0.999. */
  beta2: number;
  /** Added to the root of the second moment, 1e-8; tfjs's own default is 1e-7. */
  epsilon: number;
}

/** Named parameters, or their gradients. */
export type Parameters = Record<string, Float32Array>;

/** First and second moments, and the number of steps taken. */
export interface AdamState {
  step: number;
  m: Parameters;
  v: Parameters;
}

/** Zero moments for these parameters. */
export function initAdam(parameters: Parameters): AdamState {
  const zeros = (): Parameters =>
    Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, new Float32Array(values.length)]));
  return { step: 0, m: zeros(), v: zeros() };
}

/** One step, in place: parameters −= lr · m̂ / (√v̂ + epsilon). */
export function adamStep(parameters: Parameters, gradients: Parameters, state: AdamState, config: AdamConfig): void {
  const { lr, beta1, beta2, epsilon } = config;
  state.step++;
  const correct1 = 1 - beta1 ** state.step;
  const correct2 = 1 - beta2 ** state.step;
  for (const [name, values] of Object.entries(parameters)) {
    const gradient = gradients[name];
    const m = state.m[name];
    const v = state.v[name];
    for (let index = 0; index < values.length; index++) {
      const g = gradient[index];
      m[index] = beta1 * m[index] + (1 - beta1) * g;
      v[index] = beta2 * v[index] + (1 - beta2) * g * g;
      values[index] -= (lr * (m[index] / correct1)) / (Math.sqrt(v[index] / correct2) + epsilon);
    }
  }
}
