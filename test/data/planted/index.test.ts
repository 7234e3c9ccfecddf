import { createHash } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/src/base/errors";
import { findAxis } from "../../../lib/src/data/axis";
import {
  generatePlanted,
  PLANTED_DEFAULTS,
  type PlantedConfig,
  type PlantedTruth,
} from "../../../lib/src/data/planted";
import type { Csr } from "../../../lib/src/records/interactions";
import { rejection } from "../files";

const row = (csr: Csr, r: number): number[] => Array.from(csr.indices.subarray(csr.indptr[r], csr.indptr[r + 1]));
const small = (more: Partial<PlantedConfig> = {}): PlantedConfig => ({
  ...PLANTED_DEFAULTS,
  users: 200,
  items: 150,
  interactions: 3000,
  ...more,
});

/** SHA-256 of a record, typed arrays by their bytes. */
function digest(record: unknown): string {
  const plain = (_key: string, value: unknown): unknown =>
    ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
      : value;
  return createHash("sha256").update(JSON.stringify(record, plain)).digest("hex");
}

/** Cosine of two concepts' directions. */
function cosine(truth: PlantedTruth, a: number, b: number): number {
  const width = truth.directionWidth;
  let sum = 0;
  for (let j = 0; j < width; j++) sum += truth.directions[a * width + j] * truth.directions[b * width + j];
  return sum;
}

const full = generatePlanted(PLANTED_DEFAULTS);

test("the same seed gives the same bytes, arrays and directions included, and another seed others", async () => {
  const first = digest(await generatePlanted(small()));
  assert.is(digest(await generatePlanted(small())), first);
  assert.is.not(digest(await generatePlanted(small({ seed: 43 }))), first);
});

test("the bytes of a small data set are pinned, so that only a deliberate change of the generator changes them", async () => {
  const { dataset } = await generatePlanted(small());
  assert.is(
    digest([dataset.interactions, dataset.items]),
    "8ef6cb05a1e0728f51fa4c67fc982681e333c2f5c8df2676bb9f814235b5aba9",
  );
});

test("users, items and interactions are hit exactly, and every user and item has its least", async () => {
  const { dataset } = await full;
  const { csr, users, items } = dataset.interactions;
  assert.equal([users.length, items.length, csr.indices.length], [2000, 1500, 30000]);
  const perItem = new Int32Array(1500);
  for (const item of csr.indices) perItem[item]++;
  assert.is(Math.min(...perItem), 5);
  for (let u = 0; u < 2000; u++) assert.ok(csr.indptr[u + 1] - csr.indptr[u] >= 5);
});

test("extreme totals work: one interaction each, and half of all pairs at a low temperature", async () => {
  const thin = await generatePlanted(small({ users: 31, items: 62, interactions: 62 }));
  assert.is(new Set(thin.dataset.interactions.csr.indices).size, 62);
  const thick = await generatePlanted(
    small({ users: 40, items: 30, interactions: 600, temperature: 0.05, narrowStrength: 20 }),
  );
  assert.is(thick.dataset.interactions.csr.indices.length, 600);
});

test("interactions a user have a heavy tail: median below mean, some users far above", async () => {
  const { csr } = (await full).dataset.interactions;
  const counts = Array.from({ length: csr.rows }, (_, u) => csr.indptr[u + 1] - csr.indptr[u]).sort((a, b) => a - b);
  assert.ok(counts[1000] < 0.8 * 15, `median ${counts[1000]}`);
  assert.ok(counts[1999] > 5 * 15, `maximum ${counts[1999]}`);
});

test("items carry the names of their concepts' path below the root, and nothing else", async () => {
  const { dataset, truth } = await full;
  for (let item = 0; item < 1500; item++) {
    const concepts = row(truth.itemConcepts, item);
    const names = new Set([truth.tree.root, ...concepts.map((c) => truth.concepts[c].name)]);
    assert.equal(new Set(row(dataset.items.categories, item).map((c) => dataset.items.categoryNames[c])), names);
    for (const c of concepts) {
      const { parent } = truth.concepts[c];
      assert.ok(parent === -1 || concepts.includes(parent), "a concept comes with its parent");
    }
  }
  assert.is(dataset.items.categoryNames[0], truth.tree.root);
});

test("the tree has 60 to 200 concepts, names recur below several audiences, and children mirror parents", async () => {
  const { truth } = await full;
  assert.ok(truth.concepts.length >= 60 && truth.concepts.length <= 200);
  assert.is(truth.concepts.filter(({ name }) => name === "Shoes").length, 5);
  truth.concepts.forEach(({ parent, level }, c) => {
    assert.ok((parent === -1 ? truth.tree.top : truth.tree.children[parent]).includes(c));
    assert.is(level, parent === -1 ? 1 : truth.concepts[parent].level + 1);
  });
});

