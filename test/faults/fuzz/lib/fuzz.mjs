import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { independentReader } from "./judge.mjs";

const lib = createRequire(import.meta.url);
/** A module of the library as it is built. */
export const built = (name) => lib(`../../../../lib/dist/${name}.js`);
const { InputError } = built("base/errors");
const { seededRandom } = built("base/random");

const SLOWEST_MS = 10_000;
const MOST_MEMORY_KB = 1 << 20;
const BATCH = 1000;

/**
 * Fuzz a reader: `--cases N --seed S [--python PATH]`. Case n of a seed is the same on every machine. The last line on stdout is
 * `{ name, cases, noSentence, wronglyAccepted, seconds, … }`; the exit code is 1 where one of the two is not 0.
 *
 * @param name of the reader
 * @param make `(random) => Uint8Array | string`: a valid file with some of it changed
 * @param read `(bytes) => value`, or a promise of it: the reader under test
 * @param judge kind of file for the independent reader in judge.py; left out where there is none
 * @param differs `(value, theirs) => string | undefined`: what the two read otherwise
 */
export async function fuzz({ name, make, read, judge, differs = () => undefined }) {
  const options = {
    cases: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    python: { type: "string" },
  };
  const { values } = parseArgs({ options });
  const [cases, seed] = [Number(values.cases), Number(values.seed)];
  const started = performance.now();
  const independent = judge && independentReader(judge, values.python);
  const tally = { accepted: 0, noSentence: 0, wronglyAccepted: 0, stricter: {} };
  const beat = new Int32Array(new SharedArrayBuffer(4));
  const watch = watchdog(beat, name);
  let batch = [];
  for (let at = 0; at < cases; at++) {
    Atomics.store(beat, 0, at + 1);
    const content = make(seededRandom(seed, `${name}/${at}`));
    const outcome = await tried(read, content);
    if (outcome.fault) tell("noSentence", at, outcome.fault);
    if (outcome.accepted) tally.accepted++;
    batch.push({ at, content, ...outcome });
    if (independent?.python && (batch.length === BATCH || at === cases - 1)) compare();
    if (batch.length === BATCH) batch = [];
  }
  watch.terminate();
  const memory = process.resourceUsage().maxRSS;
  if (memory > MOST_MEMORY_KB) tell("noSentence", cases, `memory grew to ${memory >> 10} MiB`);
  for (const [why, { count, at }] of Object.entries(tally.stricter))
    console.error(`${name}: refused here, not by ${judge}: ${count} × ${why} (case ${at})`);
  const { accepted, noSentence, wronglyAccepted } = tally;
  const skipped = independent && !independent.python ? independent.skipped : undefined;
  if (skipped) console.error(`${name}: ${skipped}`);
  const result = {
    name,
    cases,
    noSentence,
    wronglyAccepted,
    seconds: Math.round((performance.now() - started) / 100) / 10,
  };
  const stricter = Object.values(tally.stricter).reduce((sum, { count }) => sum + count, 0);
  const compared = independent?.python ? { against: judge, stricter } : {};
  console.log(
    JSON.stringify({
      ...result,
      accepted,
      memoryMiB: memory >> 10,
      ...compared,
      ...(skipped ? { notCompared: skipped } : {}),
    }),
  );
  process.exitCode = noSentence + wronglyAccepted > 0 ? 1 : 0;

  function tell(kind, at, what) {
    tally[kind]++;
    if (tally[kind] <= 10) console.error(`${name}: ${kind}, seed ${seed}, case ${at}: ${what}`);
  }

  function compare() {
    const verdicts = independent.read(batch.map(({ content }) => content));
    for (const [n, { at, accepted, value, why }] of batch.entries()) {
      const theirs = verdicts[n];
      if (accepted && !theirs.ok) tell("wronglyAccepted", at, theirs.why);
      const otherwise = accepted && theirs.ok && differs(value, theirs.value);
      if (otherwise) tell("wronglyAccepted", at, `read otherwise: ${otherwise}`);
      if (accepted || !theirs.ok || why === undefined) continue;
      const kind = why.replace(/"[^"]*"|-?\d[\d.,e+]*/g, "…").slice(0, 150);
      tally.stricter[kind] ??= { count: 0, at };
      tally.stricter[kind].count++;
    }
  }
}

/** What a reader makes of a file: a value, a sentence, or a fault. */
async function tried(read, content) {
  // Work, not time: on a busy machine anything may take long.
  const before = process.cpuUsage();
  let outcome;
  try {
    outcome = { accepted: true, value: await read(content) };
  } catch (error) {
    const sentence = error instanceof InputError && isSentence(error.message);
    outcome = sentence
      ? { why: error.message }
      : { fault: `${error?.stack ?? error}`.split("\n").slice(0, 3).join(" | ").slice(0, 500) };
  }
  const { user, system } = process.cpuUsage(before);
  const took = (user + system) / 1000;
  return took > SLOWEST_MS ? { fault: `it took ${Math.round(took / 1000)} s` } : outcome;
}

/** One line of text that a terminal shows as it is, from a name or a word to a full stop. */
const isSentence = (text) => text.length > 20 && text.length < 2500 && !/\p{Cc}/u.test(text) && /[.)]$/.test(text);

/** A thread that ends the process when a case never comes back. */
function watchdog(beat, name) {
  const code = `const { workerData } = require("node:worker_threads"); const { beat, name, slowest } = workerData; let last = -1, since = Date.now();
    setInterval(() => { const now = Atomics.load(beat, 0); if (now !== last) { last = now; since = Date.now(); return; }
      if (Date.now() - since < 6 * slowest) return;
      require("node:fs").writeSync(1, JSON.stringify({ name, cases: now, noSentence: 1, wronglyAccepted: 0, hung: now - 1 }) + "\\n"); process.kill(process.pid, "SIGKILL"); }, 1000);`;
  const worker = new Worker(code, { eval: true, workerData: { beat, name, slowest: SLOWEST_MS } });
  worker.unref();
  return worker;
}
