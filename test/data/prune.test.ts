import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { PruneConfig } from "../../lib/src/data/prune";
import { ingestFiles } from "../../lib/src/data/read/ingest";
import { KEEP_ALL, pairsOf, rejection, scratch, source } from "./files";

const { put } = scratch();

interface Meta {
  id: string;
  main: string;
  categories: string[];
}

/** The rules again, in plain sets and maps: what is left of the pairs, and which names. */
function recount(
  ratings: readonly string[],
  metadata: readonly Meta[] | undefined,
  config: PruneConfig,
): { pairs: string[]; names: string[] } {
  const split = (pair: string): string[] => pair.split(" ");
  const threshold = (pairs: readonly string[]): string[] => {
    const count = (side: number, id: string): number => pairs.filter((pair) => split(pair)[side] === id).length;
    return pairs.filter((pair) => {
      const [user, item] = split(pair);
      return count(0, user) >= config.minUserRatings && count(1, item) >= config.minItemRatings;
    });
  };
  let pairs = threshold([...new Set(ratings)]);
  let names: string[] = [];
  if (metadata) {
    const kept = metadata.filter(({ main }) => config.mainCategory === undefined || main === config.mainCategory);
    const frequency = (name: string): number => kept.filter(({ categories }) => categories.includes(name)).length;
    const described = metadata.some(({ categories }) => categories.length > 0);
    const good = new Map(
      kept.map(({ id, categories }) => [
        id,
        [...new Set(categories)].filter((name) => frequency(name) >= config.minCategoryItems),
      ]),
    );
    pairs = pairs.filter((pair) => {
      const left = good.get(split(pair)[1]);
      return left !== undefined && (left.length > 0 || !described);
    });
    while (config.iterate && threshold(pairs).length < pairs.length) pairs = threshold(pairs);
    names = [...new Set(pairs.flatMap((pair) => good.get(split(pair)[1]) ?? []))].sort();
  } else while (config.iterate && threshold(pairs).length < pairs.length) pairs = threshold(pairs);
  return { pairs: pairs.sort(), names };
}

const arbitraryRatings = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 6 })).map(([u, i]) => `u${u} i${i}`),
  { minLength: 12, maxLength: 60 },
);
const arbitraryMetadata = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 9 }).map((i) => `i${i}`),
    main: fc.constantFrom("FASHION", "FASHION", "OTHER"),
    categories: fc.array(fc.constantFrom("A", "B", "C", "D"), { maxLength: 4 }),
  }),
  { selector: ({ id }) => id, minLength: 7, maxLength: 10 },
);
const arbitraryConfig = fc.record({
  minUserRatings: fc.integer({ min: 0, max: 3 }),
  minItemRatings: fc.integer({ min: 0, max: 4 }),
  minCategoryItems: fc.integer({ min: 0, max: 4 }),
  mainCategory: fc.option(fc.constant("FASHION"), { nil: undefined }),
  iterate: fc.boolean(),
});

test("what the database keeps is what an independent recount keeps", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      arbitraryRatings,
      fc.option(arbitraryMetadata, { nil: undefined }),
      arbitraryConfig,
      async (ratings, metadata, config) => {
        const expected = recount(ratings, metadata, config);
        if (expected.pairs.length === 0) return;
        const file = put("p.csv", `user_id,parent_asin\n${ratings.join("\n").replaceAll(" ", ",")}\n`);
        const rows = metadata?.map(({ id, main, categories }) =>
          JSON.stringify({ parent_asin: id, main_category: main, categories }),
        );
        const items = rows && put("p.jsonl", rows.join("\n"));
        const dataset = await ingestFiles(source(file, items, { prune: config }));
        assert.equal(pairsOf(dataset.interactions), expected.pairs);
        assert.equal([...dataset.items.categoryNames].sort(), expected.names);
        assert.is(dataset.funnel.at(-1)?.interactions, expected.pairs.length);
        compared++;
      },
    ),
    { numRuns: 40, seed: 7 },
  );
  assert.ok(compared >= 10, `only ${compared} of the drawn cases kept anything`);
});

/** Three users of four items, a fourth of one; item d is rated twice. */
const TABLE = ["u1 a", "u1 b", "u1 c", "u2 a", "u2 b", "u2 c", "u3 a", "u3 b", "u3 d", "u4 d"];
const ratings = (): string => put("t.csv", `user_id,parent_asin\n${TABLE.join("\n").replaceAll(" ", ",")}\n`);

