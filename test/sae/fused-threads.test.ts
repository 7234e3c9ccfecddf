import { setFlagsFromString } from "node:v8";
import type { Worker } from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { planFused } from "../../lib/src/kernels/msae-plan";
import { type Call, Kernel } from "../../lib/src/kernels/pool";
import { openFused } from "../../lib/src/sae/fused";
import { msae } from "../../lib/src/sae/msae";
import { D, random, small, stateOf } from "./fused-cases";

const ROWS = 40;
const STEPS = 12;

/** Losses and weights after some steps. */
async function losses(threads: number): Promise<number[]> {
  const engine = openFused(msae, random(ROWS, D), small, stateOf(msae.init(small, D)), { threads });
  const order = Int32Array.from({ length: ROWS }, (_, row) => row);
  try {
    engine.begin(small.epochs - 1, { users: order, items: order });
    const out: number[] = [];
    for (let at = 0; at < STEPS; at++) out.push(...(await engine.run(at % 4, 1))[0]);
    return [...out, ...Object.values(engine.state().parameters).flatMap((values) => [...values])];
  } finally {
    await engine.close();
  }
}

/** What a kernel keeps to itself. */
interface Inside {
  workers: Worker[];
  memory: { buffer: SharedArrayBuffer };
  answer(worker: Worker, call: Call): Promise<void>;
}
const inside = (kernel: Kernel): Inside => kernel as unknown as Inside;

type Together = typeof Kernel.prototype.together;

/** Run with every call of `train` on two threads made by `call` instead. */
async function with2<T>(
  call: (kernel: Kernel, original: () => Promise<void>, args: readonly number[]) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const original: Together = Kernel.prototype.together;
  Kernel.prototype.together = function (this: Kernel, name, args, threads = this.threads) {
    const plain = (): Promise<void> => original.call(this, name, args, threads);
    return name === "train" && threads === 2 ? call(this, plain, args) : plain();
  };
  try {
    return await work();
  } finally {
    Kernel.prototype.together = original;
  }
}

test("a thread that comes to a barrier long after the other changes nothing, with fresh code as well", async () => {
  // Where code begins as the baseline compiler's, it stays so.
  setFlagsFromString("--wasm-tiering-budget=1000000000");
  const expected = await losses(1);
  let calls = 0;
  const found = await with2(
    async (kernel, plain, args) => {
      // Barriers have to have opened before, and the threads have to be there.
      if (calls++ === 0) return plain();
      const [first, second] = inside(kernel).workers;
      const call = (thread: number) => ({ name: "train", args: [...args, thread, 2], threads: 2 });
      const one = inside(kernel).answer(first, call(0));
      await new Promise((resume) => setTimeout(resume, 60));
      await Promise.all([one, inside(kernel).answer(second, call(1))]);
    },
    () => losses(2),
  );
  assert.ok(calls > 1, `${calls} calls on two threads`);
  assert.equal(found, expected);
});

test("one wrong bit of a thread in a training's first steps stops it, with a sentence that says what to do", async () => {
  const sizes = { batch: { users: 9, items: 9 }, users: ROWS, items: ROWS, normalise: true, untied: false, threads: 2 };
  const plan = planFused({ ...sizes, d: D, k: small.k, prefixes: small.prefixes });
  for (const region of ["parameters", "m", "v", "losses"] as const) {
    const error = await with2(
      async (kernel, plain) => {
        await plain();
        new Uint8Array(inside(kernel).memory.buffer)[plan[region].offset + 1] ^= 1;
      },
      () => losses(2),
    ).catch((thrown) => thrown);
    assert.match(
      String((error as Error).message),
      /^The first steps came out different on 2 threads and on one, .*MSAE_THREADS=1 .*report/,
    );
  }
  assert.equal(await losses(2), await losses(1));
});

test.run();
