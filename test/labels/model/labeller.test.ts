import { test } from "uvu";
import * as assert from "uvu/assert";
import { PATIENCE } from "../../../lib/src/labels/model/tries";
import { timesDelivered, withServer } from "./fixtures";
import { type Asked, completion, exhibitsOf, failure, good, labelText, type Reaction } from "./server";

const HOUR = { "retry-after": "3600" };

/** What goes wrong for which latents, and how often; all others are answered at once. */
const TROUBLES: Record<number, (asked: Asked) => Reaction | undefined> = {
  1: ({ before }) => (before < 4 ? failure(429, "slow down", { code: "rate_limit_exceeded" }, HOUR) : undefined),
  2: ({ before }) => (before < 3 ? failure(429, "slow down", {}, HOUR) : undefined),
  5: ({ before }) => (before < 2 ? failure(500, "oops") : undefined),
  6: ({ before }) => (before < 1 ? { status: 503, raw: "<html>busy</html>" } : undefined),
  9: ({ latent, before }) => (before < 1 ? { ...good(latent), half: "broken" } : undefined),
  10: ({ before }) => (before < 1 ? { raw: '{"choices": [{"mess' } : undefined),
  13: ({ latent, before }) => (before < 1 ? { json: completion(labelText(latent).slice(0, 60)) } : undefined),
  14: ({ before }) => (before < 1 ? { json: completion('{"label": "wrong schema"}') } : undefined),
  15: ({ before }) => (before < 1 ? { json: completion("I think these are shoes.") } : undefined),
  16: ({ latent, before }) => (before < 1 ? { json: completion(labelText(latent), { finish: "length" }) } : undefined),
  20: ({ latent }) => good(latent, (json) => `\`\`\`json\n${json}\n\`\`\``),
  21: ({ latent }) => good(latent, (json) => `Of course! Here it is: ${json} I hope {this} helps.`),
  22: ({ latent }) => good(latent, (json) => `<think>{"broad_label": "no"}</think>${json}`),
  30: () => ({ json: completion(null, { refusal: "I will not." }) }),
  31: () => ({ json: completion('{"broad_label": "cut', { finish: "length" }) }),
  32: () => ({ json: completion("never JSON") }),
  33: () => ({ json: { error: { message: "upstream", code: 502 } } }),
  34: () => ({ json: completion(null, { finish: "content_filter" }) }),
  35: () => failure(400, "this model's maximum context length is exceeded", { code: "context_length_exceeded" }),
};

const LISTED = [30, 31, 32, 33, 34, 35];

test("whatever a server does, all 50 latents are labelled or listed, and no complete reply is asked for again", () =>
  withServer(
    (asked) => TROUBLES[asked.latent]?.(asked) ?? good(asked.latent),
    async ({ server, open, waits }) => {
      const first = await open();
      const { labels, failed } = await first.labeller.label(exhibitsOf(50));
      assert.equal(
        failed.map(({ latent }) => latent),
        LISTED,
      );
      assert.equal(
        [...labels.map(({ latent }) => latent), ...LISTED].sort((a, b) => a - b),
        exhibitsOf(50).map(({ latent }) => latent),
      );
      for (const { latent, broad, source } of labels) assert.equal([broad, source], [`Theme ${latent}`, "model"]);
      const reasons = Object.fromEntries(failed.map(({ latent, reason }) => [latent, reason]));
      assert.match(reasons[30], "refused: I will not.");
      assert.match(reasons[31], "cut off");
      assert.match(reasons[32], "no JSON object");
      assert.match(reasons[34], "content filter");
      assert.match(reasons[35], "maximum context length");
      assert.is(first.tally.repaired, 4);
      assert.ok(Math.max(...waits) <= 60_000, "an hour of Retry-After is capped");
      assert.ok(waits.filter((ms) => ms === 60_000).length >= 7, "and waited for up to the cap");
      assert.is(timesDelivered(server), 1);

      const asked = server.asked.length;
      const second = await (await open()).labeller.label(exhibitsOf(50));
      assert.equal(second, { labels, failed });
      assert.equal([...new Set(server.asked.slice(asked).map(({ latent }) => latent))].sort(), LISTED);

      server.script = ({ latent }) => good(latent);
      const third = await (await open()).labeller.label(exhibitsOf(50));
      assert.equal([third.labels.length, third.failed], [50, []]);
      assert.is(timesDelivered(server), 1);

      const end = server.asked.length;
      const fourth = await open();
      assert.equal(await fourth.labeller.label(exhibitsOf(50)), third);
      assert.is(server.asked.length, end, "a second run costs nothing");
      assert.equal([fourth.tally.fromCache, fourth.budget.requests], [50, 0]);
    },
  ));