test("thresholds take one pass with counts on the raw table", async () => {
  // u4 goes, and d keeps its raw count of 2 although one of its ratings went with u4.
  const dataset = await ingestFiles(
    source(ratings(), undefined, { prune: { ...KEEP_ALL, minUserRatings: 3, minItemRatings: 2 } }),
  );
  assert.equal(pairsOf(dataset.interactions), TABLE.slice(0, 9));
  const { step, ...size } = dataset.funnel[2];
  assert.match(step, /at least 3, items with at least 2/);
  assert.equal(size, { users: 3, items: 4, interactions: 9, density: 0.75, note: "one pass, counts on the raw table" });
});

test("sorting out pairs and pruning hear a listener more than once, and stop when it throws", async () => {
  for (const phase of ["distinct pairs", "pruning"]) {
    let heard = 0;
    const stopped = await rejection(
      ingestFiles(source(ratings()), (progress) => {
        if (progress.phase === phase && ++heard === 2) throw new Error(`stop at ${phase}`);
      }),
    );
    assert.is(stopped.message, `stop at ${phase}`);
  }
});

test("iterated, the thresholds hold at the end", async () => {
  const prune = { ...KEEP_ALL, minUserRatings: 3, minItemRatings: 2, iterate: true };
  const dataset = await ingestFiles(source(ratings(), undefined, { prune }));
  // Without d, u3 has two ratings and goes too, then a and b keep two.
  assert.equal(pairsOf(dataset.interactions), TABLE.slice(0, 6));
  assert.match(String(dataset.funnel.at(-1)?.note), /further rounds/);
});

test("the paper's main category is kept alone where most rows have it, unless the configuration says otherwise", async () => {
  const kept = async (others: number, mainCategory?: string | false): Promise<[string, string]> => {
    const rows = ["a", "b", "c", "d"].map((parent_asin, at) =>
      JSON.stringify({ parent_asin, main_category: at < others ? "Shoes" : "AMAZON FASHION", categories: ["Root"] }),
    );
    const prune = { ...KEEP_ALL, mainCategory };
    const { interactions, funnel } = await ingestFiles(source(ratings(), put("m.jsonl", rows.join("\n")), { prune }));
    return [interactions.items.join(""), funnel[3].step];
  };
  assert.equal(await kept(1), ["bcd", "items with metadata of main category AMAZON FASHION"]);
  assert.equal(await kept(2), ["abcd", "items with metadata"]);
  assert.equal(await kept(1, false), ["abcd", "items with metadata"]);
  assert.equal(await kept(1, "Shoes"), ["a", "items with metadata of main category Shoes"]);
});

test("the funnel ends with what the matrix holds and every drop is stated with a count and ids", async () => {
  const items = put(
    "t.jsonl",
    [
      { parent_asin: "a", categories: ["Root", "X"] },
      { parent_asin: "b", categories: ["Root", "Rare"] },
      { parent_asin: "c", categories: ["Lonely"] },
    ]
      .map((row) => JSON.stringify(row))
      .join("\n"),
  );
  const dataset = await ingestFiles(
    source(ratings(), items, { prune: { minUserRatings: 2, minItemRatings: 0, minCategoryItems: 2 } }),
  );
  assert.equal(pairsOf(dataset.interactions), ["u1 a", "u1 b", "u2 a", "u2 b", "u3 a", "u3 b"]);
  assert.equal(
    dataset.funnel.map(({ users, items, interactions }) => [users, items, interactions]),
    [
      [4, 4, 10],
      [4, 4, 10],
      [3, 4, 9],
      [3, 3, 8],
      [3, 2, 6],
    ],
  );
  assert.equal(dataset.skipped, [
    { reason: "users with one item, who can never be in both train and test", count: 1, examples: ["u4"] },
    { reason: "users with fewer than 2 ratings", count: 1, examples: ["u4"] },
    { reason: "ratings whose item has no metadata", count: 2, examples: ["d"] },
    { reason: "category names on fewer than 2 items", count: 3, examples: ["Lonely", "Rare", "X"] },
    { reason: "items left without a kept category", count: 1, examples: ["c"] },
  ]);
});

test.run();