test("directions have length 1, siblings repel and children lean on their parents", async () => {
  const { truth } = await full;
  truth.concepts.forEach((_, c) => {
    assert.ok(Math.abs(cosine(truth, c, c) - 1) < 1e-5);
  });
  const audiences = truth.tree.top.filter((c) => truth.concepts[c].kind === "audience");
  const pairs = audiences.flatMap((a) => audiences.filter((b) => b > a).map((b) => cosine(truth, a, b)));
  assert.ok(pairs.reduce((sum, value) => sum + value, 0) < 0, "siblings' cosines are negative on average");
  const lean = truth.concepts.flatMap(({ parent }, c) => (parent < 0 ? [] : [cosine(truth, c, parent)]));
  const mean = lean.reduce((sum, value) => sum + value, 0) / lean.length;
  // .6 parent + .8 own gives .6 when own is orthogonal to the parent.
  assert.ok(mean > 0.5 && mean < 0.7, `mean cosine ${mean}`);
});

test("users like one audience and two to four narrow concepts, each with a strength", async () => {
  const { truth } = await full;
  assert.is(truth.userStrengths.length, truth.userConcepts.indices.length);
  assert.ok(truth.userStrengths.every((strength) => strength > 0));
  for (let user = 0; user < 2000; user++) {
    const kinds = row(truth.userConcepts, user).map((c) => truth.concepts[c].kind);
    assert.is(kinds.filter((kind) => kind === "audience").length, 1);
    assert.ok(kinds.length >= 2 && kinds.length <= 5);
  }
});

test("taste decides: users take items of the audience they like far more often than chance", async () => {
  const share = async (config: PlantedConfig): Promise<number> => {
    const { dataset, truth } = await generatePlanted(config);
    const women = truth.concepts.findIndex(({ name }) => name === "Women");
    const { tags } = findAxis(dataset.items, { women: ["Women"], men: ["Men"] });
    let taken = 0;
    let all = 0;
    dataset.interactions.users.forEach((_, user) => {
      if (!row(truth.userConcepts, user).includes(women)) return;
      for (const item of row(dataset.interactions.csr, user)) {
        all++;
        if (tags[item] === "women") taken++;
      }
    });
    return taken / all;
  };
  const planted = await share(PLANTED_DEFAULTS);
  const noise = await share({ ...PLANTED_DEFAULTS, temperature: 1000 });
  assert.ok(planted > 0.7, `planted ${planted}`);
  assert.ok(noise < 0.55, `without taste ${noise}`);
});

test("popularity follows concepts only where asked", async () => {
  // Share of the variance of log counts that the audience and department explain.
  const explained = async (popularityDependsOnConcepts: boolean): Promise<number> => {
    const config = { ...PLANTED_DEFAULTS, popularityDependsOnConcepts, temperature: 1000, seed: 3 };
    const { dataset, truth } = await generatePlanted(config);
    const counts = new Float64Array(1500);
    for (const item of dataset.interactions.csr.indices) counts[item]++;
    const groups = new Map<number, number[]>();
    counts.forEach((count, item) => {
      const department = row(truth.itemConcepts, item).find((c) => truth.concepts[c].kind === "department") as number;
      groups.set(department, [...(groups.get(department) ?? []), Math.log(count)]);
    });
    const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
    const everything = [...groups.values()].flat();
    const centre = mean(everything);
    const between = [...groups.values()].reduce((sum, group) => sum + group.length * (mean(group) - centre) ** 2, 0);
    return between / everything.reduce((sum, v) => sum + (v - centre) ** 2, 0);
  };
  const independent = await explained(false);
  const dependent = await explained(true);
  assert.ok(independent < 0.05, `independent ${independent}`);
  assert.ok(dependent > 0.2, `dependent ${dependent}`);
});

test("a knob out of range and a total that cannot be placed are one sentence", async () => {
  for (const [more, expected] of [
    [{ temperature: 0 }, /temperature is 0/],
    [{ users: 1.5 }, /users is 1.5: give a whole number/],
    [{ noiseShare: Number.NaN }, /noiseShare is NaN/],
    [{ interactions: 100 }, /cannot place 100 interactions on 200 users and 150 items: give 200/],
    [{ interactions: 20000 }, /to 15000 \(half of all pairs\)/],
    [{ minNarrowConcepts: 5 }, /minNarrowConcepts 5 is above/],
  ] as const) {
    const error = await rejection(generatePlanted(small(more)));
    assert.instance(error, InputError);
    assert.match(error.message, expected);
  }
});

test("progress is reported and a listener that throws stops the generator", async () => {
  const error = await rejection(
    generatePlanted(small(), () => {
      throw new Error("stop here");
    }),
  );
  assert.is(error.message, "stop here");
});

test.run();
