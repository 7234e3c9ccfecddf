import { test } from "uvu";
import * as assert from "uvu/assert";
import { Interrupted } from "../../lib/src/base/errors";
import { interruptible } from "../../lib/src/lab/interrupt";

test("work that fails because Ctrl-C ended a process of its own has been stopped; without Ctrl-C, its error is told", async () => {
  for (const stopped of [true, false]) {
    const error = await interruptible(
      "ingest",
      async () => {
        if (stopped) process.emit("SIGINT");
        throw new Error("Command failed");
      },
      "nothing is kept",
    ).catch((thrown: unknown) => thrown as Error);
    assert.is(error instanceof Interrupted, stopped);
    assert.match(error.message, stopped ? /^Stopped during ingest: nothing is kept/ : /^Command failed$/);
  }
  assert.is(process.listenerCount("SIGINT"), 0);
});

test.run();
