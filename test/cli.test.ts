import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { execute } from "../lib/src/cli";
import { encodeSafetensors } from "../lib/src/formats/safetensors";
import type { Card } from "../lib/src/lab/card";
import { openLab } from "../lib/src/lab/lab";

const root = mkdtempSync(join(tmpdir(), "msae-cli-"));
const cli = suite("command line");
/** Small enough that the whole line takes about a second. */
const QUICK =
  "data.users=300 data.items=200 data.interactions=4000 sae.epochs=2 sae.minSteps=0 sae.batch=64 mf.iterations=3".split(
    " ",
  );
const quick = QUICK.flatMap((setting) => ["--set", setting]);

async function run(args: string[], runs = join(root, "runs")): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  process.env.MSAE_RUNS = runs;
  const code = await execute(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

/** A card without what may differ between two runs. */
const lasting = (json: string): Card => ({ ...(JSON.parse(json) as Card), seconds: {} });

cli("run writes a card, and prints the same one object with --json", async () => {
  const out = join(root, "first");
  const { code, out: printed, err } = await run(["run", ...quick, "--out", out, "--json"]);
  assert.is(code, 0, err);
  assert.is(printed, readFileSync(join(out, "card.json"), "utf8"));
  const card = JSON.parse(printed) as Card;
  assert.is(card.data.users, 300);
  assert.is(card.monosemanticity.perLatent.length, 50);
  assert.equal(Object.keys(card.monosemanticity.nulls).sort(), ["noise", "noiseMoments", "permuted", "untrained"]);
  assert.ok(card.mf.ndcgAt10 > 0 && card.mf.popularity.ndcgAt10 > 0);
  assert.ok(card.sae.fvuPerPrefix.length === 10 && card.alignment!.perLatent.length > 0);
  assert.not.ok("accuracy" in card.mf);
});

cli("the same seed gives the same card in another store, another seed another card", async () => {
  const first = readFileSync(join(root, "first", "card.json"), "utf8");
  const again = await run(["run", ...quick, "--out", join(root, "again"), "--json"], join(root, "runs-2"));
  assert.equal(lasting(again.out), lasting(first));
  const other = await run(
    ["run", ...quick, "--seed", "1", "--out", join(root, "other"), "--json"],
    join(root, "runs-2"),
  );
  assert.not.equal(lasting(other.out).monosemanticity.mean, lasting(first).monosemanticity.mean);
});

cli(
  "--null rewired puts whole lines on rewired data beside the scores and the alignment, and the verdict is decided",
  async () => {
    const args = [
      "run",
      ...quick,
      "--null",
      "rewired",
      "--set",
      "rewired.runs=2",
      "--out",
      join(root, "rewired"),
      "--json",
    ];
    const { code, out, err } = await run(args);
    assert.is(code, 0, err);
    const { monosemanticity: score, alignment, ...rest } = JSON.parse(out) as Card;
    const plain = JSON.parse(readFileSync(join(root, "first", "card.json"), "utf8")) as Card;
    assert.is(score.nulls.rewired.perLatent.length, 50);
    assert.not.equal(score.nulls.rewired.mean, score.mean);
    assert.ok(["noise", "spectrum", "structure"].includes(score.verdict), score.verdict);
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
    const [card, fitted] = [
      JSON.parse(given.out) as Card,
      JSON.parse(readFileSync(join(root, "first", "card.json"), "utf8")) as Card,
    ];
    assert.is(card.mf.kind, "given");
    assert.is(card.mf.ndcgAt10, fitted.mf.ndcgAt10);
    assert.is(card.monosemanticity.mean, fitted.monosemanticity.mean);
    const both = await run([...line, "--d", "8"]);
    assert.is(both.code, 2);
    assert.match(both.err, /width \(d\) was given with factors/);
  },
);

cli("a second run loads what the first computed; a changed setting recomputes only what depends on it", async () => {
  const stages = (): Record<string, number> =>
    Object.fromEntries(
      readdirSync(join(root, "runs")).map((stage) => [stage, readdirSync(join(root, "runs", stage)).length]),
    );
  const before = stages();
  await run(["run", ...quick, "--out", join(root, "first")]);
  assert.equal(stages(), before);
  await run(["run", ...quick, "--set", "sae.lr=0.001", "--out", join(root, "first-lr")]);
  const after = stages();
  for (const stage of ["data", "split", "factors", "ranking"]) assert.is(after[stage], before[stage], stage);
  for (const stage of ["sae", "scores", "alignment"]) assert.is(after[stage], before[stage] + 1, stage);
});

cli("an artifact whose checksum fails is named, set aside and computed again", async () => {
  const folder = join(root, "runs-2", "factors");
  appendFileSync(join(folder, readdirSync(folder)[0], "arrays.safetensors"), "x");
  const { code, err, out } = await run(["run", ...quick, "--out", join(root, "again"), "--json"], join(root, "runs-2"));
  assert.is(code, 0);
  if (!err.includes("arrays.safetensors"))
    await run(["run", ...quick, "--seed", "1", "--out", join(root, "other")], join(root, "runs-2"));
  assert.ok(readdirSync(folder).some((name) => name.includes(".damaged-1")));
  assert.equal(lasting(out), lasting(readFileSync(join(root, "first", "card.json"), "utf8")));
});

cli("the paper's preset runs its own factorization and states its pointwise figures", async () => {
  const settings = QUICK.filter((setting) => !setting.startsWith("mf.")).flatMap((setting) => ["--set", setting]);
  const { code, out, err } = await run([
    "run",
    "--preset",
    "paper",
    ...settings,
    "--out",
    join(root, "paper"),
    "--json",
  ]);
  assert.is(code, 0, err);
  const { mf } = JSON.parse(out) as Card;
  assert.is(mf.kind, "bce-sgd");
  assert.ok((JSON.parse(out) as Card).monosemanticity.nulls.noiseTrained.mean > 0);
  assert.ok(mf.accuracy! > 0 && mf.logLoss! > 0);
});

cli("cards are compared: what differs in configuration and in result", async () => {
  const cards = ["first", "first-lr"].map((name) => join(root, name, "card.json"));
  const { code, out } = await run(["compare", ...cards]);
  assert.is(code, 0);
  assert.match(out, /config\.sae\.lr +0\.002 +0\.001/);
  assert.match(out, /monosemanticity\.mean/);
  const same = JSON.parse((await run(["compare", cards[0], cards[0], "--json"])).out) as { results: unknown[] };
  assert.equal(same.results, []);
  for (const bad of [[cards[0]], [cards[0], join(root, "none.json")], [cards[0], resolve("package.json")]])
    assert.is((await run(["compare", ...bad])).code, 2, bad.join(" "));
});

cli("--export writes the card's figures and tables", async () => {
  const dir = join(root, "exported");
  const { code, err } = await run(["run", ...quick, "--out", join(root, "first"), "--export", dir]);
  assert.is(code, 0, err);
  const names = readdirSync(dir);
  for (const name of ["score-by-latent.svg", "score-by-latent.png", "loss.vl.json", "card.csv", "card.tex"])
    assert.ok(names.includes(name), name);
});

cli("generated files are read back by run, by folder and by file", async () => {
  const dir = join(root, "generated");
  const made = await run([
    "generate",
    "--users",
    "300",
    "--items",
    "200",
    "--interactions",
    "4000",
    "--out",
    dir,
    "--json",
  ]);
  assert.is(made.code, 0, made.err);
  assert.is((JSON.parse(made.out) as { interactions: number }).interactions, 4000);
  const settings = QUICK.filter((setting) => !setting.startsWith("data.")).flatMap((setting) => ["--set", setting]);
  const prune = ["--set", "data.prune.minCategoryItems=10"];
  const byFolder = await run(["run", "--data", dir, ...settings, ...prune, "--out", join(root, "g1"), "--json"]);
  assert.is(byFolder.code, 0, byFolder.err);
  const copy = join(root, "elsewhere");
  cpSync(dir, copy, { recursive: true });
  const byFile = ["--ratings", join(copy, "ratings.csv"), "--items", join(copy, "items.jsonl")];
  const elsewhere = await run(["run", ...byFile, ...settings, ...prune, "--out", join(root, "g2"), "--json"]);
  assert.equal(lasting(elsewhere.out), lasting(byFolder.out));
});

cli("generate takes a shape, and refuses one that it does not know", async () => {
  const size = ["--users", "300", "--items", "200", "--interactions", "4000", "--json"];
  const made = await run(["generate", ...size, "--shape", "published", "--out", join(root, "published")]);
  assert.is(made.code, 0, made.err);
  const { shape, files: written } = JSON.parse(made.out) as { shape: string; files: string[] };
  assert.is(shape, "published");
  assert.is(readFileSync(written[1], "utf8").trim().split("\n").length, 222);
  const other = await run(["generate", ...size, "--shape", "round", "--out", join(root, "published")]);
  assert.is(other.code, 2);
  assert.match(other.err, /starter.*published/);
});

/** Ratings and metadata of a small shop, as files. */
function files(name: string, ratings: string | Buffer, items?: string | Buffer): string[] {
  const dir = join(root, "bad", name);
  mkdirSync(dir, { recursive: true });
  const zipped = Buffer.isBuffer(ratings) ? ".gz" : "";
  writeFileSync(join(dir, `ratings.csv${zipped}`), ratings);
  if (items !== undefined) writeFileSync(join(dir, "items.jsonl"), items);
  return [
    "--ratings",
    join(dir, `ratings.csv${zipped}`),
    ...(items === undefined ? [] : ["--items", join(dir, "items.jsonl")]),
  ];
}
const good = [
  "user_id,parent_asin",
  ...Array.from({ length: 800 }, (_, at) => [at % 20, Math.floor(at / 20)])
    .filter(([user, item]) => (user + item) % 2 === 0)
    .map(([user, item]) => `u${user},i${item}`),
].join("\n");

const metadata = Array.from({ length: 40 }, (_, at) =>
  JSON.stringify({ parent_asin: `i${at}`, categories: ["Clothing"] }),
).join("\n");

function textFile(name: string, text: string): string {
  writeFileSync(join(root, name), text);
  return join(root, name);
}

const BAD: [string, () => string[], RegExp][] = [
  ["a wrong column", () => files("column", good.replace("user_id", "person"), metadata), /ratings\.csv.*user_id/],
  ["an empty file", () => files("empty", "", metadata), /ratings\.csv.*empty/],
  ["a truncated gzip", () => files("gzip", gzipSync(good).subarray(0, 60), metadata), /ratings\.csv\.gz/],
  ["metadata with no id in common", () => files("ids", good, metadata.replaceAll('"i', '"x')), /items\.jsonl.*x0.*i0/],
  ["a binary file", () => files("binary", `${String.fromCharCode(0, 1, 2)}${good}`, metadata), /ratings\.csv/],
  ["a broken JSON line", () => files("json", good, `${metadata}\n{"parent_asin": `), /items\.jsonl.*line 41/],
  ["fewer items than latents", () => files("few", good), /40 items.*50 latents/],
  ["a missing file", () => ["--ratings", join(root, "nowhere.csv")], /nowhere\.csv/],
  ["metadata without ratings", () => ["--items", join(root, "i.jsonl")], /ratings/],
  ["a folder without ratings", () => ["--data", root], /ratings\.csv/],
  ["an unknown setting", () => ["--set", "sae.epoch=3"], /sae\.epoch.*epochs/],
  ["a setting that every object has", () => ["--set", "sae.__proto__.x=1"], /no setting "__proto__"/],
  ["a setting of the wrong type", () => ["--set", "sae.epochs=three"], /sae\.epochs.*number/],
  ["a folder in place of a file", () => ["--ratings", root], /is a folder/],
  ["metadata that is a folder", () => files("folder", good).concat("--items", root), /metadata.*is a folder/],
  ["a header without rows", () => files("header", "user_id,parent_asin\n"), /header and no row/],
  ["a broken configuration file", () => ["--config", textFile("bad.json", '{"sae": {')], /bad\.json is not JSON/],
  [
    "a configuration that is a list",
    () => ["--config", textFile("list.json", "[1]")],
    /list\.json holds no JSON object/,
  ],
  ["an unknown key", () => ["--config", textFile("key.json", '{"sae": {"epoch": 3}}')], /sae\.epoch.*epochs/],
  [
    "a key that every object has",
    () => ["--config", textFile("own.json", '{"__proto__": {}}')],
    /no setting "__proto__"/,
  ],
  ["an unknown preset", () => ["--preset", "published"], /paper, calibrated/],
  ["a column map that is none", () => ["--ratings", "r.csv", "--columns", "who=a"], /user=/],
];
for (const [what, make, says] of BAD)
  cli(`${what}: exit 2 and one sentence`, async () => {
    const { code, err, out } = await run(["run", ...make(), "--out", join(root, "bad-out"), "--json"]);
    assert.is(code, 2, err);
    assert.is(out, "");
    const sentence = err
      .trim()
      .split("\n")
      .filter((line) => !/^[a-zA-Z ]+: \d+\.\d s$|^skipped |^columns of /.test(line));
    assert.is(sentence.length, 1, err);
    assert.match(sentence[0], says);
    assert.not.match(err, /\n\s+at /);
  });

cli("an --out that cannot be written is known before the work: exit 2 and one sentence", async () => {
  const places = [join(textFile("in-the-way", ""), "below"), join(root, "in-the-way"), "/proc/msae-lab"];
  for (const place of process.platform === "linux" ? places : places.slice(0, 2)) {
    const { code, err } = await run(["run", "--out", place]);
    assert.is(code, 2, place);
    assert.match(err, new RegExp(`^Nothing can be written to ${place} .*choose another --out\\.\\n$`));
  }
});

cli(
  "a shop with other names and separators runs by --columns; its bad rows are in rejects.csv, and it has no alignment without categories",
  async () => {
    const dir = join(root, "shop");
    mkdirSync(dir, { recursive: true });
    const rows = good
      .split("\n")
      .slice(1)
      .map((row, at) => `${1e9 + at};${row.replace(",", ";")};${(at % 5) + 1}`);
    rows[7] = "1;u1;i1;many";
    writeFileSync(join(dir, "sales.txt"), `at;buyer;thing;points\n${rows.join("\n")}\n`);
    writeFileSync(
      join(dir, "things.tsv"),
      `thing\tlabel\tshelf\n${Array.from({ length: 40 }, (_, at) => `i${at}\tT${at}\t`).join("\n")}\n`,
    );
    const { code, err, out } = await run([
      "run",
      "--ratings",
      join(dir, "sales.txt"),
      "--items",
      join(dir, "things.tsv"),
      "--columns",
      "user=buyer,item=thing,rating=points,time=at",
      "--categories",
      "shelf:/",
      "--set",
      "sae.k=4",
      "--set",
      "sae.batch=16",
      "--set",
      "split.kind=time",
      "--out",
      join(dir, "out"),
      "--json",
    ]);
    assert.is(code, 0, err);
    const card = JSON.parse(out) as {
      data: { interactions: number };
      alignment?: unknown;
      config: { split: { kind: string } };
    };
    assert.is(card.data.interactions, 399);
    assert.is(card.config.split.kind, "time");
    assert.is(card.alignment, undefined);
    assert.match(err, /columns of ratings: user = "buyer", item = "thing", rating = "points", time = "at"/);
    assert.match(err, /no categories: alignment/);
    const rejects = readFileSync(join(dir, "out", "rejects.csv"), "utf8")
      .trim()
      .split("\n");
    assert.equal(rejects.slice(1), ['"sales.txt",9,"rating that is no number","1;u1;i1;many"']);
  },
);

cli("ids on one side only and users with one item are stated with their counts", async () => {
  const args = files(
    "skips",
    `${good}\nlonely,i1\nu1,unknown\nu2,unknown`,
    `${metadata}\n${JSON.stringify({ parent_asin: "never", categories: ["Clothing"] })}`,
  );
  const { err } = await run([
    "run",
    ...args,
    "--set",
    "sae.k=4",
    "--set",
    "sae.batch=16",
    "--set",
    "data.prune.minCategoryItems=1",
    "--out",
    join(root, "skips"),
  ]);
  assert.match(err, /skipped 1 metadata items without a rating \(never\)/);
  assert.match(err, /skipped 2 ratings whose item has no metadata \(unknown\)/);
  assert.match(err, /skipped 1 users with one item.*lonely/);
});

cli("a wrong command or option: exit 2 with help's hint on stderr", async () => {
  for (const args of [["rum"], ["run", "--sed", "1"], ["run", "--seed", "x"], ["generate"]]) {
    const { code, out, err } = await run(args);
    assert.is(code, 2, args.join(" "));
    assert.is(out, "");
    assert.ok(err.length > 0);
  }
  assert.is((await run(["--help"])).code, 0);
});

cli("runs are listed and cleaned: what this code computed stays unless all is asked for", async () => {
  const listed = JSON.parse((await run(["runs", "list", "--json"])).out) as { stage: string; state: string }[];
  assert.ok(listed.length > 8 && listed.every(({ state }) => state === "finished"));
  assert.is((JSON.parse((await run(["runs", "clean", "--json"])).out) as { removed: number }).removed, 0);
  const spare = join(root, "runs-2");
  const cleaned = JSON.parse((await run(["runs", "clean", "--json"], spare)).out) as { removed: number };
  assert.is(cleaned.removed, 1);
  await run(["runs", "clean", "--all"], spare);
  assert.equal(JSON.parse((await run(["runs", "list", "--json"], spare)).out), []);
});

cli("doctor says what works", async () => {
  const { code, out } = await run(["doctor", "--json", "--no-speed"]);
  assert.is(code, 0);
  const findings = JSON.parse(out) as { what: string; ok: boolean; found: string }[];
  assert.ok(findings.find(({ what }) => what === "backend")?.ok);
  assert.match(findings.find(({ what }) => what === "Node")!.found, process.version);
});

/** Start a run as its own process. */
function start(args: string[], runs: string): ChildProcess {
  const main = resolve(__dirname, "..", "lib", "src", "cli.ts");
  const code = `require(${JSON.stringify(main)}).main(["", "", ...${JSON.stringify(args)}])`;
  return spawn(process.execPath, ["--import", "tsx", "-e", code], {
    env: { ...process.env, MSAE_RUNS: runs },
    stdio: "ignore",
  });
}

cli("killed in any stage and started again, it finishes with the same card", async () => {
  const runs = join(root, "runs-killed");
  const out = join(root, "killed");
  const args = ["run", ...quick, "--set", "sae.epochs=60", "--out", out, "--json"];
  const whole = await run(args, join(root, "runs-whole"));
  for (let tries = 0, wait = 700; tries < 6; tries++, wait += 300) {
    const child = start(args, runs);
    await new Promise((over) => setTimeout(over, wait));
    child.kill("SIGKILL");
    await new Promise((over) =>
      child.exitCode === null && child.signalCode === null ? child.once("exit", over) : over(0),
    );
  }
  const { code, out: card, err } = await run(args, runs);
  assert.is(code, 0, err);
  assert.equal(lasting(card), lasting(whole.out));
  assert.equal(
    readdirSync(runs).filter((name) => name.startsWith(".tmp-")),
    [],
  );
});

cli("Ctrl-C ends a run within a second, with a word, and the next run goes on", async () => {
  const runs = join(root, "runs-interrupted");
  const args = ["run", ...quick, "--set", "sae.epochs=4000", "--out", join(root, "interrupted")];
  const child = start(args, runs);
  // The first checkpoint says that training is under way; before it, loading the tensors may block for seconds.
  const sae = join(runs, "sae");
  while (!existsSync(sae)) await new Promise((over) => setTimeout(over, 50));
  const asked = Date.now();
  child.kill("SIGINT");
  const code = await new Promise((over) => child.once("exit", over));
  assert.ok(Date.now() - asked < 1000, `${Date.now() - asked} ms`);
  assert.is(code, 1);
  assert.is(
    (await run([...args.slice(0, -2), "--set", "sae.epochs=1", "--out", join(root, "interrupted")], runs)).code,
    0,
  );
});

cli.run();
