import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Lab, openLab } from "../../lib/src/lab/lab";
import { halfOf } from "../../lib/src/metrics/half-split";
import { scoreNulls } from "../../lib/src/metrics/nulls";
import { NO_CONCEPT } from "../../lib/src/records/label";
import { labelNulls } from "../../lib/src/stages/label-nulls";
import { trainedNulls } from "../../lib/src/stages/trained-nulls";

const folder = mkdtempSync(join(tmpdir(), "msae-labels-"));
const small = { "data.users": 600, "data.items": 400, "data.interactions": 9000, "mf.iterations": 8 };
const quick = { ...small, "sae.epochs": 12, "sae.minSteps": 0, "sae.batch": 64 };
const said: string[] = [];
const open = (set: object = {}): Promise<Lab> =>
  openLab({ runs: join(folder, "runs"), d: 8, k: 20, set: { ...quick, ...set }, warn: (text) => said.push(text) });

test("labels are written from half A's items and tested on half B's, and the card states both", async () => {
  const lab = await open({ "rewired.runs": 1, "scores.noiseTrained": true, "seeds.runs": 2 });
  const [{ labels, shown }, { tests, scores }] = [await lab.labels(), await lab.labelScores()];
  assert.ok(labels.length > 5);
  for (const { latent, items } of shown) {
    assert.ok(items.length <= 25 && items.every((id) => halfOf(id) === "A"));
    const own = tests.find((one) => one.latent === latent);
    const scoring = own ? [...own.high, ...own.random, ...own.nearMiss, ...own.quantiles.flat()] : [];
    assert.ok(scoring.every((id) => halfOf(id) === "B"));
  }
  const card = JSON.parse(JSON.stringify(await lab.card()));
  assert.equal(
    card.labels.map(({ latent }: { latent: number }) => latent),
    labels.map(({ latent }) => latent),
  );
  const aurocs = new Map(scores.map(({ latent, detection }) => [latent, detection.auroc]));
  for (const { latent, detectionAuroc, source } of card.labels) {
    assert.is(detectionAuroc, aurocs.get(latent));
    assert.is(source, "lexical");
  }
  assert.equal(Object.keys(card.labelScores.nulls), ["shuffled", "untrained", "noiseTrained", "rewired"]);
  const { detection, nulls, seeds, noConcept } = card.labelScores;
  assert.is(noConcept, labels.filter(({ refined }) => refined === NO_CONCEPT).length);
  for (const [name, one] of Object.entries<(typeof nulls)["shuffled"]>(nulls)) {
    const { mean, low, high } = one.difference.detection;
    assert.ok(Math.abs(mean - (detection.mean - one.detection.mean)) < 1e-9, name);
    assert.ok(low <= mean && mean <= high, name);
  }
  assert.is(seeds.runs, 2);
  assert.is(seeds.detection[0], detection.mean);
  assert.ok(seeds.sharedThemes >= 0 && seeds.sharedThemes <= 1);
});

test("latents of the first runs on rewired data are labelled, as many as is set", async () => {
  const runsOf = async (most: number): Promise<number> => {
    const { nulls } = await (await open({ "rewired.runs": 2, "labels.runs": most })).labelNulls();
    return nulls.rewired?.runs.length ?? 0;
  };
  assert.equal([await runsOf(0), await runsOf(1), await runsOf(5)], [0, 1, 2]);
});

test("every null with an encoder of its own is labelled, by what the registry of nulls says", () => {
  const own = Object.entries(scoreNulls).filter(
    ([name, { compute, weights }]) => !compute || weights || name in trainedNulls,
  );
  assert.equal(
    own.map(([name]) => name),
    ["untrained", "noiseTrained", "rewired"],
  );
  for (const name of Object.keys(trainedNulls)) {
    assert.ok(name in labelNulls.needs, name);
    assert.not.ok(scoreNulls[name].compute, `${name} is a training of its own`);
  }
  // Nulls on other questions keep the trained encoder: their latents are the trained ones.
  assert.equal(
    Object.entries(scoreNulls).flatMap(([name, { question }]) =>
      question === "latent" || question === "covariance" ? [name] : [],
    ),
    ["permuted", "noiseMoments"],
  );
});

