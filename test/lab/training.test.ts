import { mkdtempSync, rmSync } from "node:fs";
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

test.run();
