import { test } from "uvu";
import * as assert from "uvu/assert";
import { Interrupted } from "../../lib/src/base/errors";
import { Layout } from "../../lib/src/kernels/layout";
import { Kernel } from "../../lib/src/kernels/pool";
import { BOUNDS, type Bounds, Watchdog } from "../../lib/src/kernels/watchdog";
import { interruptible } from "../../lib/src/lab/interrupt";

/** The first of two threads, which waits at a barrier to which the second never comes. */
function hang(bounds?: Bounds): { kernel: Kernel; call: Promise<Error> } {
  const kernel = new Kernel("msae", new Layout(), 2, bounds);
  const [steps, thread, threads] = [1, 0, 2];
  const call = kernel.together("train", [0, steps, 0, 0, 0, 0, 0, 0, thread, threads], 1);
  return {
    kernel,
    call: call.then(
      () => new Error("it ended"),
      (error) => error,
    ),
  };
}

const threadsOf = (kernel: Kernel): number => (kernel as unknown as { workers: unknown[] }).workers.length;

test("threads that wait for each other for ever are given up with a sentence, and none is left", async () => {
  const { kernel, call } = hang({ asleep: 0.3, silent: 1000 });
  assert.match(
    (await call).message,
    /^The kernel "msae" was given up, since its threads waited for each other for 0\.3 s: .*MSAE_THREADS=1.*report/,
  );
  assert.is(threadsOf(kernel), 0);
  const again = await kernel.together("train", []).catch((error) => error);
  assert.match((again as Error).message, /was given up/);
});

test("a thread that never ends its task is given up, and ended", async () => {
  const layout = new Layout();
  const out = layout.words(8);
  const kernel = new Kernel("peak", layout, 2, { asleep: 1000, silent: 0.3 });
  const rounds = 2 ** 31 - 1;
  const error = await kernel.each("multiplyAdd", [rounds, out.offset], 2).catch((thrown) => thrown);
  assert.match((error as Error).message, /^The kernel "peak" was given up, since it did nothing for 0\.3 s: /);
  assert.is(threadsOf(kernel), 0);
});

test("Ctrl-C ends a call that hangs as it ends any other work", async () => {
  for (const signals of [1, 2]) {
    let hung: Kernel | undefined;
    const error = await interruptible("training", async () => {
      const { kernel, call } = hang();
      hung = kernel;
      for (let signal = 0; signal < signals; signal++) setTimeout(() => process.emit("SIGINT"), 100 + 100 * signal);
      throw await call;
    }).catch((thrown) => thrown);
    assert.instance(error, Interrupted);
    assert.match((error as Error).message, /^Stopped during training: finished stages are kept/);
    assert.is(hung && threadsOf(hung), 0);
  }
  assert.is(process.listenerCount("SIGINT"), 0);
});

test("Ctrl-C is heard between the tasks of a kernel of one thread, where nobody asks for reports", async () => {
  const layout = new Layout();
  const out = layout.words(4000);
  const kernel = new Kernel("peak", layout, 1);
  const error = await interruptible("ranking", async () => {
    process.nextTick(() => process.emit("SIGINT"));
    await kernel.each("multiplyAdd", [3_000_000, out.offset], 1000);
  }).catch((thrown) => thrown);
  assert.instance(error, Interrupted);
});

test("what counts as standing still", () => {
  const watchdog = new Watchdog({ asleep: 2, silent: 5 });
  let now = performance.now();
  const look = (done: number, asleep: boolean, passed: number): string | undefined => {
    now += passed;
    return watchdog.look(done, asleep, now);
  };
  assert.is(look(0, true, 0), undefined);
  // A machine that slept for an hour was looked at once.
  assert.is(look(0, true, 3_600_000), undefined);
  assert.is(look(1, true, 900), undefined);
  assert.is(look(1, true, 900), undefined);
  assert.is(look(1, false, 900), undefined);
  assert.is(look(1, true, 900), undefined);
  assert.is(look(1, true, 900), undefined);
  assert.match(String(look(1, true, 900)), /its threads waited/);
  for (let second = 0; second < 4; second++) assert.is(look(2, false, 1000), undefined);
  assert.match(String(look(2, false, 1000) ?? look(2, false, 1000)), /did nothing for 5 s/);
  assert.ok(BOUNDS.asleep >= 10 && BOUNDS.silent >= 60);
});

test.run();
