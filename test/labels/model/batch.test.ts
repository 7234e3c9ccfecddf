import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { batchKind, batchLine, readBatch } from "../../../lib/src/labels/model/batch";
import { estimate } from "../../../lib/src/labels/model/collect";
import { openOffline } from "../../../lib/src/labels/model/open";
import { priceOf } from "../../../lib/src/labels/model/prices";
import { withServer } from "./fixtures";
import { completion, exhibitsOf, labelText } from "./server";

const ASKED = { model: "test", host: "127.0.0.1" };

test("a batch is written and its results are read into the same cache: a later run asks for the rest alone", () =>
  withServer(undefined, async ({ server, open, folder }) => {
    const offline = openOffline(ASKED, folder);
    assert.is((await offline.labeller.label(exhibitsOf(20))).failed.length, 20);
    const file = join(folder, "requests.jsonl");
    writeFileSync(file, offline.missing.map((request) => batchLine(ASKED, request)).join(""));
    assert.is(await batchKind(file), "requests");
    const requests = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.is(requests.length, 20);
    assert.equal(
      [requests[0].method, requests[0].url, requests[0].body.model],
      ["POST", "/v1/chat/completions", "test"],
    );

    const response = (latent: number, content: string, more = {}): object => ({
      id: `r${latent}`,
      custom_id: requests[latent].custom_id,
      response: { status_code: 200, request_id: "x", body: completion(content, more) },
      error: null,
    });
    const results = [
      // The Batch API gives results in any order.
      ...Array.from({ length: 14 }, (_, at) => response(13 - at, labelText(13 - at))),
      response(14, "no JSON"),
      response(15, labelText(15), { finish: "length" }),
      { ...response(16, ""), response: { status_code: 500, body: {} } },
      { custom_id: requests[17].custom_id, response: null, error: { code: "batch_expired", message: "too late" } },
      { ...response(18, labelText(18)), custom_id: "f".repeat(64) },
    ];
    const fetched = join(folder, "results.jsonl");
    writeFileSync(fetched, `${results.map((line) => JSON.stringify(line)).join("\n")}\n{"custom_id": "cut\n\n`);
    assert.is(await batchKind(fetched), "results");
    const read = await readBatch(fetched, ASKED, offline.missing, offline.cache);
    assert.equal([read.read, read.unknown], [14, 1]);
    assert.equal(read.failed, [
      "line 15, latent 14: the reply cannot be used: there is no JSON object in it",
      "line 16, latent 15: the reply cannot be used: it was cut off because it is too long",
      "line 17, latent 16: HTTP 500",
      "line 18, latent 17: too late",
      "line 20 is no result of a batch",
    ]);

    const { labels } = await (await open()).labeller.label(exhibitsOf(20));
    assert.is(labels.length, 20);
    assert.equal(
      server.asked.map(({ latent }) => latent).sort((a, b) => a - b),
      [14, 15, 16, 17, 18, 19],
    );
    const again = await readBatch(fetched, ASKED, [], offline.cache);
    assert.is(again.unknown, 1, "what is in the cache is known");
  }));

test("a file that is none of the Batch API's is refused", () =>
  withServer(undefined, async ({ folder }) => {
    assert.is(await batchKind(join(folder, "none.jsonl")), undefined);
    for (const text of ["", "hello\n", '{"a": 1}\n']) {
      const file = join(folder, "other.txt");
      writeFileSync(file, text);
      const failure = await batchKind(file).then(
        () => "",
        ({ message }) => message,
      );
      assert.match(failure, "is no file of the Batch API");
    }
  }));

test("an estimate counts what the cache lacks, and is near what a server counts", () =>
  withServer(undefined, async ({ open, folder }) => {
    await (await open()).labeller.label(exhibitsOf(10));
    const offline = openOffline(ASKED, folder);
    await offline.labeller.label(exhibitsOf(50));
    assert.equal([offline.fromCache, offline.missing.length], [10, 40]);
    const { requests, tokens, mostOutput } = estimate(offline.missing);
    assert.is(requests, 40);
    assert.ok(tokens.input > 40 * 700 && tokens.input < 40 * 2000, `${tokens.input}`);
    assert.ok(tokens.output >= 40 * 100 && tokens.output < mostOutput);
  }));

test("a user's table of prices goes before ours, and a dated name has the price of the plain one", () =>
  withServer(undefined, async ({ folder }) => {
    const own = join(folder, "prices.json");
    writeFileSync(own, '{"prices": {"mine": {"input": 1, "output": 2}, "gpt-4o-mini": {"input": 9, "output": 9}}}');
    const ours = priceOf("gpt-4o");
    assert.ok(ours && ours.input > 0 && ours.output > ours.input);
    assert.equal(priceOf("gpt-4o-2024-11-20", own), ours);
    assert.equal(priceOf("mine", own), { input: 1, output: 2 });
    assert.equal(priceOf("gpt-4o-mini", own), { input: 9, output: 9 });
    assert.is(priceOf("constructor", own), undefined);
    for (const [text, fault] of [
      ['{"prices": {"mine": {"input": -1, "output": 2}}}', "give a number from 0"],
      ['{"mine": {"input": 1, "output": 2}}', "The price table"],
      ["{", "is not JSON"],
    ]) {
      writeFileSync(own, text);
      assert.throws(
        () => priceOf("mine", own),
        (error: Error) => error.message.includes(fault),
      );
    }
  }));

test.run();
