import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Head, ItemRow, LatentDetail, ListColumns, UserRow } from "../../lib/src/explore/form";
import { pack } from "../../lib/src/explore/pack";
import { embedded, pageOf } from "../../lib/src/explore/page";
import { unpackedDetails } from "../../lib/src/explore/unpack";
import type { MeasuredUser } from "../../lib/src/explore/users";
import { largeRun } from "./large";
import { HOSTILE, measuredSides } from "./made-up";
import { FETCHED, unpackedBlocks } from "./pages";

const LIST: MeasuredUser["list"] = [
  [5, 1],
  [0, 0],
];
const users: MeasuredUser[] = [{ ...{ id: "u/1", history: [0, 30], taken: 2 }, latents: [[0, 1, 1]], list: LIST }];

test("a page holds what was measured, items by their place in one table", async () => {
  const page = pageOf(await pack({ run: await measuredSides(), users }));
  const blocks = unpackedBlocks(page);
  assert.equal(Object.keys(blocks), ["list-0", "details-0-0", "users", "items-0"]);
  const items = blocks["items-0"] as ItemRow[];
  const details = blocks["details-0-0"] as LatentDetail[];
  const list = blocks["list-0"] as ListColumns;
  assert.is(details.length, 3);
  const [[place, activation]] = details[0].strongest;
  assert.equal([items[place][1], items[place][2], activation], [HOSTILE, "left", 1]);
  assert.is(list.names[details[1].categories[0][0]], "right");
  const [user] = blocks.users as UserRow[];
  assert.equal(
    user.history.map((at) => items[at][1]),
    [HOSTILE, items[user.history[1]][1]],
  );
  assert.equal(
    user.list.map(([, heldOut]) => heldOut),
    [1, 0],
  );
  assert.is(new Set(items.map(([id]) => id)).size, items.length, "an item stands there once");
});

test("nothing in a page is fetched, its policy allows no address, and no text of the data is markup", async () => {
  const run = await measuredSides({ name: "</script><b>", source: "<!--<script>" });
  const page = pageOf(await pack({ run, users }));
  assert.equal(page.match(FETCHED) ?? [], []);
  assert.not.match(page.replaceAll("http://www.w3.org/2000/svg", ""), /https?:\/\//);
  assert.not.match(page, "hacked");
  assert.not.match(page, "<b>");
  assert.not.match(page, "<!--<script>");
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) as RegExpExecArray;
  const [, script] = /<script>([\s\S]*)<\/script>\n<\/body>/.exec(page) as RegExpExecArray;
  const [, style] = /<style>([\s\S]*)<\/style>/.exec(page) as RegExpExecArray;
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  assert.is(
    policy,
    `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
  );
  const head = JSON.parse(/id="head">(.*)<\/script>/.exec(page)?.[1] as string) as Head;
  assert.equal([head.runs[0].name, head.runs[0].source], ["</script><b>", "<!--<script>"]);
  assert.is(embedded("<"), '"\\u003c"');
});

test("a page that would be too large holds fewer items of each latent and fewer users, and says so", async () => {
  const run = await measuredSides();
  const all = await pack({ run, users });
  const less = await pack({ run, users }, { most: all.size - 1 });
  assert.ok(less.size < all.size);
  const strongest = (blocks: ReadonlyMap<string, string>): number =>
    (unpackedBlocks(pageOf({ ...all, blocks: new Map(blocks) }))["details-0-0"] as LatentDetail[])[0].strongest.length;
  assert.is(strongest(all.blocks), 20);
  assert.ok(less.head.items <= all.head.items);
  const least = await pack({ run, users }, { most: 0 });
  assert.is(strongest(least.blocks), 4);
  assert.match(
    least.head.leftOut[0],
    /^Of each latent 4 of the strongest items are here and 0 of each fifth, fewer than/,
  );
  assert.match(all.head.leftOut.join(" "), "1 of 2 users are here");
});

test("4,096 latents over 200,000 items are a page below 3 MB", async () => {
  const { run, users: many } = largeRun();
  const packed = await pack({ run, users: many });
  const page = pageOf(packed);
  assert.ok(Buffer.byteLength(page) < 3e6, String(Buffer.byteLength(page)));
  const last = unpackedDetails(
    JSON.parse(inflateSync(Buffer.from(packed.blocks.get("details-0-63") as string, "base64")).toString("utf8")),
  );
  assert.is(last.length, 64);
  assert.equal(last[63].nearest, run.latents[4095].nearest);
  assert.ok(last[63].strongest.length >= 4);
});

test("the same run gives the same page", async () => {
  const again = async (): Promise<string> => pageOf(await pack({ run: await measuredSides(), users }));
  assert.is(await again(), await again());
});

test.run();
