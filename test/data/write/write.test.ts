import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Progress } from "../../../lib/src/base/progress";
import { generatePlanted, PLANTED_DEFAULTS } from "../../../lib/src/data/planted";
import { type Dataset, ingestFiles } from "../../../lib/src/data/read/ingest";
import { writeDataset } from "../../../lib/src/data/write/write";
import { csrFromPairs } from "../../../lib/src/records/interactions";
import { pairsOf, rejection, scratch, source } from "../files";

const { dir } = scratch();
const small = { ...PLANTED_DEFAULTS, users: 120, items: 90, interactions: 1800, seed: 5 };
const digest = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

for (const [format, gzip] of [
  ["amazon", false],
  ["amazon", true],
  ["csv", false],
] as const)
  test(`${format}${gzip ? ", gzipped," : ""} files read back to the same interactions and items`, async () => {
    const { dataset, truth } = await generatePlanted(small);
    const { files } = await writeDataset(dataset, truth, join(dir, `${format}-${gzip}`), format, { gzip });
    const suffix = gzip ? ".gz" : "";
    assert.equal(
      files.map((file) => basename(file)),
      [`ratings.csv${suffix}`, `items.jsonl${suffix}`, "truth.json"],
    );
    const back = await ingestFiles(source(files[0], files[1]));
    const { times: _times, ...matrix } = back.interactions;
    assert.equal(matrix, dataset.interactions);
    assert.equal(back.items, dataset.items);
  });

test("ids with commas, quotes, semicolons and leading zeros read back", async () => {
  const ids = ['"q"', "00,1", "a b", "a;b"];
  const dataset: Dataset = {
    interactions: { users: ids, items: ids, csr: csrFromPairs(4, 4, [0, 1, 2, 3, 3], [0, 1, 2, 3, 0]) },
    items: { ids, categoryNames: [], categories: csrFromPairs(4, 0, [], []) },
    funnel: [],
    skipped: [],
    source: "test",
  };
  for (const format of ["amazon", "csv"] as const) {
    const { files } = await writeDataset(dataset, undefined, join(dir, `ids-${format}`), format);
    assert.is(files.length, 2);
    const back = await ingestFiles(source(files[0], files[1]));
    assert.equal(pairsOf(back.interactions), pairsOf(dataset.interactions));
    assert.equal(back.items.ids, ids);
  }
});

test("amazon files have the columns and fields of Amazon Reviews 2023", async () => {
  const { dataset, truth } = await generatePlanted(small);
  const { files } = await writeDataset(dataset, truth, join(dir, "fields"), "amazon");
  const [header, first] = readFileSync(files[0], "utf8").split("\n");
  assert.is(header, ",user_id,parent_asin,rating,timestamp");
  assert.match(first, /^0,U00000,I\d{5},[1-5]\.0,1[4-6]\d{11}$/);
  const items = readFileSync(files[1], "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.is(
    Object.keys(items[0]).join(),
    "main_category,title,average_rating,rating_number,features,description,price,images,videos,store,categories,details,parent_asin,bought_together,subtitle,author",
  );
  const ratings = items.reduce((sum, item) => sum + item.rating_number, 0);
  assert.is(ratings, dataset.interactions.csr.indices.length);
});

test("the truth file holds directions, items' and users' concepts by id", async () => {
  const { dataset, truth } = await generatePlanted(small);
  const { files } = await writeDataset(dataset, truth, join(dir, "truth"), "csv");
  const written = JSON.parse(readFileSync(files[2], "utf8"));
  const directions = written.concepts.flatMap((concept: { direction: number[] }) => concept.direction);
  assert.equal(Float32Array.from(directions), truth.directions);
  const { indptr, indices } = truth.itemConcepts;
  dataset.items.ids.forEach((id, row) => {
    assert.equal(written.items[id], Array.from(indices.subarray(indptr[row], indptr[row + 1])));
  });
  const strengths = dataset.interactions.users.flatMap((id) => Object.values(written.users[id]) as number[]);
  assert.equal(Float32Array.from(strengths), truth.userStrengths);
});

test("the same data gives the same bytes, gzipped or not, and leaves no temporary file", async () => {
  const { dataset, truth } = await generatePlanted(small);
  for (const gzip of [false, true]) {
    const one = await writeDataset(dataset, truth, join(dir, "once"), "amazon", { gzip });
    const two = await writeDataset(dataset, truth, join(dir, "twice"), "amazon", { gzip });
    assert.equal(one.files.map(digest), two.files.map(digest));
  }
  assert.equal(
    readdirSync(join(dir, "once")).filter((name) => name.includes("tmp")),
    [],
  );
});

test("files come together or not at all: a listener that throws leaves the folder as it was", async () => {
  const { dataset, truth } = await generatePlanted({ ...small, users: 4000, interactions: 60000 });
  const folder = join(dir, "stopped");
  const phases = new Set<string>();
  const onProgress = ({ phase, done, total }: Progress): void => {
    assert.ok(done > 0 && done <= total, `${phase} ${done} of ${total}`);
    phases.add(phase);
    if (phase === "writing the truth") throw new Error("stop here");
  };
  const error = await rejection(writeDataset(dataset, truth, folder, "amazon", { onProgress }));
  assert.is(error.message, "stop here");
  assert.ok(phases.has("writing ratings"));
  assert.equal(readdirSync(folder), []);
});

test("metadata of other items is refused", async () => {
  const { dataset } = await generatePlanted(small);
  const items = { ...dataset.items, ids: [...dataset.items.ids].reverse() };
  const error = await rejection(writeDataset({ ...dataset, items }, undefined, join(dir, "no"), "csv"));
  assert.match(error.message, /do not have the same ids/);
});

test.run();
