import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { BceSgdKernel } from "../../lib/src/kernels/bce-sgd";
import { openIals } from "../../lib/src/kernels/ials";
import { Kernel } from "../../lib/src/kernels/pool";
import type { Csr } from "../../lib/src/records/interactions";

const [USERS, ITEMS, EACH, D] = [60, 40, 6, 4];
const random = seededRandom(5, "guard-test");
const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => 0.1 * random.normal());

/** Every user took every seventh item from a place of its own on. */
const csr: Csr = {
  rows: USERS,
  cols: ITEMS,
  indptr: Int32Array.from({ length: USERS + 1 }, (_, row) => row * EACH),
  indices: Int32Array.from(
    Array.from({ length: USERS }, (_, row) =>
      Array.from({ length: EACH }, (_, at) => (row + 7 * at) % ITEMS).sort((a, b) => a - b),
    ).flat(),
  ),
};

/** Work in which a call of `name` on several threads changes one bit, where `at` says. */
async function broken(
  name: string,
  at: (args: readonly number[]) => number,
  work: () => Promise<unknown>,
): Promise<Error> {
  const each = Kernel.prototype.each;
  Kernel.prototype.each = async function (this: Kernel, called, args, tasks, onTasks, threads = this.threads) {
    await each.call(this, called, args, tasks, onTasks, threads);
    if (called !== name || threads === 1) return;
    const { memory } = this as unknown as { memory: { buffer: SharedArrayBuffer } };
    new Uint8Array(memory.buffer)[at(args) + 1] ^= 1;
  };
  try {
    return await work().then(
      () => new Error("nothing was noticed"),
      (error) => error,
    );
  } finally {
    Kernel.prototype.each = each;
  }
}

async function sweeps(threads: number): Promise<Float32Array> {
  const solver = openIals(csr, { d: D, alpha: 1, reg: 0.1 }, threads);
  try {
    solver.setItems(normals(ITEMS * D));
    await solver.solveUsers();
    await solver.solveItems();
    return solver.items();
  } finally {
    await solver.close();
  }
}

async function blocks(threads: number, offset?: (kernel: BceSgdKernel) => void): Promise<Float32Array> {
  const settings = { d: D, lr: 0.01, reg: 0.01, batch: 16, schedule: "blocks" } as const;
  const kernel = new BceSgdKernel(csr, settings, threads);
  offset?.(kernel);
  try {
    const start = { P: normals(USERS * D), Q: normals(ITEMS * D) };
    await kernel.start({ ...start, bu: new Float32Array(USERS), bi: new Float32Array(ITEMS) });
    await kernel.draw(1, 0);
    await kernel.train(() => {});
    return kernel.parameters().Q;
  } finally {
    await kernel.close();
  }
}

test("iALS: a thread's wrong bit in the first rows stops the fit with a sentence", async () => {
  // Offsets of what the rows explain, and of the solved factors.
  for (const argument of [12, 5]) {
    const error = await broken(
      "solve",
      (args) => args[argument],
      () => sweeps(2),
    );
    assert.match(error.message, /^The first rows of iALS came out different on 2 threads and on one, .*MSAE_THREADS=1/);
  }
  assert.ok((await sweeps(2)).every(Number.isFinite));
});

test("BCE SGD by blocks: a thread's wrong bit in the first blocks stops the fit with a sentence", async () => {
  let offset = 0;
  const error = await broken(
    "trainBlock",
    () => offset,
    () =>
      blocks(2, (kernel) => {
        offset = (kernel as unknown as { regions: { users: { offset: number } } }).regions.users.offset;
      }),
  );
  assert.match(error.message, /^The first blocks of BCE SGD came out different on 2 threads and on one/);
  assert.ok((await blocks(2)).every(Number.isFinite));
});

test.run();
