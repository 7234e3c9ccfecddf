import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { completion, failure, labelText, type ProtocolServer, startServer } from "../labels/model/server";
import { once, quick, root, run } from "./quick";

// Whatever the machine that tests has set.
for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL"]) delete process.env[name];

const cli = suite("command line: labels");
const KEY = "sk-test-0123456789abcdef";
const out = join(root, "labelled");
const finished = once(() => run(["run", ...quick, "--set", "sae.k=12", "--out", out]));

/** Answers labels by what the first item says, and judges by words in common. */
const answer = ({ body }: ProtocolServer["asked"][number]) => {
  const data = JSON.parse(body.messages[1].content);
  if (data.neuron_id !== undefined) return { json: completion(labelText(data.neuron_id)) };
  if (data.label === undefined) return { json: completion('{"intruder": 1}') };
  const fits = data.items.map(({ item }: { item: number }) => ({ item, fit: item % 11 }));
  return { json: completion(JSON.stringify({ fits })) };
};

/** Run a command with a server and a key in the environment. */
async function withKey(
  work: (server: ProtocolServer, labels: (...args: string[]) => ReturnType<typeof run>) => Promise<void>,
  script: ProtocolServer["script"] = answer,
): Promise<void> {
  await finished();
  const server = await startServer(script);
  const before = { ...process.env };
  Object.assign(process.env, { OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: KEY });
  try {
    await work(server, (...args) => run(["labels", "--from", out, "--model", "test", ...args]));
  } finally {
    for (const name of ["OPENAI_BASE_URL", "OPENAI_API_KEY"])
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    await server.close();
  }
}

