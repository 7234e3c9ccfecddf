import type { OnProgress } from "../base/progress";
import { median } from "../base/quantiles";
import { seededRandom } from "../base/random";
import { topLists } from "../metrics/top-k";
import { BCE_SGD_DEFAULTS, fitBceSgd } from "../mf/bce-sgd";
import { fitIals, IALS_DEFAULTS } from "../mf/ials";
import type { Factors } from "../records/factors";
import { trainFused } from "../sae/fused";
import { defaultPrefixes, MSAE_DEFAULTS, msae } from "../sae/msae";
import { type PowerLawConfig, powerLawInteractions } from "./power-law";

/** What one piece of work cost at one size. */
export interface GrowthPoint {
  work: string;
  /** What was made larger, the rest staying as it was. */
  axis: string;
  value: number;
  seconds: number;
}

/** A size that grows by doubling from its first value. */
interface Axes {
  work: string;
  base: Record<string, number>;
  axes: readonly string[];
  seconds(size: Record<string, number>): Promise<number>;
}

const DOUBLINGS = [1, 2, 4, 8];

const WORKS: readonly Axes[] = [
  {
    work: "iALS iteration",
    base: { users: 20_000, items: 10_000, interactions: 200_000, d: 16 },
    axes: ["users", "items", "interactions", "d"],
    seconds: ({ d, ...size }) =>
      secondsPerUnit((tick) =>
        fitIals(madeUp(size), { ...IALS_DEFAULTS, d, iterations: 4, tolerance: 0 }, ({ metrics }) => {
          if (metrics?.loss !== undefined) tick();
        }),
      ),
  },
  {
    work: "BCE SGD epoch",
    base: { users: 10_000, items: 10_000, interactions: 100_000, d: 16 },
    axes: ["users", "items", "interactions", "d"],
    seconds: ({ d, ...size }) => {
      const train = madeUp(size);
      const pairs = 2 * train.csr.indices.length;
      return secondsPerUnit((tick) =>
        fitBceSgd(train, { ...BCE_SGD_DEFAULTS, d, epochs: 4 }, ({ done, metrics }) => {
          if (metrics !== undefined && done % pairs === 0) tick();
        }),
      );
    },
  },
  {
    work: "MSAE step",
    base: { "rows a step": 64, d: 16, k: 64 },
    axes: ["rows a step", "d", "k"],
    seconds: ({ "rows a step": batch, d, k }) => msaeSeconds(batch, d, k),
  },
  {
    work: "top-10 lists",
    base: { users: 4000, items: 10_000, d: 16 },
    axes: ["users", "items", "d"],
    seconds: ({ users, items, d }) => listSeconds(users, items, d),
  },
];

/** How the cost of each kernel grows when one size is doubled three times: seconds a unit, medians. */
export async function growth(onProgress?: OnProgress): Promise<GrowthPoint[]> {
  const points: GrowthPoint[] = [];
  const total = WORKS.reduce((sum, { axes }) => sum + axes.length * DOUBLINGS.length, 0);
  for (const { work, base, axes, seconds } of WORKS)
    for (const axis of axes)
      for (const times of DOUBLINGS) {
        const value = base[axis] * times;
        points.push({ work, axis, value, seconds: await seconds({ ...base, [axis]: value }) });
        await onProgress?.({ phase: "growth", done: points.length, total, unit: "sizes" });
      }
  return points;
}

const madeUp = (size: Omit<Record<string, number>, "d">): ReturnType<typeof powerLawInteractions> =>
  powerLawInteractions({ ...(size as unknown as PowerLawConfig), seed: 42 });

/** Median seconds between two ticks of a fit; the first unit, which also sets up, is left out. */
async function secondsPerUnit(fit: (tick: () => void) => Promise<unknown>): Promise<number> {
  const ticks: number[] = [];
  await fit(() => ticks.push(performance.now()));
  return median(ticks.slice(1).map((tick, index) => (tick - ticks[index]) / 1000));
}

async function msaeSeconds(batch: number, d: number, k: number): Promise<number> {
  const steps = 20;
  const random = seededRandom(42, "bench/growth/rows");
  const side = (): Float32Array => Float32Array.from({ length: batch * steps * d }, () => 0.1 * random.normal());
  const config = { ...MSAE_DEFAULTS, k, prefixes: defaultPrefixes(k), batch, epochs: 4, betaWarmup: 0 };
  const epoch = await secondsPerUnit((tick) =>
    trainFused(msae, { users: side(), items: side(), d }, config, { onCheckpoint: tick }),
  );
  return epoch / steps;
}

async function listSeconds(users: number, items: number, d: number): Promise<number> {
  const random = seededRandom(42, "bench/growth/factors");
  const rows = (n: number): Float32Array => Float32Array.from({ length: n * d }, () => 0.1 * random.normal());
  const ids = (n: number): string[] => Array.from({ length: n }, (_, index) => String(index));
  const factors: Factors = {
    d,
    users: rows(users),
    items: rows(items),
    userIds: ids(users),
    itemIds: ids(items),
    config: { kind: "random" },
  };
  const rowsOfUsers = Int32Array.from({ length: users }, (_, row) => row);
  return secondsPerUnit(async (tick) => {
    for (let repeat = 0; repeat < 4; repeat++) {
      await topLists(factors, rowsOfUsers, 10);
      tick();
    }
  });
}