test("the labels in use are those of earlier rounds, the same at any concurrency", () =>
  withServer(undefined, async ({ server, open, folder }) => {
    const prompts = async (concurrency: number): Promise<string[]> => {
      server.asked.length = 0;
      await (await open({ concurrency, cache: `${folder}/${concurrency}` })).labeller.label(exhibitsOf(25));
      return server.asked.map(({ body }) => body.messages[1].content).sort();
    };
    const alone = await prompts(1);
    server.mostOpen = 0;
    let release = (): void => {};
    const seven = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.script = ({ latent, at }) => {
      if (at === 6) release();
      return { ...good(latent), after: seven };
    };
    assert.equal(await prompts(7), alone);
    assert.is(server.mostOpen, 7);
    const used = alone.map((text) => JSON.parse(text)).map((each) => [each.neuron_id, each.broad_labels_used.length]);
    assert.equal(
      used.sort(([a], [b]) => a - b).map(([, count]) => count),
      exhibitsOf(25).map(({ latent }) => 10 * Math.floor(latent / 10)),
    );
  }));

test("an answer that stops in the middle is given up and asked for again, a few times at most", () =>
  withServer(
    ({ latent, before }) => (latent === 3 || before === 0 ? { ...good(latent), half: "silent" } : good(latent)),
    async ({ server, open, expire }) => {
      server.onSilence = expire;
      const { labels, failed } = await (await open({ concurrency: 1 })).labeller.label(exhibitsOf(5));
      assert.equal(
        labels.map(({ latent }) => latent),
        [0, 1, 2, 4],
      );
      assert.equal(failed, [{ latent: 3, reason: "127.0.0.1 did not answer in time" }]);
      assert.is(server.asked.filter(({ latent }) => latent === 3).length, 3, "each may be charged for");
    },
  ));

test("a server ten times slower than the others is waited for", () =>
  withServer(
    ({ latent }) => ({ ...good(latent), after: new Promise((go) => setTimeout(go, latent % 5 === 0 ? 50 : 5)) }),
    async ({ server, open }) => {
      const { labels, failed } = await (await open({ concurrency: 8 })).labeller.label(exhibitsOf(50));
      assert.equal([labels.length, failed.length, server.asked.length], [50, 0, 50]);
    },
  ));

test("many requests that wait at the same time wait without a warning of Node's", () =>
  withServer(
    ({ at }) => (at < 60 ? failure(429, "slow down", {}, HOUR) : { json: completion('{"intruder": 1}') }),
    async ({ open }) => {
      const warnings: string[] = [];
      const listen = ({ message }: Error): number => warnings.push(message);
      process.on("warning", listen);
      const patience = { wait: PATIENCE.wait, deadline: PATIENCE.deadline, longestWaitMs: 5 };
      const { judge } = await open({ concurrency: 40, patience });
      const places = await judge.intruders(exhibitsOf(50).map(({ items }) => items.slice(0, 5)));
      await new Promise((soon) => setImmediate(soon));
      process.off("warning", listen);
      assert.equal([places, warnings], [places.map(() => 0), []]);
    },
  ));

test("quota that is used up stops the run with a sentence, and the next run goes on from there", () =>
  withServer(
    ({ latent, at }) =>
      at < 17 ? good(latent) : failure(429, "You exceeded your quota", { code: "insufficient_quota" }, HOUR),
    async ({ server, open, waits }) => {
      const model = await open({ concurrency: 4 });
      const { labels, failed } = await model.labeller.label(exhibitsOf(50));
      assert.equal([labels.length, failed.length], [17, 33]);
      assert.match(model.stopped()?.message ?? "", "the account's quota is used up (You exceeded your quota)");
      assert.ok(failed.every(({ reason }) => reason === "not asked, since the run was stopped"));
      assert.ok(server.asked.length <= 17 + 4, "nobody else asks");
      assert.equal(waits, []);
      server.script = ({ latent }) => good(latent);
      assert.is((await (await open()).labeller.label(exhibitsOf(50))).labels.length, 50);
      assert.is(timesDelivered(server), 1);
    },
  ));

