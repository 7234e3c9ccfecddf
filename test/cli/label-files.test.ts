import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { quick, root, run } from "./quick";

const out = join(root, "labelled");
const shared = join(root, "shared");
const read = (...path: string[]): string => readFileSync(join(...path), "utf8");
const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("labels lie beside the card and, exported, in the shapes of Delphi and Neuronpedia", async () => {
  const { code, err, out: said } = await run(["run", ...quick, "--out", out, "--export", shared]);
  assert.is(code, 0, err);
  assert.match(
    said,
    /^labels that name a concept: \d+ of \d+; detection of unseen items \d\.\d{3} against .*untrained \d\.\d{3}/m,
  );
  for (const name of ["label-latents.tex", "label-nulls.csv", "mean-activations.svg", "label-tests.png"])
    assert.ok(existsSync(join(shared, name)), name);
  const { labels } = JSON.parse(read(out, "card.json")) as { labels: { latent: number; detectionAuroc?: number }[] };
  const rows = lines(read(out, "labels.jsonl"));
  assert.equal(
    rows.map(({ latent, detectionAuroc }) => [latent, detectionAuroc]),
    labels.map(({ latent, detectionAuroc }) => [latent, detectionAuroc]),
  );
  assert.ok(rows.every(({ strongest }) => typeof strongest === "string"));
  const [header, ...cells] = read(out, "labels.csv").trim().split("\r\n");
  assert.match(header, /^latent,broad,refined,/);
  assert.is(cells.length, labels.length);
  const tested = labels.filter(({ detectionAuroc }) => detectionAuroc !== undefined);
  assert.ok(tested.length > 0);
  assert.is(readdirSync(join(shared, "delphi", "explanations")).length, labels.length);
  assert.is(readdirSync(join(shared, "delphi", "scores", "detection")).length, tested.length);
  const [{ latent }] = tested;
  assert.type(JSON.parse(read(shared, "delphi", "explanations", `items_latent${latent}.txt`)), "string");
  const scores = JSON.parse(read(shared, "delphi", "scores", "detection", `items_latent${latent}.txt`));
  for (const score of scores) {
    const fields = ["str_tokens", "activations", "distance", "activating", "prediction", "probability", "correct"];
    assert.equal(Object.keys(score), fields);
    assert.is(score.activating, score.activations[0] > 0);
    assert.is(score.distance, score.activating ? 1 : -1);
    assert.is(score.correct, score.prediction === score.activating);
    assert.is(score.str_tokens.length, score.activations.length);
  }
  const explained = lines(read(shared, "neuronpedia", "explanations", "batch-0.jsonl"));
  assert.equal(Object.keys(explained[0]), [
    "modelId",
    "layer",
    "index",
    "description",
    "typeName",
    "explanationModelName",
  ]);
  assert.equal(
    explained.map(({ index }) => index),
    labels.map(({ latent: own }) => String(own)),
  );
});

test("label-edits.jsonl in the folder of the run is honoured by the next one, and left as it is", async () => {
  if (!existsSync(join(out, "labels.jsonl"))) await run(["run", ...quick, "--out", out]);
  const [first] = lines(read(out, "labels.jsonl"));
  const edit = `${JSON.stringify({ ...first, broad: "Ours", refined: "Ours alone" })}\n`;
  writeFileSync(join(out, "label-edits.jsonl"), edit);
  const { code, err } = await run(["run", ...quick, "--out", out]);
  assert.is(code, 0, err);
  const { labels, labelScores } = JSON.parse(read(out, "card.json"));
  assert.equal([labels[0].refined, labels[0].source, labelScores.agreement.latents], ["Ours alone", "person", 1]);
  assert.is(lines(read(out, "labels.jsonl"))[0].refined, "Ours alone");
  assert.is(read(out, "label-edits.jsonl"), edit);
  rmSync(join(out, "label-edits.jsonl"));
});

test("somebody else's labels, and folders of these names, are not overwritten", async () => {
  const folder = join(root, "foreign");
  mkdirSync(join(folder, "delphi"), { recursive: true });
  writeFileSync(join(folder, "labels.csv"), "mine");
  const beside = await run(["run", ...quick, "--out", folder]);
  assert.is(beside.code, 2);
  assert.match(beside.err, /labels\.csv in .* is not of this lab/);
  const exported = await run(["run", ...quick, "--out", join(root, "own"), "--export", folder]);
  assert.is(exported.code, 2);
  assert.match(exported.err, /The folder delphi in .* is not of this lab/);
  assert.is(read(folder, "labels.csv"), "mine");
});

test.run();
