import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { choose } from "../../lib/src/sae/backend";

test("the wasm engine leaves no error listener on the process, and prints nothing", async () => {
  const listeners = (): number[] => ["uncaughtException", "unhandledRejection"].map((e) => process.listenerCount(e));
  const before = listeners();
  const printed: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  for (const stream of streams) stream.write = ((text: unknown) => printed.push(String(text)) > 0) as never;
  try {
    const { tf, backend } = await choose("wasm");
    assert.is(backend, "wasm");
    assert.is(tf.getBackend(), "wasm");
    assert.equal(Array.from(tf.tensor1d([1, 2, 3]).cumsum().dataSync()), [1, 3, 6]);
  } finally {
    streams.forEach((stream, at) => {
      stream.write = writes[at];
    });
  }
  assert.equal(listeners(), before);
  assert.equal(printed, []);
});

test("left alone, the fastest engine that works is chosen, and says why the faster ones are not", async () => {
  const { backend, why } = await choose(undefined);
  assert.match(why, "the fastest that works here");
  assert.is(why.includes("tfjs-node-gpu: its native addon is not built"), backend !== "tfjs-node-gpu");
});

test("the native engine works where it is built, and is refused with a sentence where it is not", async () => {
  const answer = await choose("tfjs-node-gpu").catch((thrown: unknown) => thrown);
  if (answer instanceof Error) {
    assert.instance(answer, InputError);
    assert.match(answer.message, /MSAE_BACKEND names does not work here \(tfjs-node-gpu: .+\): unset it/);
  } else assert.is((answer as { backend: string }).backend, "tfjs-node-gpu");
});

test.run();
