import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../scripts/lib/paths.mjs";
import { endsWithSentence, faultOf, lookAt, lostStages, placeBelow } from "./lib/pipeline.mjs";
import { inPrograms } from "./lib/program.mjs";
import { drawsOf } from "./lib/random.mjs";
import { page } from "./lib/readme.mjs";
import { inTrials } from "./lib/trials.mjs";
import { openWorld, Stopped } from "./lib/world.mjs";
import { faults } from "./registry.mjs";

const CONTEXT = {
  name: "x",
  amount: 4,
  first: 2,
  seed: 1,
  until: Number.POSITIVE_INFINITY,
  again: (n) => `again ${n}`,
};

test("each trial has its own draws, the same every time; one that fails or throws counts, and says how to repeat it", async () => {
  const drawn = [];
  const run = inTrials({
    trial: ({ draws, index }) => {
      drawn.push(draws.next());
      if (index === 3) return "it broke";
      if (index === 5) throw new Error("by itself");
    },
  });
  const { trials, failures } = await run(CONTEXT);
  assert.is(trials, 4);
  assert.match(failures[0], /^trial 3: it broke\n {2}again: again 3$/);
  assert.match(failures[1], /^trial 5: the trial itself failed: Error: by itself/);
  assert.equal(
    drawn,
    [2, 3, 4, 5].map((index) => drawsOf(1, "x", index).next()),
  );
  assert.is(new Set(drawn).size, 4);
});

test("when its time is over no trial begins, and those left out are said; what cannot be prepared has failed", async () => {
  const late = await inTrials({ trial: () => undefined })({ ...CONTEXT, until: 0 });
  assert.equal([late.trials, late.figures["left out for time"]], [1, 3]);
  const broken = await inTrials({
    prepare: () => {
      throw new Error("no disk");
    },
    trial: () => undefined,
  })(CONTEXT);
  assert.match(broken.failures[0], /could not be prepared: no disk/);
});

test("a changed byte, a missing file, another card and something left behind are each noticed; times are not", () => {
  const place = placeBelow(mkdtempSync(join(tmpdir(), "msae-place-")));
  const folder = join(place.runs, "data", "0123456789abcdef01234567");
  const write = (name, text) => writeFileSync(join(folder, name), text);
  const look = () => faultOf({ ended: { code: 0 }, found: lookAt(place) }, whole);
  const manifest = (finished) => write("manifest.json", JSON.stringify({ stage: "data", seconds: 1, finished }));
  mkdirSync(folder, { recursive: true });
  mkdirSync(place.out);
  write("arrays", "abc");
  manifest("now");
  writeFileSync(join(place.out, "card.json"), '{"seconds":{"data":1},"score":2}');
  const whole = lookAt(place);
  manifest("later");
  assert.is(look(), undefined);
  assert.equal(lostStages(new Map([["data/0123456789abcdef01234567/manifest.json", "now"]]), place.runs).length, 1);
  write("arrays", "abd");
  assert.match(look(), /other bytes .*arrays/);
  rmSync(join(folder, "arrays"));
  assert.match(look(), /other bytes .*arrays/);
  write("arrays", "abc");
  writeFileSync(join(place.out, "card.json"), '{"seconds":{"data":3},"score":1}');
  assert.match(look(), /another card/);
  mkdirSync(join(place.runs, ".tmp-12-data"));
  assert.match(look(), /it left \.tmp-12-data/);
  rmSync(place.folder, { recursive: true });
});

test("a stack and an error's bare name are no sentence", () => {
  assert.ok(endsWithSentence("data: 0.1 s\nThe card could not be written to /x (the disk is full): make room.\n"));
  assert.not(endsWithSentence("Worker initialization failure: EMFILE\n"));
  assert.not(endsWithSentence("RangeError: no.\n    at lazy (/a/b.js:83:28)\nIt ended.\n"));
});

test("a program that counts a fault, or ends before it has counted, has failed; when stopped it ends with all it started", async () => {
  const stop = new AbortController();
  const world = openWorld(stop.signal);
  try {
    const context = { world, node: { path: process.execPath }, until: Number.POSITIVE_INFINITY };
    const run = inPrograms({
      programs: () => [
        { name: "none", file: "../nothing.mjs", args: [] },
        { name: "flips", file: "bit-flips.mjs", args: ["--flips", "2"] },
      ],
      faults: ["believed", "trials"],
    });
    const { trials, failures } = await run(context);
    assert.is(trials, 4);
    assert.match(failures[0], /^none: it ended with code 1 before it had counted/);
    assert.match(failures[1], /^flips: 4 trials in 4 trials/);
    const waiting = world.start(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    stop.abort();
    const error = await waiting.ended.catch((thrown) => thrown);
    assert.instance(error, Stopped);
  } finally {
    world.close();
  }
});

test("the page says what the faults are now, and every other Node is pinned by its checksum", () => {
  const read = (name) => readFileSync(join(root, "test", "faults", name), "utf8");
  assert.is(read("README.md"), page(Object.values(JSON.parse(read("figures.json")))));
  assert.is(new Set(faults.map(({ name }) => name)).size, faults.length);
  const { "": own, ...packages } = JSON.parse(read("nodes/package-lock.json")).packages;
  assert.is(Object.keys(packages).length, Object.keys(own.optionalDependencies).length);
  for (const [name, { integrity }] of Object.entries(packages)) assert.match(integrity ?? "", /^sha512-/, name);
});

test.run();
