import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { checkpointFile } from "../../lib/src/lab/checkpoint";
import { openLab } from "../../lib/src/lab/lab";
import { lossFigure } from "../../lib/src/lab/views/pipeline";
import { fvuFigure, rowFigure, termCurvesFigure, termFigure } from "../../lib/src/lab/views/sae";
import { loadTf } from "../../lib/src/sae/backend";
import { chooseEngine } from "../../lib/src/sae/choose-engine";
import { encode, reconstruct, untrainedWeights } from "../../lib/src/sae/encode";
import { openFused } from "../../lib/src/sae/fused";
import { lossTerms, reorderLatents } from "../../lib/src/sae/inspect";
import { registerArchitecture } from "../../lib/src/sae/registry";
import type { Checkpoint, TrainingRows } from "../../lib/src/sae/train";
import { trainOnBest } from "../../lib/src/sae/trainers";
import { allClose } from "../oracle";
import { stateOf } from "./fused-cases";
import { TOP_K_DEFAULTS, topK } from "./top-k";

const folder = mkdtempSync(join(tmpdir(), "new-architecture-"));
const forget = registerArchitecture(topK);
test.after(() => {
  forget();
  rmSync(folder, { recursive: true, force: true });
});

const runs = join(folder, "runs");
const set = {
  ...{ "sae.architecture": "top-k", "sae.epochs": 8, "sae.minSteps": 0, "sae.batch": 64, "mf.iterations": 3 },
  ...{ "data.users": 300, "data.items": 200, "data.interactions": 4000 },
};
const lab = () => openLab({ runs, set: { ...set, "scores.noiseTrained": true, "rewired.runs": 1 } });
const refusal = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("it was not refused"),
    (thrown) => thrown,
  );
const d = 6;
const rows = (): TrainingRows => {
  const random = seededRandom(8, "new-architecture-test");
  const make = (n: number): Float32Array => Float32Array.from({ length: n * d }, () => random.normal());
  return { users: make(70), items: make(50), d };
};
const config = { ...TOP_K_DEFAULTS, batch: 16, epochs: 4, lr: 5e-3 };

test("its own schema checks its settings, each by name, and what they give together", async () => {
  const { config: resolved } = await openLab({ runs, set });
  assert.equal([resolved.sae.active, resolved.sae.lr, resolved.sae.prefixes], [6, 5e-3, [24]]);
  assert.equal((await openLab({ runs, set, k: 30 })).config.sae.prefixes, [30]);
  for (const [key, value, sentence] of [
    ["sae.active", 0, /^sae\.active is 0: a row has a whole number of active latents from 1\.$/],
    ["sae.active", 25, /^sae\.active is 25: there are 24 latents/],
    ["sae.betaEnd", 5, /no setting "sae\.betaEnd".*active, wGain/],
    ["sae.architecture", "topk", /no architecture "topk": the known ones are msae, plain, top-k/],
  ] as const) {
    const error = await refusal(openLab({ runs, set: { ...set, [key]: value } }));
    assert.instance(error, InputError);
    assert.match(error.message, sentence);
  }
});

test("it is trained in tfjs, and its history has its own terms, in its order, which add up", async () => {
  const sae = await (await lab()).sae();
  assert.is(sae.backend, (await loadTf()).backend);
  assert.is(sae.weights.architecture, "top-k");
  for (const { total, terms, beta } of sae.history) {
    assert.equal(Object.keys(terms), ["rebuilt", "gains"]);
    assert.ok(Math.abs(total - terms.rebuilt - terms.gains) < 1e-6 * total, `${total}`);
    assert.is(beta, 0);
  }
  assert.ok(sae.history[7].total < sae.history[0].total);
  const figures = [lossFigure(sae), termCurvesFigure({ "top-k": sae, msae: await msaeBeside() })];
  for (const figure of figures) {
    const drawn = JSON.stringify(figure.spec);
    assert.ok(drawn.includes('"rebuilt"') && drawn.includes('"gains"'), drawn.slice(0, 200));
    assert.not.match(drawn, /null,"term"|NaN/);
  }
  assert.match(JSON.stringify(figures[0].spec), /The loss and its two terms/);
});

const msaeBeside = async () => (await openLab({ runs, set: { ...set, "sae.architecture": "msae" } })).sae();