/** Every file below a folder. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());

cli("a dry run prints requests, tokens and cost, sends nothing and needs no key", async () => {
  await finished();
  const prices = join(root, "own-prices.json");
  writeFileSync(prices, '{"prices": {"test": {"input": 1, "output": 2}}}');
  const args = ["labels", "--from", out, "--model", "test", "--dry-run"];
  const { code, out: said, err } = await run([...args, "--prices", prices]);
  assert.is(code, 0, err);
  assert.match(said, /^model: test at api\.openai\.com\nrequests: \d+ \(label \d+\); 0 answers are in the cache\n/);
  assert.match(said, /tokens, estimated: [\d,]+ in, [\d,]+ out/);
  assert.match(said, /cost, estimated: \$0\.0\d+, at most \$0\.\d+;/);
  assert.match(said, /nothing was sent\n$/);
  const found = JSON.parse((await run([...args, "--judge", "model", "--json"])).out);
  assert.ok(found.tasks.detection > found.tasks.label && found.tasks.intruder > 0, JSON.stringify(found));
  assert.not("cost" in found);
  const without = JSON.parse((await run([...args, "--no-nulls", "--json"])).out);
  assert.ok(without.tasks.label <= 12 && found.tasks.label > without.tasks.label);
});

cli("labels by a model are written beside the card, and a second run asks for nothing", () =>
  withKey(async (server, labels) => {
    const card = readFileSync(join(out, "card.json"), "utf8");
    const { code, out: said, err } = await labels();
    assert.is(code, 0, err);
    const lines = readFileSync(join(out, "test.labels.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const summary = JSON.parse(readFileSync(join(out, "test.labels.json"), "utf8"));
    assert.match(said, `labels by test at 127.0.0.1: ${lines.length} of ${summary.latents} latents`);
    for (const { latent, broad, source, strongest, detectionAuroc: auroc, detectionLow: low } of lines) {
      assert.equal([broad, source], [`Theme ${latent}`, "model"]);
      assert.type(strongest, "string");
      if (auroc !== undefined) assert.ok(low >= 0 && low <= auroc && auroc <= 1);
    }
    assert.ok(summary.means.detection.latents > 0);
    assert.equal(Object.keys(summary.nulls).slice(0, 2), ["shuffled", "untrained"]);
    assert.is(summary.agreement.latents, lines.length);
    assert.is(summary.requests, server.asked.length);
    assert.equal(summary.tokens, { input: 1000 * server.asked.length, output: 1000 * server.asked.length });
    assert.is(readFileSync(join(out, "card.json"), "utf8"), card, "the card is left as it is");
    const asked = server.asked.length;
    assert.is((await labels("--json")).code, 0);
    assert.is(server.asked.length, asked);
    const listed = await run(["runs", "list"]);
    assert.match(listed.out, new RegExp(`model-replies +${asked} replies, kept`));
    assert.is((await run(["runs", "clean", "--all"])).code, 0);
    assert.is((await labels("--json")).code, 0);
    assert.is(server.asked.length, asked, "what was paid for is not cleaned away");
  }),
);

cli("a model's name is made a file's name, another for each model", () =>
  withKey(async (_server, labels) => {
    for (const name of ["org/model:free", "org-model-free", "../../up"])
      assert.is((await labels("--model", name, "--no-nulls")).code, 0);
    const made = readdirSync(out).filter((name) => /^(org|up).*\.labels\.json$/.test(name));
    assert.is(made.length, 3, made.join(", "));
  }),
);

cli("the model may judge; what it said is scored", () =>
  withKey(async (server, labels) => {
    const { code, out: said, err } = await labels("--judge", "model", "--json");
    assert.is(code, 0, err);
    const { judge, means } = JSON.parse(said);
    assert.is(judge, "test");
    assert.is(means.detection.unanswered, 0);
    assert.ok(means.intruder.rounds > 0);
    assert.ok(server.asked.some(({ body }) => body.messages[0].content.includes("does not belong")));
  }),
);

cli("a label that a person wrote is not asked for, and its file is left alone", () =>
  withKey(async (server) => {
    const edited = join(root, "labelled-by-people");
    mkdirSync(edited);
    const edits = join(edited, "label-edits.jsonl");
    const text = '{"latent": 3, "broad": "Mine"}\n';
    writeFileSync(edits, text);
    await run(["run", ...quick, "--set", "sae.k=12", "--out", edited]);
    const { code, err } = await run(["labels", "--from", edited, "--model", "other", "--no-nulls"]);
    assert.is(code, 0, err);
    const lines = readFileSync(join(edited, "other.labels.jsonl"), "utf8").trim().split("\n");
    const mine = lines.map((line) => JSON.parse(line)).find(({ latent }) => latent === 3);
    assert.equal([mine.broad, mine.source], ["Mine", "person"]);
    assert.not(server.asked.some(({ latent }) => latent === 3));
    assert.is(readFileSync(edits, "utf8"), text);
  }),
);

cli("a batch is written, its results are read, and labels made of them", () =>
  withKey(async (server, labels) => {
    const file = join(root, "batch.jsonl");
    const fresh = ["--model", "batched", "--no-nulls", "--batch"];
    const wrote = await labels(...fresh, file);
    assert.is(wrote.code, 0, wrote.err);
    const requests = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.match(wrote.out, `${requests.length} requests are in ${file}`);
    const results = join(root, "results.jsonl");
    const lines = requests.slice(1).map(({ custom_id, body }) => {
      const { neuron_id } = JSON.parse(body.messages[1].content);
      return JSON.stringify({
        custom_id,
        response: { status_code: 200, body: completion(labelText(neuron_id)) },
        error: null,
      });
    });
    writeFileSync(results, `${lines.join("\n")}\n`);
    const read = await labels(...fresh, results);
    assert.is(read.code, 0, read.err);
    assert.match(read.err, `${requests.length - 1} replies were read from ${results}`);
    assert.match(read.err, /latent \d+ has no label: not answered yet/);
    assert.is(readFileSync(join(out, "batched.labels.jsonl"), "utf8").trim().split("\n").length, requests.length - 1);
    assert.equal(server.asked, []);
  }),
);

cli("the key stands in no file and in nothing that is printed, whatever the server repeats", async () => {
  const reactions = [
    failure(400, `bad header Bearer ${KEY}`),
    failure(401, `Incorrect API key provided: ${KEY}`),
    failure(429, KEY, { code: "insufficient_quota" }),
    { json: completion(`{"broad_label": "${KEY}", "refined_label": null, "confidence": "low", "evidence": []}`) },
    { json: completion(JSON.stringify({ ...JSON.parse(labelText(1)), broad_label: `of ${KEY}` })) },
  ];
  for (const [at, reaction] of reactions.entries())
    await withKey(
      async (_server, labels) => {
        const debug = process.env.MSAE_DEBUG;
        process.env.MSAE_DEBUG = "1";
        const said = await labels("--model", `key-${at}`, "--no-nulls");
        if (debug === undefined) delete process.env.MSAE_DEBUG;
        assert.not(`${said.out}${said.err}`.includes(KEY), said.err);
      },
      () => reaction,
    );
  const files = filesIn(root);
  assert.ok(files.length > 20);
  for (const file of files) assert.not(readFileSync(file, "latin1").includes(KEY), file);
});

cli("wrong use is said in a sentence, and the exit code is 2", async () => {
  await finished();
  const environment = { ...process.env };
  delete process.env.OPENAI_API_KEY;
  delete process.env.OPENAI_BASE_URL;
  for (const [args, expected] of [
    [["--from", join(root, "nowhere")], "There is no card.json"],
    [["--from", out, "--model", "m"], "need OPENAI_API_KEY"],
    [["--from", out, "--model", "m", "--budget", "1"], "--budget needs the price of"],
    [["--from", out, "--model", "m", "--concurrency", "0"], "--concurrency is 0"],
    [["--from", out, "--model", "m", "--timeout", "-1"], "is no number from 0"],
    [["--from", out, "--model", "m", "--timeout", "1e7"], "give seconds above 0, at most 86400"],
    [["--from", out, "--dry-run"], "--dry-run is for labels by a language model"],
    [["--from", out, "--budget", "1"], "--budget is for labels by a language model"],
    [["--from", out, "--judge", "model"], "--judge is for labels by a language model"],
    [["--from", out, "--model", "m", "--batch", join(out, "card.json")], "is no file of the Batch API"],
  ] as [string[], string][]) {
    const { code, err } = await run(["labels", ...args]);
    assert.is(code, 2, err);
    assert.match(err, expected);
    assert.not.match(err, / {4}at /);
  }
  Object.assign(process.env, environment);
  assert.not(existsSync(join(out, "m.labels.json")));
});

cli("without a model, the offline labels and their tests are printed", async () => {
  await finished();
  const { code, out: said, err } = await run(["labels", "--from", out]);
  assert.is(code, 0, err);
  assert.match(said, /\(lexical\)\n/);
  assert.match(said, /detection \d\.\d+ \[/);
  const { labels, summary } = JSON.parse((await run(["labels", "--from", out, "--json"])).out);
  assert.ok(labels.length > 0 && labels.length <= 12);
  assert.ok(summary.detection.mean > 0);
});

cli("Ctrl-C ends it with a word and code 130, and what came is kept", () =>
  withKey(async (server) => {
    const main = resolve(__dirname, "..", "..", "lib", "src", "cli", "index.ts");
    const args = ["labels", "--from", out, "--model", "stopped", "--no-nulls", "--concurrency", "1"];
    const code = `require(${JSON.stringify(main)}).main(["", "", ...${JSON.stringify(args)}])`;
    const child = spawn(process.execPath, ["--import", "tsx", "-e", code], {
      env: { ...process.env, MSAE_RUNS: join(root, "runs") },
      stdio: ["ignore", "ignore", "pipe"],
    });
    server.script = (asked) => {
      if (asked.at < 5) return answer(asked);
      child.kill("SIGINT");
      return { ...answer(asked), after: new Promise<void>(() => {}) };
    };
    let err = "";
    child.stderr.on("data", (text) => {
      err += text;
    });
    const ended = await new Promise((over) => child.once("close", over));
    assert.equal([ended, /replies that came are kept/.test(err)], [130, true], err);
    server.script = answer;
    server.asked.length = 0;
    const { code: again, out: said, err: words } = await run(args);
    assert.is(again, 0, words);
    assert.match(said, "5 from the cache");
  }),
);

cli("a judge that is stopped half-way leaves labels without tests, not tests with wrong answers", () =>
  withKey(
    async (_server, labels) => {
      const { code, out: said, err } = await labels("--model", "half", "--judge", "model", "--no-nulls");
      assert.equal([code, /quota is used up/.test(err)], [1, true], err);
      assert.not.match(said, "detection");
      const lines = readFileSync(join(out, "half.labels.jsonl"), "utf8").trim().split("\n");
      assert.ok(lines.length > 5 && lines.every((line) => !("detectionAuroc" in JSON.parse(line))));
    },
    (asked) => (asked.at < 20 ? answer(asked) : failure(429, "no credit", { code: "insufficient_quota" })),
  ),
);

cli("quota that is used up ends with the sentence and code 1; a wrong key with code 2", async () => {
  await withKey(
    async (_server, labels) => {
      const { code, err } = await labels("--model", "poor", "--no-nulls");
      assert.equal([code, /the account's quota is used up/.test(err)], [1, true], err);
    },
    () => failure(429, "no credit", { code: "insufficient_quota" }),
  );
  await withKey(
    async (_server, labels) => {
      const { code, err } = await labels("--model", "locked", "--no-nulls");
      assert.equal([code, /does not accept the key/.test(err)], [2, true], err);
    },
    () => failure(401, "no"),
  );
});

cli.run();