test("a null that joins with an encoder of its own is labelled without another change", async () => {
  const registry = scoreNulls as Record<string, (typeof scoreNulls)["noise"]>;
  registry.halved = {
    question: "training",
    weights: (trained) => ({ ...trained, W: trained.W.map((value) => -value) }),
  };
  try {
    const { nulls } = await (await open({ seed: 5 })).labelNulls();
    assert.equal(Object.keys(nulls), ["untrained", "halved"]);
    assert.ok(nulls.halved.runs[0].labels.length > 0);
  } finally {
    delete registry.halved;
  }
});

test("labels that people wrote stand in place of others, are tested, and their file is left as it is", async () => {
  const { labels, shown } = await (await open()).labels();
  const [first, second] = labels;
  const edits = join(folder, "label-edits.jsonl");
  const strongest = shown[0].items[0];
  const text = [
    JSON.stringify({ latent: first.latent, broad: "Women", refined: "Women's sandals", strongest, scores: [1] }),
    "",
    JSON.stringify({ latent: second.latent, broad: "Hats", strongest: "another item" }),
    JSON.stringify({ latent: 4000, broad: "Nothing" }),
  ].join("\n");
  writeFileSync(edits, text);
  said.length = 0;
  const lab = await open({ "labels.edits": edits });
  const changed = await lab.labels();
  assert.equal(changed.labels[0], {
    ...{ latent: first.latent, broad: "Women", refined: "Women's sandals", description: "", confidence: "high" },
    ...{ evidence: [], source: "person" },
  } as typeof first);
  assert.equal(changed.labels.slice(1), labels.slice(1));
  assert.equal(changed.replaced, [first]);
  assert.is(said.length, 2);
  assert.match(said[0], /label-edits.jsonl, line 3: the strongest item of latent \d+ is .* now, and was another item/);
  assert.match(said[1], /line 4: latent 4000 does not fire/);
  const card = JSON.parse(JSON.stringify(await lab.card()));
  assert.is(card.labels[0].source, "person");
  assert.is(card.labelScores.agreement.latents, 1);
  assert.is(readFileSync(edits, "utf8"), text);
  assert.equal((await lab.labels()).labels, changed.labels);
});

test("a file of edits that is not there is refused", async () => {
  const missing = await open({ "labels.edits": join(folder, "nowhere.jsonl") });
  await missing.labels().then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /The file of label edits .*nowhere.jsonl does not exist/),
  );
});

test("labels read off other items are tested on the right ones, and predict no better than luck", async () => {
  const lab = await open();
  const [{ labels, detection }, { tests, scores }] = [await lab.misreadLabels(), await lab.labelScores()];
  assert.equal(
    labels.map(({ latent }) => latent),
    (await lab.labels()).labels.map(({ latent }) => latent),
  );
  assert.is(detection?.latents, tests.length);
  const ours = scores.reduce((sum, score) => sum + score.detection.auroc, 0) / scores.length;
  assert.ok(Math.abs((detection?.mean as number) - 0.5) < 0.1 && ours > (detection?.mean as number) + 0.05, `${ours}`);
});

test("without categories, titles and stores there are no labels, and no section in the card", async () => {
  const ratings = join(folder, "bare.csv");
  const lines = Array.from({ length: 900 }, (_, at) => `u${at % 60},i${(at * 7 + Math.floor(at / 60)) % 45}`);
  writeFileSync(ratings, `user,item\n${[...new Set(lines)].join("\n")}\n`);
  const lab = await openLab({
    ...{ runs: join(folder, "runs"), ratings, d: 4, k: 8, warn: () => {} },
    set: { "sae.epochs": 2, "sae.minSteps": 0, "sae.batch": 16, "mf.iterations": 3 },
  });
  assert.equal((await lab.labels()).labels, []);
  assert.is(await lab.labelSummary(), undefined);
  const card = await lab.card();
  assert.not.ok("labels" in card || "labelScores" in card);
});

test.run();
