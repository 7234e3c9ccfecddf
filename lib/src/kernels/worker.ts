import { parentPort, workerData } from "node:worker_threads";
import { instantiate } from "./compile";
import type { Call, WorkerSetup } from "./pool";

// A thread of a kernel: an instance of its own over the shared memory, that runs what it is told until it is ended.
const { code, memory, thread, control } = workerData as WorkerSetup;
const kernel = instantiate(code, memory);
const words = new Int32Array(memory.buffer, control, 2);

parentPort?.on("message", ({ name, args, threads, tasks }: Call) => {
  const work = kernel[name] as (...numbers: number[]) => number;
  if (tasks === undefined) work(...args, thread, threads);
  else
    for (let task = Atomics.add(words, 0, 1); task < tasks; task = Atomics.add(words, 0, 1)) {
      work(...args, task, thread);
      Atomics.add(words, 1, 1);
    }
  parentPort?.postMessage(undefined);
});
