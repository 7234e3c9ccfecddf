import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withServer } from "./fixtures";
import { exhibitsOf, good } from "./server";

/** Latents whose replies the cache holds whole. */
const keptIn = (folder: string): number[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /[0-9a-f]{64}\.json$/.test(name) && !name.includes("/."))
    .map((name) => JSON.parse(JSON.parse(readFileSync(join(folder, name), "utf8")).asked).neuron_id);

test("a process that is killed loses no reply: the next one asks for the others alone, and ends as if nothing had been", () =>
  withServer(undefined, async ({ server, open, folder }) => {
    const cache = join(folder, "killed");
    const environment = { ...process.env, OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: "" };
    const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "child.ts"), cache], {
      env: environment,
      stdio: "ignore",
    });
    server.script = ({ latent, at }) => {
      // Others are under way, some answered, when it comes.
      if (at === 27) child.kill("SIGKILL");
      return good(latent);
    };
    const [, signal] = await once(child, "exit");
    assert.is(signal, "SIGKILL");
    const kept = keptIn(cache);
    assert.ok(kept.length >= 20 && kept.length < 50, `${kept.length} were kept`);

    server.asked.length = 0;
    const model = await open({ cache });
    const { labels, failed } = await model.labeller.label(exhibitsOf(50));
    assert.equal([labels.length, failed], [50, []]);
    assert.is(model.tally.fromCache, kept.length);
    assert.equal(
      server.asked.filter(({ latent }) => kept.includes(latent)),
      [],
    );
    const prompts = server.asked.map(({ body }) => body.messages[1].content);
    server.asked.length = 0;
    assert.equal((await (await open({ cache: join(folder, "whole") })).labeller.label(exhibitsOf(50))).labels, labels);
    const whole = server.asked.map(({ body }) => body.messages[1].content);
    assert.ok(prompts.every((prompt) => whole.includes(prompt)));
  }));

test.run();
