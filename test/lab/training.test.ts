import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openLab } from "../../lib/src/lab/lab";

const runs = mkdtempSync(join(tmpdir(), "training-"));
const set = { "sae.epochs": 4, "sae.betaWarmup": 1, "sae.minSteps": 0, "mf.iterations": 2 };
test.after(() => rmSync(runs, { recursive: true, force: true }));

test("the engine is part of the stage: a training on the kernel is never taken for one of tfjs", async () => {
  const before = process.env.MSAE_BACKEND;
  try {
    Reflect.deleteProperty(process.env, "MSAE_BACKEND");
    const kernel = await (await openLab({ runs, set })).sae();
    assert.is(kernel.backend, "fused");
    process.env.MSAE_BACKEND = "wasm";
    const tfjs = await (await openLab({ runs, set })).sae();
    assert.is(tfjs.backend, "wasm");
    assert.not.equal(tfjs.weights.W, kernel.weights.W);
    const last = (trained: typeof tfjs): number => trained.history[trained.history.length - 1].total;
    assert.ok(Math.abs(last(kernel) / last(tfjs) - 1) < 1e-5);
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, "MSAE_BACKEND");
    else process.env.MSAE_BACKEND = before;
  }
});

test("an untied decoder is kept on disk with its shape, and read again", async () => {
  const untied = { ...set, "sae.tied": false };
  const { weights } = await (await openLab({ runs, set: untied })).sae();
  assert.is(weights.decoder?.length, weights.k * weights.d);
  assert.not.equal(weights.decoder, weights.W);
  const again = await (await openLab({ runs, set: untied })).sae();
  assert.equal(again.weights, weights);
  const files = readdirSync(join(runs, "sae"), { recursive: true }) as string[];
  const headers = files
    .filter((file) => file.endsWith(".safetensors"))
    .map((file) => readFileSync(join(runs, "sae", file), "latin1").slice(0, 2000));
  const shape = `"weights.decoder":{"dtype":"F32","shape":[${weights.k},${weights.d}]`;
  assert.is(headers.filter((header) => header.includes(shape)).length, 1);
});

test.run();
