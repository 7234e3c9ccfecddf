import { report, tally, total } from "../../scripts/checks/tally.mjs";
import { nodesFor } from "./lib/nodes.mjs";
import { LEFT_OUT } from "./lib/trials.mjs";
import { openWorld, Stopped } from "./lib/world.mjs";
import { faults } from "./registry.mjs";

/** How long the bounded campaign takes at most, about: no trial begins after it, and each fault has its share. */
const BOUNDED_MS = 150_000;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Do to the lab what can happen to it, and count what it does not bear.
 *
 * @param options `{ only, bounded, amount, first, seed, nodes }`
 * @returns `{ tally, rows, code }`: counted as tests, a row of figures a fault and Node, and the exit code
 */
export async function campaign(options) {
  const stop = new AbortController();
  let by;
  const onSignal = (signal) => {
    by = signal;
    stop.abort();
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  const world = openWorld(stop.signal);
  process.on("exit", world.close);
  const rows = [];
  try {
    const nodes = await nodesFor(world, options.nodes);
    const here = { name: process.version.slice(1), path: process.execPath };
    const named = faults.filter(({ name }) => name === options.only);
    const wanted = named.length > 0 ? named : faults.filter(({ name }) => name.includes(options.only));
    const work = wanted.flatMap((fault) => (fault.everyNode ? nodes : [here]).map((node) => ({ fault, node })));
    const ends = options.bounded ? Date.now() + BOUNDED_MS : Number.POSITIVE_INFINITY;
    for (const [at, { fault, node }] of work.entries()) {
      const shares = work.slice(at).reduce((sum, { fault: { share = 1 } }) => sum + share, 0);
      const until = Date.now() + ((ends - Date.now()) * (fault.share ?? 1)) / shares;
      rows.push(await runFault(fault, { ...options, node, world, until }));
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    console.error(`Stopped by ${by}: nothing is left of it, and running it again starts anew.`);
  } finally {
    world.close();
    process.removeListener("exit", world.close);
    for (const signal of Object.keys(SIGNALS)) process.removeListener(signal, onSignal);
  }
  const tallies = total(rows.map((row) => row.tally));
  return { tally: tallies, rows, code: SIGNALS[by] ?? (tallies.failed > 0 ? 1 : 0) };
}

async function runFault(fault, options) {
  if (options.until < Date.now()) {
    const result = { trials: 0, failures: [], seconds: 0, skipped: "the time of the bounded campaign is used up" };
    return { fault: fault.name, node: options.node.name, ...result, tally: counted(fault, options.node, result) };
  }
  const { node, seed } = options;
  const amount = options.amount ?? fault.amounts[options.bounded ? "bounded" : "full"];
  const nodes = fault.everyNode && options.nodes.length > 0 ? ` --nodes ${node.name.split(".")[0]}` : "";
  const again = (trial) =>
    `npm run campaign -- --only ${fault.name} --seed ${seed} --first ${trial} --amount 1${nodes}`;
  const context = { ...options, name: fault.name, amount, again, log: (text) => console.log(text) };
  const result = await fault.run(context);
  return { fault: fault.name, node: node.name, ...result, tally: counted(fault, node, result) };
}

/** Say how a fault ended, in a line, and how to repeat each failure. */
function counted(fault, node, { trials, failures, seconds, skipped, figures = {} }) {
  const name = `campaign: ${fault.name}${fault.everyNode ? ` on Node ${node.name}` : ""}`;
  if (skipped) {
    console.log(`skip ${name}: ${skipped}`);
    return tally(0, 0, 1);
  }
  const left = figures[LEFT_OUT] ? `, ${figures[LEFT_OUT]} ${LEFT_OUT}` : "";
  return report(
    failures.length === 0 && trials > 0,
    `${name} (${trials}${left})`,
    seconds,
    failures.join("\n") || "nothing was tried",
  );
}
