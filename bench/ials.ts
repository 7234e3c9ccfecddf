/**
 * Seconds of an iteration of exact iALS at the paper's full size (1.09M users × 182K items, 8.5M interactions, d = 20; popularity
 * and activity as skewed as there) on one thread and on two, medians over alternating rounds, as JSON; with the objective and
 * what share of the time both half-sweeps take.
 *
 *   node --import tsx bench/ials.ts [--rounds 5] [--scale 1]
 */
import { parseArgs } from "node:util";
import { type Csr, csrFromPairs } from "../lib/src/data/interactions";
import { IALS_DEFAULTS } from "../lib/src/mf/ials";
import { type IalsSolver, openIals } from "../lib/src/mf/ials-kernel";
import { seededRandom } from "../lib/src/random";

/** Random interactions: items by a power law of their rank, users with two and more, geometrically few. */
function interactions(scale: number): Csr {
  const [users, items, total] = [1_089_923, 182_207, 8_528_231].map((n) => Math.round(n * scale));
  const random = seededRandom(42, "bench/ials");
  const rowOf = new Int32Array(total);
  const colOf = new Int32Array(total);
  for (let at = 0; at < total; at++) {
    rowOf[at] = Math.floor(users * random.uniform() ** 1.5);
    colOf[at] = Math.floor(items * random.uniform() ** 2.5);
  }
  return csrFromPairs(users, items, rowOf, colOf);
}

const median = (times: number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "5" }, scale: { type: "string", default: "1" } },
  });
  const csr = interactions(Number(values.scale));
  const { d, alpha, reg, initScale } = IALS_DEFAULTS;
  const solvers: { threads: number; solver: IalsSolver; users: number[]; items: number[]; loss: number }[] = [];
  for (const threads of [1, 2]) {
    const solver = openIals(csr, IALS_DEFAULTS, threads);
    const random = seededRandom(42, "bench/ials/items");
    solver.setItems(Float32Array.from({ length: csr.cols * d }, () => initScale * random.normal()));
    solvers.push({ threads, solver, users: [], items: [], loss: 0 });
  }
  for (let round = 0; round < Number(values.rounds); round++)
    for (const entry of solvers) {
      const started = performance.now();
      await entry.solver.solveUsers();
      const between = performance.now();
      const { explained, norm } = await entry.solver.solveItems();
      entry.users.push((between - started) / 1000);
      entry.items.push((performance.now() - between) / 1000);
      entry.loss = (1 + alpha) * csr.indices.length + reg * norm - explained;
    }
  const results = solvers.map(({ threads, users, items, loss }) => ({
    threads,
    seconds: median(users.map((time, at) => time + items[at])),
    best: Math.min(...users.map((time, at) => time + items[at])),
    users: median(users),
    items: median(items),
    loss,
  }));
  for (const { solver } of solvers) await solver.close();
  console.log(JSON.stringify({ users: csr.rows, items: csr.cols, interactions: csr.indices.length, d, results }));
}

void main();
