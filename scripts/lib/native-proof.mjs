import { createRequire } from "node:module";
import util from "node:util";

// Run by itself: a few training steps on the native engine, and one line on what answered.
// Node 23 took these away; tfjs-node 4.22 calls them before its first operation.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = createRequire(import.meta.url)("@tensorflow/tfjs-node-gpu");
const x = tf.randomNormal([64, 8], 0, 1, "float32", 1);
const w = tf.variable(tf.randomNormal([8, 8], 0, 1, "float32", 2));
const adam = tf.train.adam(0.05);
const losses = [];
for (let step = 0; step < 30; step++)
  losses.push(adam.minimize(() => x.matMul(w).sub(x).square().mean(), true).dataSync()[0]);
if (!(losses[29] < losses[0])) throw new Error(`training did not descend: ${util.inspect(losses)}`);
console.log(`native|${tf.backend().binding.TF_Version}|${tf.backend().isUsingGpuDevice}`);
