import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { Layout } from "../../lib/src/kernels/layout";
import { Kernel } from "../../lib/src/kernels/pool";
import { threadCount } from "../../lib/src/kernels/threads";
import { gramMatrix } from "../../lib/src/mf/ials-reference";
import { allClose } from "../oracle";

const [ROWS, WIDTH, BLOCKS] = [10_000, 8, 3];

/** The Gram kernel over random rows: a task for each of its three blocks. */
function gramKernel(threads: number) {
  const layout = new Layout();
  const [matrix, out] = [layout.words(ROWS * WIDTH), layout.doubles(BLOCKS * WIDTH * WIDTH)];
  const scratch = layout.words(threads * WIDTH * WIDTH);
  const kernel = new Kernel("ials", layout, threads);
  const random = seededRandom(3, "pool-test");
  const rows = kernel.floats(matrix);
  for (let at = 0; at < rows.length; at++) rows[at] = random.normal();
  const args = [matrix.offset, ROWS, WIDTH, 4096, scratch.offset, out.offset];
  return { kernel, rows, out: kernel.doubles(out), args };
}

test("the tasks of a call give the same bytes on 1, 2 and 4 threads, and add up to what a plain loop gives", async () => {
  const results: Float64Array[] = [];
  for (const threads of [1, 2, 4]) {
    const { kernel, out, args } = gramKernel(threads);
    await kernel.each("gram", args, BLOCKS);
    results.push(out.slice());
    await kernel.close();
  }
  for (const result of results) assert.equal(result, results[0]);
  const { kernel, rows } = gramKernel(1);
  const known = gramMatrix(Float64Array.from(rows), WIDTH);
  await kernel.close();
  for (let f = 0; f < WIDTH; f++)
    for (let g = 0; g <= f; g++) {
      const sum = [0, 1, 2].reduce((total, block) => total + results[0][(block * WIDTH + f) * WIDTH + g], 0);
      allClose([sum / ROWS], [known[f * WIDTH + g] / ROWS], 1e-4, `gram[${f}][${g}]`);
    }
});

for (const threads of [1, 2])
  test(`a report that throws stops the work, and ends every thread: ${threads} threads`, async () => {
    // Eight blocks of rows so wide that each takes about a tenth of a second.
    const [blocks, width] = [8, 512];
    const layout = new Layout();
    const [matrix, out] = [layout.words(blocks * 4096 * width), layout.doubles(blocks * width * width)];
    const scratch = layout.words(threads * width * width);
    const kernel = new Kernel("ials", layout, threads);
    let told = -1;
    let atStop = process.cpuUsage();
    const error = await kernel
      .each("gram", [matrix.offset, blocks * 4096, width, 4096, scratch.offset, out.offset], blocks, (done) => {
        told = done;
        atStop = process.cpuUsage();
        throw new Error("stop");
      })
      .catch((thrown) => thrown);
    assert.is((error as Error).message, "stop");
    assert.ok(told >= 0 && told < blocks, `${told} blocks done`);
    // Work is counted, not time, which a busy machine has less of.
    await new Promise((resume) => setTimeout(resume, 200));
    const { user, system } = process.cpuUsage(atStop);
    assert.ok(user + system < 200_000, `${(user + system) / 1000} ms of work behind a stopped call`);
  });

test("a kernel that fails says so, and is not used again", async () => {
  for (const threads of [1, 2]) {
    const { kernel, args } = gramKernel(threads);
    const call = () => kernel.each("gram", [2 ** 31, ...args.slice(1)], 1).catch((thrown) => thrown);
    assert.match(((await call()) as Error).message, /out of bounds/);
    await kernel.close();
    if (threads > 1) assert.match(((await call()) as Error).message, /out of bounds/);
  }
});

test("a kernel that was not closed does not keep the process alive", () => {
  const code = `
    const { Layout } = require("./layout"); const { Kernel } = require("./pool");
    const kernel = new Kernel("ials", new Layout(), 2);
    kernel.each("gram", [0, 0, 4, 4096, 0, 0], 1).then(() => console.log("done"));`;
  const dist = join(__dirname, "..", "..", "lib", "dist", "kernels");
  assert.is(
    execFileSync(process.execPath, ["-e", code.replaceAll("./", `${dist}/`)], { timeout: 10_000 }).toString(),
    "done\n",
  );
});

test("threads are those that MSAE_THREADS asks for, and a number that makes no sense is refused", () => {
  const before = process.env.MSAE_THREADS;
  try {
    process.env.MSAE_THREADS = "3";
    assert.is(threadCount(), 3);
    process.env.MSAE_THREADS = "";
    assert.ok(threadCount() >= 1 && threadCount() <= 8);
    for (const bad of ["0", "two", "1.5", "65"]) {
      process.env.MSAE_THREADS = bad;
      assert.throws(threadCount, (error: Error) => error instanceof InputError && error.message.includes(`"${bad}"`));
    }
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, "MSAE_THREADS");
    else process.env.MSAE_THREADS = before;
  }
});

test("more memory than a kernel can address is refused before it is asked for", () => {
  assert.throws(() => new Layout().words(2 ** 30), /more than the 4 GiB/);
});

test.run();
