// Loaded into each kernel before anything else: the kernel ends when the Jupyter that started it has ended, however that
// was. A thread of its own looks, since a cell may keep the main one busy for ever.
const { rmSync } = require("node:fs");
const { isMainThread, Worker, workerData } = require("node:worker_threads");

const LOOK_MS = 500;

if (!isMainThread) {
  if (workerData?.endWithParent) setInterval(look, LOOK_MS, workerData.endWithParent);
} else if (process.env.JPY_PARENT_PID) {
  // It may have ended before we came as far as this, and then our parent is another one already.
  const jupyter = Number(process.env.JPY_PARENT_PID);
  const connection = process.argv[process.argv.indexOf("--config-path") + 1];
  const watched = { jupyter, isParent: jupyter === process.ppid, connection };
  new Worker(__filename, { execArgv: [], workerData: { endWithParent: watched } }).unref();
}

function look({ jupyter, isParent, connection }) {
  if (isParent ? process.ppid === jupyter : isThere(jupyter)) return;
  // Jupyter would have removed it: it holds the key to this kernel.
  if (/\.json$/.test(connection ?? "")) rmSync(connection, { force: true });
  process.kill(process.pid, "SIGKILL");
}

function isThere(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== "ESRCH";
  }
}
