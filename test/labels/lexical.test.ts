import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { enrichedTerms } from "../../lib/src/labels/enrichment";
import { lexicalLabeller } from "../../lib/src/labels/lexical";
import { lexicalJudge } from "../../lib/src/labels/lexical-judge";
import { lexiconOf, wordsOf } from "../../lib/src/labels/lexicon";
import { upperTail } from "../../lib/src/metrics/hypergeometric";
import { type ItemText, type Label, NO_CONCEPT } from "../../lib/src/records/label";

const text = (id: string, categories: string[], title = ""): ItemText => ({ id, title, store: "", categories });
const settings = { q: 0.05, coverage: 0.3 };

/** 200 items below one root: half of them women's, and of these 20 sandals; the rest men's, of these 20 with leather in the title. */
const catalogue: ItemText[] = Array.from({ length: 200 }, (_, at) => {
  const women = at < 100;
  const sandal = at % 100 < 20;
  return text(
    `i${at}`,
    ["All", women ? "Women" : "Men", ...(women && sandal ? ["Sandals"] : [])],
    !women && sandal ? "A leather belt" : "A thing",
  );
});
const lexicon = lexiconOf(catalogue);

test("words are lower case, whole, without possessives and plurals", () => {
  assert.equal(wordsOf("Women's SHOES & a dress, 42 Dresses (Bass, watches)"), [
    "women",
    "shoe",
    "dress",
    "bass",
    "watch",
  ]);
  assert.equal(wordsOf("Été — ﬁne 100% coton; 靴"), ["été", "fine", "coton", "靴"]);
});

test("a term's chance is the hypergeometric tail, and its weight the class-based TF-IDF", () => {
  const [terms] = enrichedTerms([{ latent: 3, items: catalogue.slice(0, 10) }], lexicon);
  const sandals = terms.find(({ name }) => name === "Sandals");
  assert.is(sandals?.items, 10);
  assert.is(sandals?.background, 20);
  assert.ok(Math.abs((sandals?.p as number) / upperTail(10, 200, 20, 10) - 1) < 1e-12);
  // Of 30 terms 10 are Sandals; one class, so its mean number of terms is 30 and each of them is met 10 times in all.
  assert.ok(Math.abs((sandals?.weight as number) - (10 / 30) * Math.log(1 + 30 / 10)) < 1e-12);
  assert.is(terms.find(({ name }) => name === "All")?.p, 1);
});

test("broad is the most general enriched category, refined the most specific below it", async () => {
  const { labels } = await lexicalLabeller(lexicon, settings).label([{ latent: 3, items: catalogue.slice(0, 15) }]);
  const [{ latent, broad, refined, confidence, source, description, evidence }] = labels;
  assert.equal({ latent, broad, refined, confidence, source }, {
    ...{ latent: 3, broad: "Women", refined: "Women › Sandals", confidence: "high", source: "lexical" },
  } as (typeof labels)[0]);
  assert.is(
    description,
    "15 of its 15 strongest items are in Women, against 50 % of all items. 15 of its 15 strongest items are in Sandals, against 10 % of all items.",
  );
  assert.ok(evidence.includes("Sandals: 15 of 15, 10 % of all"), evidence.join("\n"));
});

test("where nothing is more specific than the broad category, words of the titles refine it", async () => {
  const { labels } = await lexicalLabeller(lexicon, settings).label([{ latent: 0, items: catalogue.slice(100, 118) }]);
  assert.is(labels[0].broad, "Men");
  assert.is(labels[0].refined, "Men: belt, leather");
});

test("without categories words make the label; without either, and for a random draw, there is no clear concept", async () => {
  const bare = catalogue.map((item) => ({ ...item, categories: [] }));
  const of = async (items: ItemText[], all = catalogue): Promise<Label> =>
    (await lexicalLabeller(lexiconOf(all), settings).label([{ latent: 0, items }])).labels[0];
  assert.is((await of(bare.slice(100, 118), bare)).refined, "belt, leather");
  const mute = bare.map((item) => ({ ...item, title: "" }));
  assert.is((await of(mute.slice(0, 20), mute)).broad, NO_CONCEPT);
  const drawn = await of(catalogue.filter((_, at) => at % 8 === 1));
  assert.equal([drawn.broad, drawn.refined, drawn.confidence, drawn.evidence], [NO_CONCEPT, NO_CONCEPT, "low", []]);
});

test("random exhibits get a concept about as seldom as q says", async () => {
  let named = 0;
  fc.assert(
    fc.property(fc.shuffledSubarray(catalogue, { minLength: 20, maxLength: 20 }), (items) => {
      const [terms] = enrichedTerms([{ latent: 0, items }], lexicon);
      if (terms.some(({ q }) => q < settings.q)) named++;
    }),
    { seed: 7, numRuns: 400 },
  );
  assert.ok(named <= 400 * 0.1, `${named} of 400`);
});

const label = (refined: string, broad = refined): Label => ({
  ...{ latent: 0, broad, refined, description: "", confidence: "low", evidence: [], source: "model" },
});

test("the judge's answer is the cosine of TF-IDF, worked out by hand", async () => {
  const judge = lexicalJudge(lexicon);
  const items = [catalogue[0], catalogue[50], catalogue[150]];
  const [answers] = await judge.detect([{ label: label("Women › Sandals"), items }]);
  const idf = (count: number): number => Math.log(201 / (1 + count));
  const [women, sandals, all, thing] = [idf(100), idf(20), idf(200), idf(180)];
  const asked = Math.hypot(women, sandals);
  const expected = [
    (women ** 2 + sandals ** 2) / (asked * Math.hypot(all, women, sandals, thing)),
    women ** 2 / (asked * Math.hypot(all, women, thing)),
    0,
  ];
  for (const [at, answer] of answers.entries())
    assert.ok(Math.abs((answer as number) - expected[at]) < 1e-12, `${answer} ${expected[at]}`);
});

test("a category is meant where all of its words are said, in any order and number; who found nothing fits nothing", async () => {
  const judge = lexicalJudge(lexicon);
  const [said, none] = await judge.detect([
    { label: label("A sandal for a woman's foot, or women"), items: [catalogue[0], catalogue[150]] },
    { label: label(NO_CONCEPT), items: catalogue.slice(0, 3) },
  ]);
  assert.ok((said[0] as number) > 0.5 && said[1] === 0);
  assert.equal(none, [0, 0, 0]);
});

test("the intruder is the item that is least like the others; without any text there is no answer", async () => {
  const judge = lexicalJudge(lexicon);
  const sandals = catalogue.slice(0, 4);
  const mute = text("x", []);
  const lists = [
    [...sandals.slice(0, 2), catalogue[150], ...sandals.slice(2)],
    [catalogue[120], ...sandals],
    [mute, mute],
  ];
  assert.equal(await judge.intruders(lists), [2, 0, undefined]);
});

test.run();
