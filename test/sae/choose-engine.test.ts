import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { choose, loadTf } from "../../lib/src/sae/backend";
import { chooseEngine } from "../../lib/src/sae/choose-engine";
import { compareEngines } from "../../lib/src/sae/compare-engines";
import { MSAE_DEFAULTS, msae } from "../../lib/src/sae/msae";
import { PLAIN_SAE_DEFAULTS } from "../../lib/src/sae/plain";
import { trainMsae, trainPlainSae } from "../../lib/src/sae/trainers";

const D = 6;
const side = (n: number): Float32Array => {
  const random = seededRandom(n, "choose-engine-test");
  return Float32Array.from({ length: n * D }, () => random.normal());
};
const rows = { users: side(80), items: side(60), d: D };
const small = { k: 8, batch: 16, epochs: 2 };
const before = process.env.MSAE_BACKEND;
const ask = (backend?: string): void => {
  if (backend === undefined) Reflect.deleteProperty(process.env, "MSAE_BACKEND");
  else process.env.MSAE_BACKEND = backend;
};
test.before.each(() => ask(undefined));
test.after(() => ask(before));

test("left alone, both architectures are trained on the kernel", async () => {
  assert.equal(await chooseEngine(msae, { k: 50, d: 20 }), { engine: "fused", why: "the fastest at this shape" });
  const matryoshka = await trainMsae(rows, { ...MSAE_DEFAULTS, ...small, prefixes: [4, 8] });
  const plain = await trainPlainSae(rows, { ...PLAIN_SAE_DEFAULTS, ...small, prefixes: [8] });
  assert.equal([matryoshka.backend, plain.backend], ["fused", "fused"]);
});

test("a wide shape goes to the native engine where that is built, else to the kernel", async () => {
  const { engine } = await chooseEngine(msae, { k: 8192, d: 512 });
  const { backend } = await loadTf();
  assert.is(engine, backend === "tfjs-node-gpu" ? "tfjs-node-gpu" : "fused");
});

test("an architecture that the kernel does not know goes to tfjs, and is refused where the kernel is asked for", async () => {
  assert.is((await chooseEngine({ name: "topk" }, { k: 8, d: D })).engine, (await loadTf()).backend);
  ask("fused");
  const error = await chooseEngine({ name: "topk" }, { k: 8, d: D }).catch((thrown) => thrown);
  assert.instance(error, InputError);
  assert.match((error as Error).message, /"fused", which trains msae and plain: for "topk" choose one of/);
});

test("MSAE_BACKEND names the kernel or an engine of tfjs, whatever the shape", async () => {
  ask("fused");
  assert.equal(await chooseEngine(msae, { k: 8192, d: 512 }), {
    engine: "fused",
    why: "asked for by MSAE_BACKEND",
  });
  // Tensors are still there for what is not a training.
  assert.match((await choose("fused")).why, /the fastest that works here/);
});

test("the comparison gives the same losses and weights from both forms, and says how many times faster the kernel is", async () => {
  const done: number[] = [];
  const config = { ...MSAE_DEFAULTS, ...small, prefixes: [4, 8], betaWarmup: 0, lr: 2e-3 };
  const compared = await compareEngines(rows, config, (progress) => void done.push(progress.done / progress.total));
  assert.is(compared.fused.engine, "fused");
  assert.is(compared.tfjs.engine, (await loadTf()).backend);
  assert.ok(compared.lossDifference < 1e-5, `losses differ by ${compared.lossDifference}`);
  assert.ok(compared.weightDifference < 1e-4, `weights differ by ${compared.weightDifference}`);
  assert.is(compared.timesFaster, compared.tfjs.millisecondsPerStep / compared.fused.millisecondsPerStep);
  assert.equal(
    done,
    [...done].sort((a, b) => a - b),
  );
  assert.is(done[done.length - 1], 1);
});

test.run();
