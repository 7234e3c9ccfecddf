import { Worker } from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { granted, threadError } from "../../lib/src/kernels/resource-errors";

test("memory that WebAssembly is refused is told with a remedy; other errors pass, as do results", () => {
  const refused = (): never => {
    throw new RangeError("WebAssembly.Memory(): could not allocate memory");
  };
  assert.throws(
    () => granted(refused),
    /was not given the memory .*could not allocate memory.*ulimit -v unlimited.*\.$/,
  );
  assert.throws(
    () =>
      granted(() => {
        throw new TypeError("other");
      }),
    (error: Error) => error instanceof TypeError,
  );
  assert.is(
    granted(() => 3),
    3,
  );
});

test("a thread that could not be started says what there was too little of; an error of its work stays", async () => {
  const own = await new Promise<Error>((resolve) =>
    new Worker("throw new Error('its own')", { eval: true }).once("error", resolve),
  );
  assert.is(threadError(own), own);
  const start = Object.assign(new Error("Worker initialization failure: EMFILE"), { code: "ERR_WORKER_INIT_FAILED" });
  assert.match(
    threadError(start).message,
    /could not be started \(.*EMFILE\): allow more open files .*MSAE_THREADS=1.*\.$/,
  );
});

test.run();