test("what is set wrongly stops the run at once, each with its sentence", async () => {
  for (const [reaction, expected] of [
    [failure(401, "Incorrect API key provided: sk-…"), "does not accept the key"],
    [failure(403, "not in your country"), "does not allow this (HTTP 403) (not in your country)"],
    [failure(404, "no such model", { code: "model_not_found" }), 'has no model "test"'],
    [{ status: 404, raw: "Not Found" }, "check --model and OPENAI_BASE_URL"],
    [failure(402, "insufficient credits"), "quota is used up"],
    [{ status: 301, raw: "" }, "check OPENAI_BASE_URL"],
  ] as [Reaction, string][])
    await withServer(
      () => reaction,
      async ({ server, open }) => {
        const model = await open({ concurrency: 1 });
        assert.is((await model.labeller.label(exhibitsOf(3))).failed.length, 3);
        assert.match(model.stopped()?.message ?? "", expected);
        assert.is(server.asked.length, 1);
      },
    );
});

test("a server that is not there is given up after a few tries", () =>
  withServer(undefined, async ({ server, open, waits }) => {
    await server.close();
    const model = await open({ concurrency: 1 });
    assert.is((await model.labeller.label(exhibitsOf(3))).failed.length, 3);
    assert.match(model.stopped()?.message ?? "", /^127\.0\.0\.1 was not reached \(ECONNREFUSED\), whatever was tried/);
    assert.is(waits.length, 2);
  }));

test("a server that fails for all is given up after ten requests", () =>
  withServer(
    () => failure(500, "broken"),
    async ({ open }) => {
      const model = await open({ concurrency: 5, patience: { retries: 1, wait: async () => {} } });
      const { failed } = await model.labeller.label(exhibitsOf(50));
      assert.is(failed.length, 50);
      assert.ok(failed.filter(({ reason }) => reason.includes("HTTP 500")).length < 20);
      assert.match(model.stopped()?.message ?? "", "HTTP 500 (broken), whatever was tried");
    },
  ));

test("the budget is never exceeded by more than the requests in flight, and the rest is listed", () =>
  withServer(undefined, async ({ server, open }) => {
    // A reply costs a dollar by its usage; before it is sent it looks cheaper.
    const price = { input: 500, output: 500 };
    const model = await open({ price, budget: 10, concurrency: 4 });
    const { labels, failed } = await model.labeller.label(exhibitsOf(50));
    assert.is(labels.length + failed.length, 50);
    assert.ok(server.asked.length <= 10 + 4, `${server.asked.length} dollars spent`);
    assert.ok(labels.length >= 8, `${labels.length} labels for ten dollars`);
    assert.is(model.budget.spent, labels.length);
    assert.match(model.stopped()?.message ?? "", "The budget of $10.00 does not cover another request");
    assert.is((await (await open()).labeller.label(exhibitsOf(50))).labels.length, 50);
    assert.is(timesDelivered(server), 1);
  }));

test("answers that came too late count towards the budget", () =>
  withServer(
    ({ latent }) => ({ ...good(latent), half: "silent" }),
    async ({ server, open, expire }) => {
      server.onSilence = expire;
      const model = await open({ price: { input: 500, output: 500 }, budget: 2, concurrency: 1 });
      await model.labeller.label(exhibitsOf(10));
      assert.ok(model.budget.spent > 0 && model.budget.spent <= 2, `${model.budget.spent}`);
      assert.ok(server.asked.length <= 4);
      assert.match(model.stopped()?.message ?? "", "The budget of $2.00");
    },
  ));

test("a stop by the listener of progress ends what is under way, and what came is kept", () =>
  withServer(
    ({ latent, at }) => (at < 12 ? good(latent) : { ...good(latent), after: new Promise<void>(() => {}) }),
    async ({ server, open }) => {
      const listener = (): void => {
        if (server.asked.length > 12) throw new Error("Ctrl-C");
      };
      const model = await open();
      let stopped = "";
      await model.labeller.label(exhibitsOf(50), listener).catch((error: Error) => {
        stopped = error.message;
      });
      assert.is(stopped, "Ctrl-C");
      server.script = ({ latent }) => good(latent);
      assert.is((await (await open()).labeller.label(exhibitsOf(50))).labels.length, 50);
      assert.is(timesDelivered(server), 1);
    },
  ));

test.run();
