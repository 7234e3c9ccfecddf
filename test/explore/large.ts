import { seededRandom } from "../../lib/src/base/random";
import type { MeasuredLatent, MeasuredRun } from "../../lib/src/explore/measure";
import type { MeasuredUser } from "../../lib/src/explore/users";
import { plainWeights } from "../stages/tiny";

const LATENTS = 4096;
const ITEMS = 200_000;
const CATEGORIES = 1500;
const USERS = 300_000;

/** A made-up run of 4,096 latents over 200,000 items, each latent with items, texts and numbers of its own. */
export function largeRun(): { run: MeasuredRun; users: MeasuredUser[] } {
  const random = seededRandom(1, "test/large");
  const some = (count: number, of: number): number[] => Array.from({ length: count }, () => random.integer(of));
  const word = (at: number): string =>
    `${SYLLABLES[at % 40]}${SYLLABLES[(at * 7 + 3) % 37]}${SYLLABLES[Math.floor(at / 40) % 31]}`;
  const words = (count: number): string =>
    // Few words are frequent, many are rare.
    Array.from({ length: count }, () => word(Math.floor(20_000 * random.uniform() ** 3))).join(" ");
  const names = Array.from({ length: CATEGORIES }, () => words(2));
  const titles = new Map<string, string>();
  const listed = (count: number): [number, number][] => some(count, ITEMS).map((row, at) => [row, round(9 / (at + 2))]);
  const round = (value: number): number => Number(value.toPrecision(4));
  const prefixes = Array.from({ length: 10 }, (_, at) => Math.round(((at + 1) * LATENTS) / 10));
  const latents = Array.from({ length: LATENTS }, (): MeasuredLatent => {
    const name = names[random.integer(CATEGORIES)];
    const numbers = (count: number): number[] => Array.from({ length: count }, () => round(random.uniform()));
    const [a, b, c] = numbers(3).sort();
    const nums = numbers(6);
    return {
      labels: [
        {
          ...{ broad: name, refined: `${name}: ${words(2)}`, confidence: "high", by: "lexical" },
          description: `${random.integer(26)} of its 25 strongest items are in ${name}, against ${random.integer(100)} % of all items.`,
          evidence: [`${name}: 20 of 25, ${random.integer(100)} % of all`, `${words(1)}: 12 of 25, 3 % of all`],
          ...{ detection: [b, a, c], nearMiss: nums[0], quantiles: numbers(4), intruder: [random.integer(5), 5] },
        },
      ],
      ...{ score: [b, a, c], nulls: numbers(6), active: random.integer(ITEMS), most: nums[1], popularity: nums[2] },
      histogram: Array.from({ length: 24 }, (_, bin) => Math.floor(random.integer(ITEMS) / (bin + 1) ** 2)),
      strongest: listed(25),
      fifths: Array.from({ length: 5 }, () => listed(6)),
      categories: some(5, CATEGORIES).map((at) => [names[at], ...(numbers(3) as [number, number, number])]),
      nearest: some(6, LATENTS).map((near) => [near, round(random.uniform())]),
      seeds: numbers(2),
    };
  });
  const perLatent = Float64Array.from(latents, ({ score }) => score?.[0] ?? Number.NaN);
  const nulls = ["permuted", "noise", "noiseMoments", "untrained", "noiseTrained", "rewired"];
  const input = {
    ...{ name: "large", source: "made up", seed: 1, preset: "paper", verdict: "undecided", users: USERS },
    weights: plainWeights(
      Array.from({ length: LATENTS }, () => [1]),
      prefixes,
    ),
    items: { ids: Array.from({ length: ITEMS }, (_, row) => `B${(row * 2_654_435_761).toString(36).toUpperCase()}`) },
    rows: new Int32Array(ITEMS),
    textOf: (id: string) => {
      const title = titles.get(id) ?? words(10);
      titles.set(id, title);
      return { id, title, store: "", categories: some(4, CATEGORIES).map((at) => names[at]) };
    },
    scores: { mean: 0.5, perLatent, nulls: Object.fromEntries(nulls.map((name) => [name, { mean: 0.5, perLatent }])) },
    alignment: { level: 0.05 },
  } as unknown as MeasuredRun["input"];
  const users = Array.from({ length: 200 }, (_, at): MeasuredUser => {
    const [history, list] = [some(30, ITEMS), some(20, ITEMS)];
    return {
      ...{ id: `user-${at}`, history, taken: 30, latents: some(12, LATENTS).map((latent) => [latent, 3, 0.5]) },
      list: list.map((item) => [item, 0]),
    };
  });
  const heads = nulls.map((name) => ({ name, what: name, mean: 0.5, low: 0.025, high: 0.975 }));
  return { run: { input, latents, nulls: heads, seeds: { runs: 3, chance: 0.1 } }, users };
}

const SYLLABLES =
  "ba be bi bo bu da de di do du fa fe fi fo ga ge gi go ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe pi po ra re".split(
    " ",
  );
