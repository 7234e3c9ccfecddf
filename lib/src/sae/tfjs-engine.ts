import type * as Tf from "@tensorflow/tfjs";
import { type AdamState, adamStep, type Parameters } from "./adam";
import type { Architecture, Batch, TrainingConfig } from "./architecture";
import { loadTf } from "./backend";
import type { Engine, EpochOrder } from "./engine";

/** tfjs as an engine: one step a call, gradients by automatic differentiation. It changes `state` in place. */
export async function openTfjs<C extends TrainingConfig>(
  architecture: Architecture<C>,
  rows: { users: Float32Array; items: Float32Array; d: number },
  config: C,
  state: { parameters: Parameters; adam: AdamState },
): Promise<Engine> {
  const { tf, backend } = await loadTf();
  const { d } = rows;
  const shapes = architecture.shapes(config, d);
  let now: { epoch: number; order: EpochOrder } | undefined;
  return {
    name: backend,
    begin(epoch, order) {
      now = { epoch, order };
    },
    async run(from) {
      if (!now) throw new Error("An engine makes steps of an epoch that was begun.");
      const { epoch, order } = now;
      const batch = {
        users: gather(rows.users, d, order.users, from * config.batch, config.batch),
        items: gather(rows.items, d, order.items, from * config.batch, config.batch),
      };
      const { terms, gradients } = lossAndGradients(
        tf,
        architecture,
        state.parameters,
        shapes,
        batch,
        d,
        config,
        epoch,
      );
      adamStep(state.parameters, gradients, state.adam, config);
      return [terms];
    },
    state: () => state,
    close: async () => {},
  };
}

/**
 * The loss terms of one batch, weighted, in the architecture's order, and the gradient of their sum.
 *
 * @param shapes of the parameters @param batch rows of users and of items, row-major
 */
export function lossAndGradients<C extends TrainingConfig>(
  tf: typeof Tf,
  architecture: Architecture<C>,
  parameters: Parameters,
  shapes: Readonly<Record<string, number[]>>,
  batch: { users: Float32Array; items: Float32Array },
  d: number,
  config: C,
  epoch: number,
): { terms: number[]; gradients: Parameters } {
  let result: { terms: number[]; gradients: Parameters } | undefined;
  tf.tidy(() => {
    const names = Object.keys(parameters);
    const tensors = names.map((name) => tf.tensor(parameters[name], shapes[name]));
    const onDevice: Batch = {
      users: tf.tensor2d(batch.users, [batch.users.length / d, d]),
      items: tf.tensor2d(batch.items, [batch.items.length / d, d]),
    };
    let terms: Tf.Tensor1D | undefined;
    const { grads } = tf.valueAndGrads((...values: Tf.Tensor[]) => {
      const named = Object.fromEntries(names.map((name, index) => [name, values[index]]));
      const losses = architecture.loss(tf, named, onDevice, config, epoch);
      terms = tf.keep(tf.stack(architecture.terms.map((name) => losses[name]))) as Tf.Tensor1D;
      return terms.sum() as Tf.Scalar;
    })(tensors);
    const vector = terms as unknown as Tf.Tensor1D;
    const gradients = Object.fromEntries(names.map((name, index) => [name, grads[index].dataSync() as Float32Array]));
    const values = Array.from(vector.dataSync());
    vector.dispose();
    // Not returned through tidy, which looks into every value of what it returns for tensors to keep.
    result = { terms: values, gradients };
  });
  return result as unknown as { terms: number[]; gradients: Parameters };
}

/** `count` rows from `from` on in the given order, which is cycled. */
function gather(rows: Float32Array, d: number, order: Int32Array, from: number, count: number): Float32Array {
  const out = new Float32Array(count * d);
  for (let index = 0; index < count; index++) {
    const row = order[(from + index) % order.length];
    out.set(rows.subarray(row * d, (row + 1) * d), index * d);
  }
  return out;
}
