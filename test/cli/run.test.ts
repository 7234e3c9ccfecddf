import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeSafetensors } from "../../lib/src/formats/safetensors";
import type { Card } from "../../lib/src/lab/card";
import { openLab } from "../../lib/src/lab/lab";
import { lasting, once, QUICK, quick, root, run } from "./quick";

const cli = suite("command line: run");

/** A run that succeeded: its card as it was printed. */
async function carded(args: readonly string[], out: string, runs?: string): Promise<string> {
  const { code, err, out: printed } = await run(["run", ...args, "--out", join(root, out), "--json"], runs);
  assert.is(code, 0, err);
  return printed;
}

/** The quick settings but for those of the factorization, which a preset may bring. */
const withoutMf = QUICK.filter((setting) => !setting.startsWith("mf.")).flatMap((setting) => ["--set", setting]);

/** How many results the store has of each stage. */
const stored = (): Record<string, number> =>
  Object.fromEntries(
    readdirSync(join(root, "runs"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => [name, readdirSync(join(root, "runs", name)).length]),
  );

const first = once(() => carded(quick, "first"));

/** The same in another store. */
const spare = join(root, "runs-2");
const again = once(() => carded(quick, "again", spare));

/** The first run with another learning rate, and what the store had before and after it. */
const slower = once(async () => {
  await first();
  const before = stored();
  await carded([...quick, "--set", "sae.lr=0.001"], "first-lr");
  return { before, after: stored() };
});

/** The run of the other store once more, when its factors are damaged. */
const damaged = once(async () => {
  await again();
  const folder = join(spare, "factors");
  // Those of another seed may lie beside, and which comes first hangs on their hashes.
  for (const name of readdirSync(folder)) appendFileSync(join(folder, name, "arrays.safetensors"), "x");
  const repeated = await run(["run", ...quick, "--out", join(root, "again"), "--json"], spare);
  return { ...repeated, results: readdirSync(folder) };
});

cli("run writes a card, and prints the same one object with --json", async () => {
  const printed = await first();
  assert.is(printed, readFileSync(join(root, "first", "card.json"), "utf8"));
  const card = JSON.parse(printed) as Card;
  assert.is(card.data.users, 300);
  assert.is(card.monosemanticity.perLatent.length, 50);
  assert.equal(Object.keys(card.monosemanticity.nulls).sort(), ["noise", "noiseMoments", "permuted", "untrained"]);
  assert.ok(card.mf.ndcgAt10 > 0 && card.mf.popularity.ndcgAt10 > 0);
  assert.ok(card.sae.fvuPerPrefix.length === 10 && card.alignment!.perLatent.length > 0);
  assert.not.ok("accuracy" in card.mf);
});

cli("the same seed gives the same card in another store, another seed another card", async () => {
  assert.equal(lasting(await again()), lasting(await first()));
  const other = await carded([...quick, "--seed", "1"], "other", spare);
  assert.not.equal(lasting(other).monosemanticity.mean, lasting(await first()).monosemanticity.mean);
});

cli(
  "--null rewired puts whole pipelines on rewired data beside the scores and the alignment, and the verdict is decided",
  async () => {
    const rewired = await carded([...quick, "--null", "rewired", "--set", "rewired.runs=2"], "rewired");
    const { monosemanticity: score, alignment, ...rest } = JSON.parse(rewired) as Card;
    const plain = JSON.parse(await first()) as Card;
    assert.is(score.nulls.rewired.perLatent.length, 50);
    assert.not.equal(score.nulls.rewired.mean, score.mean);
    assert.ok(["noise", "spectrum", "untrained", "structure"].includes(score.verdict), score.verdict);
    assert.ok(alignment!.floors.rewired.meanBestNap < alignment!.meanBestNap);
    assert.is(score.mean, plain.monosemanticity.mean);
    assert.equal(rest.sae, plain.sae);
  },
);

cli(
  "--factors takes factors that were fitted elsewhere, joined by id, and gives the ranking that the fit gave",
  async () => {
    const settings = Object.fromEntries(
      QUICK.map((setting) => setting.split("=")).map(([key, value]) => [key, Number(value)]),
    );
    const factors = await (await openLab({ set: settings, runs: join(root, "runs") })).factors();
    const { d, users, items, userIds, itemIds } = factors;
    const folder = mkdtempSync(join(root, "factors-"));
    // Items in another order: they are found by id.
    const order = [...itemIds.keys()].reverse();
    const turned = Float32Array.from(order.flatMap((row) => [...items.subarray(row * d, (row + 1) * d)]));
    const tensors = {
      users: { shape: [userIds.length, d], data: users },
      items: { shape: [itemIds.length, d], data: turned },
    };
    writeFileSync(join(folder, "factors.safetensors"), encodeSafetensors(tensors));
    writeFileSync(join(folder, "users.txt"), userIds.join("\n"));
    writeFileSync(join(folder, "items.txt"), order.map((row) => itemIds[row]).join("\n"));
    const line = ["run", ...quick.slice(0, -2), "--factors", folder, "--out", join(root, "given")];
    const given = await run([...line, "--json"]);
    assert.is(given.code, 0, given.err);
    const [card, fitted] = [JSON.parse(given.out) as Card, JSON.parse(await first()) as Card];
    assert.is(card.mf.kind, "given");
    assert.is(card.mf.ndcgAt10, fitted.mf.ndcgAt10);
    assert.is(card.monosemanticity.mean, fitted.monosemanticity.mean);
    const both = await run([...line, "--d", "8"]);
    assert.is(both.code, 2);
    assert.match(both.err, /width \(d\) was given with factors/);
  },
);

cli("a second run loads what the first computed; a changed setting recomputes only what depends on it", async () => {
  await first();
  const before = stored();
  await carded(quick, "first");
  assert.equal(stored(), before);
  const changed = await slower();
  for (const stage of ["data", "split", "factors", "ranking"])
    assert.is(changed.after[stage], changed.before[stage], stage);
  for (const stage of ["sae", "scores", "alignment"]) assert.is(changed.after[stage], changed.before[stage] + 1, stage);
});

cli("an artifact whose checksum fails is named, set aside and computed again", async () => {
  const { code, err, out, results } = await damaged();
  assert.is(code, 0, err);
  assert.match(err, /arrays\.safetensors/);
  assert.ok(results.some((name) => name.includes(".damaged-1")));
  assert.equal(lasting(out), lasting(await first()));
});

cli("the paper's preset runs its own factorization and states its pointwise figures", async () => {
  const { mf, monosemanticity } = JSON.parse(await carded(["--preset", "paper", ...withoutMf], "paper")) as Card;
  assert.is(mf.kind, "bce-sgd");
  assert.ok(monosemanticity.nulls.noiseTrained.mean > 0);
  assert.ok(mf.accuracy! > 0 && mf.logLoss! > 0);
});

cli(
  "factors that do not beat popularity are announced on stderr, in the summary and in the card; others are not",
  async () => {
    const weak = await run(["run", "--preset", "paper", ...withoutMf, "--out", join(root, "paper")]);
    assert.match(weak.err, /FACTORS TOO WEAK: their ranking does not beat popularity/);
    assert.match(weak.out, /minus popularity's .*: FACTORS TOO WEAK\n/);
    const { mf } = JSON.parse(readFileSync(join(root, "paper", "card.json"), "utf8")) as Card;
    assert.is(mf.againstPopularity.weak, true);
    assert.ok(!(mf.againstPopularity.ndcgAt10.low > 0));
    const { err, out } = await run(["run", ...quick, "--out", join(root, "first")]);
    assert.not.match(err + out, /TOO WEAK/);
    assert.match(out, /iALS: alpha \d+, reg [\d.]+ \(chosen on validation data\), 3 sweeps, NOT CONVERGED/);
    const strong = JSON.parse(readFileSync(join(root, "first", "card.json"), "utf8")) as Card;
    assert.is(strong.mf.againstPopularity.weak, false);
    assert.ok(strong.mf.againstPopularity.ndcgAt10.low > 0);
  },
);

cli("cards are compared: what differs in configuration and in result", async () => {
  await slower();
  const cards = ["first", "first-lr"].map((name) => join(root, name, "card.json"));
  const { code, out } = await run(["compare", ...cards]);
  assert.is(code, 0);
  assert.match(out, /config\.sae\.lr +0\.002 +0\.001/);
  assert.match(out, /monosemanticity\.mean/);
  assert.not.match(out, /perLatent/);
  assert.match(out, /fields of single latents differ \(--json lists them\)/);
  assert.match(out, /the verdict is the same: \w+|monosemanticity\.verdict/);
  const byFolder = await run(["compare", join(root, "first"), join(root, "first-lr")]);
  assert.is(byFolder.out, out);
  const same = JSON.parse((await run(["compare", cards[0], cards[0], "--json"])).out) as { results: unknown[] };
  assert.equal(same.results, []);
  for (const bad of [[cards[0]], [cards[0], join(root, "none.json")], [cards[0], resolve("package.json")]])
    assert.is((await run(["compare", ...bad])).code, 2, bad.join(" "));
});

cli("--export writes the card's figures and tables", async () => {
  const dir = join(root, "exported");
  const { code, err } = await run(["run", ...quick, "--out", join(root, "first"), "--export", dir]);
  assert.is(code, 0, err);
  const files = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isFile());
  assert.match(err, `exported: ${files.length} files of figures and tables to ${dir}`);
  // Planted data skips nothing, and an empty table is no table.
  assert.not.ok(existsSync(join(dir, "skipped.csv")));
  const names = readdirSync(dir);
  for (const name of ["score-by-latent.svg", "score-by-latent.png", "loss.vl.json", "card.csv", "card.tex"])
    assert.ok(names.includes(name), name);
});

cli("runs are listed and cleaned: what this code computed stays unless all is asked for", async () => {
  await first();
  const listed = JSON.parse((await run(["runs", "list", "--json"])).out) as { stage: string; state: string }[];
  assert.ok(listed.length > 8 && listed.every(({ state }) => state === "finished"));
  assert.is((JSON.parse((await run(["runs", "clean", "--json"])).out) as { removed: number }).removed, 0);
  // The damaged result that was set aside.
  await damaged();
  const cleaned = JSON.parse((await run(["runs", "clean", "--json"], spare)).out) as { removed: number };
  assert.is(cleaned.removed, 1);
  await run(["runs", "clean", "--all"], spare);
  assert.equal(JSON.parse((await run(["runs", "list", "--json"], spare)).out), []);
});

cli.run();
