import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Label } from "../../../lib/src/records/label";
import { withServer } from "./fixtures";
import { type Asked, completion, exhibitsOf } from "./server";

const items = exhibitsOf(1)[0].items.slice(0, 5);
const label: Label = {
  ...{ latent: 7, broad: "Shoes", refined: "Women's shoes", description: "Shoes.", confidence: "high" },
  ...{ evidence: [], source: "model" },
};

const saying =
  (...replies: unknown[]) =>
  ({ at }: Asked) => ({ json: completion(JSON.stringify(replies[Math.min(at, replies.length - 1)])) });

test("a detection gives each item a score by its number; what is not answered, answered twice or out of range is undefined", () =>
  withServer(
    saying({
      fits: [
        { item: 2, fit: 10 },
        { item: 1, fit: 0 },
        { item: 3, fit: 11 },
        { item: 4, fit: 5 },
        { item: 4, fit: 6 },
        { item: 9, fit: 1 },
        { item: 2, fit: 10 },
      ],
    }),
    async ({ server, open }) => {
      const { judge } = await open();
      assert.equal(await judge.detect([{ label, items }]), [[0, 1, undefined, undefined, undefined]]);
      assert.is(judge.threshold, 0.5);
      const { label: told, items: shown } = JSON.parse(server.asked[0].body.messages[1].content);
      assert.equal(told, { broad: "Shoes", refined: "Women's shoes", description: "Shoes." });
      assert.equal(
        shown.map(({ item, title }: { item: number; title: string }) => [item, title]),
        items.map(({ title }, at) => [at + 1, title]),
      );
      assert.not.match(server.asked[0].body.messages[1].content, "activation");
    },
  ));

test("an intruder is a place from 0; null is no answer, and a number that is no item's is sent back once", () =>
  withServer(
    saying({ intruder: 3 }, { intruder: null }, { intruder: 6 }, { intruder: 1 }),
    async ({ server, open }) => {
      const { judge } = await open({ concurrency: 1 });
      const lists = [items, items.slice(1), items.slice(2)];
      assert.equal(await judge.intruders(lists), [2, undefined, 0]);
      assert.is(server.asked.length, 4);
      assert.match(server.asked[3].body.messages[3].content, '"intruder" is 6, and the items are numbered from 1 to 3');
    },
  ));

test("a judge that fails answers nothing, and is asked again next time", () =>
  withServer(saying("no"), async ({ server, open }) => {
    const { judge } = await open();
    assert.equal(await judge.detect([{ label, items }]), [items.map(() => undefined)]);
    assert.equal(await judge.intruders([items]), [undefined]);
    server.script = saying({ intruder: 1 });
    assert.equal(await (await open()).judge.intruders([items]), [0]);
    const asked = server.asked.length;
    assert.equal(await (await open()).judge.intruders([items]), [0]);
    assert.is(server.asked.length, asked);
  }));

test.run();
