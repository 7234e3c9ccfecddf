import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { accessFrom } from "../../../lib/src/labels/model/client";
import { openModel } from "../../../lib/src/labels/model/open";
import { timesDelivered, withServer } from "./fixtures";
import { type Asked, completion, exhibitsOf, failure, good, type Reaction } from "./server";

/** A server that knows some fields of a request only. */
const knowing =
  (unknown: (body: Asked["body"]) => Reaction | undefined) =>
  ({ latent, body }: Asked): Reaction =>
    unknown(body) ?? good(latent);

const formatOf = (body: Asked["body"]): string => {
  const { type, schema } = body.response_format ?? {};
  return schema ? `${type}+schema` : `${type}`;
};

test("a form of reply that a server does not take is replaced by a plainer one, and which was used is kept", async () => {
  for (const [taken, used] of [
    [["json_schema"], "json_schema"],
    [["json_object+schema", "json_object", "undefined"], "json_object_schema"],
    [["json_object", "undefined"], "json_object"],
    [["undefined"], "text"],
  ] as [string[], string][])
    for (const status of [400, 422])
      await withServer(
        knowing((body) =>
          taken.includes(formatOf(body))
            ? undefined
            : failure(status, "response_format: that type is not supported", { param: "response_format" }),
        ),
        async ({ server, open, folder }) => {
          const model = await open({ concurrency: 1 });
          assert.is((await model.labeller.label(exhibitsOf(12))).labels.length, 12);
          assert.equal(model.tally.formats, { [used]: 12 });
          assert.ok(server.asked.length <= 12 + 3, "what the server takes is learned once");
          const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
            name.endsWith(".json"),
          );
          assert.equal(
            files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")).format),
            files.map(() => used),
          );
        },
      );
});

test("a model that uses its tokens up in thought is given more, once for all", async () => {
  for (const text of ["", "<think>These items are"])
    await withServer(
      ({ latent, body }) =>
        body.max_tokens < 1000
          ? { json: completion(text, { finish: "length" }) }
          : good(latent, (json) => `<think>${"so ".repeat(50)}</think>${json}`),
      async ({ server, open }) => {
        const model = await open({ concurrency: 1 });
        assert.is((await model.labeller.label(exhibitsOf(12))).labels.length, 12);
        assert.equal([server.asked.length, model.tally.repaired], [13, 0]);
      },
    );
});

test("a server that refuses seed, temperature or max_tokens is asked without", () =>
  withServer(
    knowing(({ seed, temperature, max_tokens }) =>
      seed !== undefined
        ? failure(400, "Unrecognized request argument supplied: seed")
        : temperature !== undefined
          ? failure(400, "Unsupported value: 0.1 is not supported", { param: "temperature", code: "unsupported_value" })
          : max_tokens !== undefined
            ? failure(400, "Unsupported parameter: use 'max_completion_tokens' instead.", { param: "max_tokens" })
            : undefined,
    ),
    async ({ server, open }) => {
      const model = await open({ concurrency: 1 });
      assert.is((await model.labeller.label(exhibitsOf(11))).labels.length, 11);
      assert.is(server.asked.length, 11 + 3);
      const { body } = server.asked[13];
      assert.equal([body.response_format.type, body.seed, body.temperature], ["json_schema", undefined, undefined]);
      assert.ok(body.max_completion_tokens > 0);
    },
  ));

test("the schema on the wire is strict, has every field required and no bounds", () =>
  withServer(undefined, async ({ server, open }) => {
    await (await open()).labeller.label(exhibitsOf(1));
    const { body } = server.asked[0];
    const { strict, schema } = body.response_format.json_schema;
    assert.equal([strict, schema.type, schema.additionalProperties], [true, "object", false]);
    assert.equal(schema.required.sort(), Object.keys(schema.properties).sort());
    assert.not.match(JSON.stringify(schema), /minLength|maxLength|minItems|maxItems|minimum|maximum/);
    assert.equal([body.model, body.temperature, body.seed], ["test", 0.1, 42]);
    assert.equal(
      body.messages.map(({ role }: { role: string }) => role),
      ["system", "user"],
    );
  }));

test("a damaged reply in the cache is asked for again, the others are not", () =>
  withServer(undefined, async ({ server, open, folder }) => {
    await (await open()).labeller.label(exhibitsOf(10));
    const [file] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, file), text.replace("Theme", "Thema"));
    const { labels } = await (await open()).labeller.label(exhibitsOf(10));
    assert.equal(
      labels.map(({ broad }) => broad).filter((broad) => broad.startsWith("Thema")),
      [],
    );
    assert.is(server.asked.length, 11);
    assert.is(timesDelivered(server), 2);
  }));