test("the whole pipeline goes through it: latents, reconstruction, scores with every null, alignment with every floor", async () => {
  const line = await lab();
  const { values, k } = await line.latents();
  const active = values.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / (values.length / k);
  assert.is(k, 24);
  assert.ok(active > 0 && active <= 6, `${active} active latents`);
  const { fvuPerPrefix, l0, rankingCost } = await line.reconstruction();
  assert.ok(fvuPerPrefix.length === 1 && fvuPerPrefix[0] > 0 && fvuPerPrefix[0] < 1, `FVU ${fvuPerPrefix}`);
  assert.ok(l0 > 0 && l0 <= 6 && Number.isFinite(rankingCost.ndcgAt10));
  const scores = await line.scores();
  assert.equal(Object.keys(scores.nulls).sort(), [
    ...["noise", "noiseMoments", "noiseTrained", "permuted", "rewired", "untrained"],
  ]);
  for (const [name, { mean, perLatent }] of Object.entries(scores.nulls)) {
    assert.ok(Number.isFinite(mean), name);
    assert.is(perLatent.length, 24);
  }
  assert.not.equal(scores.nulls.untrained.mean, scores.mean);
  assert.is((await line.noiseTrained()).weights.architecture, "top-k");
  const { floors, perLatent } = await line.alignment();
  assert.equal(Object.keys(floors).sort(), ["kMeans", "randomDirections", "randomItems", "rewired", "untrained"]);
  assert.ok(perLatent.length > 0 && perLatent.length <= 24);
  const { saes } = await line.comparison();
  assert.equal(
    saes.map(({ name }) => name),
    ["top-k SAE", "plain SAE", "plain SAE, equal steps"],
  );
});

test("its card says what was trained, has no empty number, and is read again from the store", async () => {
  const card = await (await lab()).card();
  assert.is(card.config.sae.architecture, "top-k");
  assert.is(card.config.sae.active, 6);
  assert.equal([card.sae.k, card.sae.prefixes, card.sae.epochs], [24, [24], 8]);
  assert.ok([card.sae.fvu, card.sae.finalLoss, card.monosemanticity.mean].every(Number.isFinite));
  const again = await (await lab()).card();
  assert.equal(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(card)));
  const { weights } = await (await lab()).sae();
  assert.is(weights.more?.gain.length, 24);
});

test("a training that was stopped goes on from its checkpoint's file with the same bytes", async () => {
  const kept = checkpointFile<Checkpoint>(join(folder, "checkpoint"), () => {});
  const whole = await trainOnBest(topK, rows(), config);
  const stopped = await refusal(
    trainOnBest(topK, rows(), config, {
      onCheckpoint: (checkpoint) => {
        kept.write(checkpoint);
        if (checkpoint.epoch === 2) throw new Error("stop");
      },
    }),
  );
  assert.is(stopped.message, "stop");
  const resume = kept.read();
  assert.is(resume?.epoch, 2);
  const again = await trainOnBest(topK, rows(), config, { resume });
  assert.equal(again.weights, whole.weights);
  assert.equal(again.history, whole.history);
});

test("it can be looked into: terms with their gradients, latents in another order, figures", async () => {
  const { weights } = await trainOnBest(topK, rows(), config);
  const { users, items } = rows();
  const terms = await lossTerms(weights, { users, items }, 0);
  assert.equal(
    terms.map(({ term, byBeta }) => [term, byBeta]),
    [
      ["rebuilt", false],
      ["gains", false],
    ],
  );
  assert.equal(Object.keys(terms[0].norms), ["W", "gain"]);
  assert.ok(terms[0].norms.W > 0 && terms[1].norms.W === 0 && terms[1].norms.gain > 0);
  const turned = reorderLatents(weights, [...Array(24).keys()].reverse());
  allClose(reconstruct(turned, rows().items), reconstruct(weights, rows().items), 1e-6);
  assert.is(turned.more?.gain[0], weights.more?.gain[23]);
  assert.not.match(JSON.stringify(termFigure({ trained: terms }, 1).spec), /NaN/);
  assert.match(rowFigure(weights, rows().items.slice(0, d)).text, /\w/);
  assert.match(fvuFigure({ ours: { prefixes: [24], fvuPerPrefix: [0.5] } }).text, /\w/);
  assert.equal([...(untrainedWeights(weights).more?.gain ?? [])], Array(24).fill(1));
});

test("without a fused form it is never given to the kernel", async () => {
  const shape = { k: 24, d };
  assert.is((await chooseEngine(topK, shape)).engine, (await loadTf()).backend);
  assert.throws(() => openFused(topK, rows(), config, stateOf(topK.init(config, d))), /does not know.*"top-k"/);
});

test("a name that is taken is refused; weights of an architecture that is not known are, with those that are", async () => {
  assert.throws(() => registerArchitecture(topK), /"top-k" already/);
  const weights = topK.weights(topK.init(config, d), config, d);
  const other = { ...weights, architecture: "gated" };
  for (const work of [encode, reconstruct, untrainedWeights] as ((of: typeof other, items: Float32Array) => unknown)[])
    assert.throws(
      () => work(other, rows().items),
      (error: Error) =>
        error instanceof InputError &&
        /no architecture "gated": the known ones are msae, plain, top-k/.test(error.message),
    );
});

test.run();
