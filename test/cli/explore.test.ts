import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { LatentDetail, ListColumns, UserRow } from "../../lib/src/explore/form";
import { FETCHED, unpackedBlocks } from "../explore/pages";
import { once, quick, root, run } from "./quick";

const KEY = "sk-marker-of-a-key-0123456789";
const [first, second] = [join(root, "first"), join(root, "second")];
const small = [...quick, "--set", "sae.k=12"];
const finished = once(async () => {
  await run(["run", ...small, "--set", "seeds.runs=2", "--out", first]);
  await run(["run", ...small, "--seed", "7", "--out", second]);
});

test("explore writes one page of a run, with what the run found, and no key", async () => {
  await finished();
  const before = process.env.OPENAI_API_KEY;
  process.env.OPENAI_API_KEY = KEY;
  try {
    const { code, out, err } = await run(["explore", "--from", first, "--json"]);
    assert.is(code, 0, err);
    const said = JSON.parse(out);
    assert.is(said.file, join(first, "explore.html"));
    const page = readFileSync(said.file, "utf8");
    assert.is(said.bytes, Buffer.byteLength(page));
    const blocks = unpackedBlocks(page);
    for (const text of [page, JSON.stringify(blocks), out, err]) assert.not.match(text, KEY);
    assert.equal(page.match(FETCHED) ?? [], []);
    const card = JSON.parse(readFileSync(join(first, "card.json"), "utf8"));
    const list = blocks["list-0"] as ListColumns;
    const details = blocks["details-0-0"] as LatentDetail[];
    const close = (a: number | null, b: number | null): void =>
      assert.ok(a === b || (a !== null && b !== null && Math.abs(a - b) < 1e-3), `${a} and ${b}`);
    for (const [latent, score] of card.monosemanticity.perLatent.entries()) close(list.score[latent], score);
    for (const { latent, refined, detectionAuroc = null } of card.labels) {
      assert.is(list.label[latent], refined);
      close(list.detection[latent], detectionAuroc);
    }
    for (const { latent, nap, q } of card.alignment?.perLatent ?? []) {
      close(list.nap[latent], nap);
      close(details[latent].categories[0][3], q);
    }
    assert.is(details[0].seeds?.length, 1);
    assert.is((blocks.users as UserRow[]).length, 200);
    const again = await run(["explore", "--from", first, "--json"]);
    assert.is(again.code, 0, again.err);
    assert.is(readFileSync(said.file, "utf8"), page, "the same run gives the same page");
  } finally {
    if (before === undefined) delete process.env.OPENAI_API_KEY;
    else process.env.OPENAI_API_KEY = before;
  }
});

test("a second run stands beside the first, joined by what its latents have in common with ours", async () => {
  await finished();
  const file = join(root, "pages", "beside.html");
  const { code, out, err } = await run(["explore", "--from", first, "--against", second, "--out", file]);
  assert.is(code, 0, err);
  assert.match(out, /factors of their own/);
  const blocks = unpackedBlocks(readFileSync(file, "utf8"));
  assert.ok((blocks["list-0"] as ListColumns).match?.some((value) => value !== null));
  assert.is((blocks["details-1-0"] as LatentDetail[]).length, 12);
});

test("labels of a language model are shown beside the run's own", async () => {
  await finished();
  const label = { latent: 3, broad: "Shoes", refined: "Red shoes", description: "", confidence: "high", evidence: [] };
  const row = { ...label, source: "model", detectionAuroc: 0.75, detectionLow: 0.7, detectionHigh: 0.8 };
  writeFileSync(join(first, "test.labels.jsonl"), `${JSON.stringify(row)}\n`);
  writeFileSync(join(first, "test.labels.json"), '{"generator": "MSAE Lab", "model": "test/one"}');
  const file = join(root, "with-model.html");
  assert.is((await run(["explore", "--from", first, "--out", file])).code, 0);
  const [{ labels }] = (unpackedBlocks(readFileSync(file, "utf8"))["details-0-0"] as LatentDetail[]).slice(3);
  const { by, refined, detection } = labels.at(-1) as LatentDetail["labels"][number];
  assert.equal([by, refined, detection], ["test/one", "Red shoes", [0.75, 0.7, 0.8]]);
  writeFileSync(join(first, "test.labels.jsonl"), `${JSON.stringify(row)}\n{"latent": -1}\n`);
  const { code, err } = await run(["explore", "--from", first, "--out", file]);
  assert.is(code, 2);
  assert.match(err, /test\.labels\.jsonl, line 2 is no label as/);
  rmSync(join(first, "test.labels.jsonl"));
});

test("what cannot be explored is said in one sentence", async () => {
  await finished();
  const nothing = await run(["explore", "--from", join(root, "nowhere")]);
  assert.is(nothing.code, 2);
  assert.match(nothing.err, /^There is no card\.json in .*: give the --out folder of a finished run with --from\.\n$/);
  const other = await run(["explore", "--from", first, "--against", root]);
  assert.is(other.code, 2);
  assert.match(other.err, /with --against\.\n$/);
  mkdirSync(join(root, "mine"), { recursive: true });
  const mine = join(root, "mine", "page.html");
  writeFileSync(mine, "<p>mine</p>");
  const foreign = await run(["explore", "--from", first, "--out", mine]);
  assert.is(foreign.code, 2);
  assert.match(foreign.err, /page\.html in .* is not of this lab/);
  assert.is(readFileSync(mine, "utf8"), "<p>mine</p>");
  assert.ok(!existsSync(join(root, "nowhere")));
});

test.run();