test("a cache that cannot be written ends the run with a sentence", () =>
  withServer(undefined, async ({ server, open, folder }) => {
    writeFileSync(join(folder, "file"), "");
    const { labeller } = await open({ cache: join(folder, "file", "cache") });
    const failure = await labeller.label(exhibitsOf(30)).then(
      () => "",
      ({ message }) => message,
    );
    assert.match(failure, /^A reply of the model could not be written in .* choose another folder by .* MSAE_RUNS/);
    assert.ok(server.asked.length < 30);
  }));

const KEY = "sk-test-0123456789abcdef";

test("the key is sent, and stands in nothing else: not in an error that repeats it, a reply, the cache or the model itself", async () => {
  process.env.OPENAI_API_KEY = KEY;
  try {
    for (const reaction of [
      failure(400, `bad header Bearer ${KEY}`),
      failure(401, `Incorrect API key provided: ${KEY}`),
      failure(403, `key ${KEY} is not allowed`),
      failure(429, `quota of ${KEY}`, { code: "insufficient_quota" }),
      failure(500, `trace: authorization=${KEY}`),
      { status: 502, raw: `<pre>Authorization: Bearer ${KEY}</pre>` },
      { json: { choices: [{ message: { content: null, refusal: `I was given ${KEY}` } }] } },
      { json: { choices: [{ finish_reason: "stop", message: { content: `not JSON, but ${KEY}` } }] } },
      good(0, (json) => json.replaceAll("Theme", KEY)),
    ] as Reaction[])
      await withServer(
        () => reaction,
        async ({ server, open, folder }) => {
          const access = accessFrom({ ...process.env, OPENAI_BASE_URL: server.baseURL });
          const model = await open({ access });
          const labelled = await model.labeller.label(exhibitsOf(3));
          assert.ok(server.asked.every(({ authorization }) => authorization === `Bearer ${KEY}`));
          const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
            name.endsWith(".json"),
          );
          const seen = [
            JSON.stringify(labelled),
            JSON.stringify(model),
            inspect(model, { depth: 20, showHidden: true }),
            `${model.stopped()?.stack} ${inspect(model.stopped(), { depth: 20, showHidden: true })}`,
            ...files.map((name) => readFileSync(join(folder, name), "utf8")),
          ];
          for (const text of seen) assert.not(text.includes(KEY), text);
        },
      );
  } finally {
    delete process.env.OPENAI_API_KEY;
  }
});

test("the SDK writes nothing to the console, whatever its own variable asks for", () =>
  withServer(
    ({ before, latent }) => (before === 0 ? failure(500, "oops") : good(latent)),
    async ({ open }) => {
      const names = ["debug", "info", "log", "warn", "error"] as const;
      const before = names.map((name) => console[name]);
      const said: unknown[] = [];
      for (const name of names) console[name] = (...words: unknown[]) => void said.push(words);
      process.env.OPENAI_LOG = "debug";
      try {
        await (await open()).labeller.label(exhibitsOf(3));
      } finally {
        delete process.env.OPENAI_LOG;
        names.forEach((name, at) => {
          console[name] = before[at];
        });
      }
      assert.equal(said, []);
    },
  ));

test("a server on this machine is reached without the proxy that is set for others", () =>
  withServer(undefined, async ({ open }) => {
    const before = process.env.http_proxy;
    process.env.http_proxy = "http://127.0.0.1:9";
    try {
      assert.is((await (await open()).labeller.label(exhibitsOf(2))).labels.length, 2);
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  }));

test("what the environment has wrong is said without repeating it", async () => {
  const fault = (environment: NodeJS.ProcessEnv): string => {
    try {
      accessFrom(environment);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(fault({}), "need OPENAI_API_KEY, or OPENAI_BASE_URL");
  assert.is(fault({ OPENAI_BASE_URL: "http://127.0.0.1:1/v1" }), "");
  for (const [environment, expected] of [
    [{ OPENAI_API_KEY: `${KEY}\nmore` }, "OPENAI_API_KEY has a space"],
    [{ OPENAI_BASE_URL: `http://me:${KEY}@host/v1` }, "a user's name or password"],
    [{ OPENAI_BASE_URL: `${KEY} here` }, "is no address"],
    [{ OPENAI_BASE_URL: `file:///${KEY}` }, "no http or https address"],
  ] as [NodeJS.ProcessEnv, string][]) {
    assert.match(fault(environment), expected);
    assert.not(fault(environment).includes(KEY));
  }
  const server = { baseURL: "http://127.0.0.1:1/v1", apiKey: KEY };
  assert.not(inspect(await openModel({ model: "m", cache: "/nowhere", access: server }), { depth: 20 }).includes(KEY));
});

test.run();
