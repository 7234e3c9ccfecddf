import { test } from "uvu";
import * as assert from "uvu/assert";
import { pairMetrics, validationPairs } from "../../lib/src/metrics/pairs";
import { BCE_SGD_DEFAULTS, fitBceSgd } from "../../lib/src/mf/bce-sgd";
import { csrFromPairs } from "../../lib/src/records/interactions";
import { followEpochs } from "../../lib/src/stages/follow-epochs";

const ids = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, at) => `${prefix}${at}`);

/** Two tastes, and item 0 that everyone takes. */
function shop(users: number, items: number) {
  const pairs: [number, number][] = [];
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++) if (i === 0 || (u % 2 === i % 2 && (u + i) % 3 > 0)) pairs.push([u, i]);
  const csr = csrFromPairs(
    users,
    items,
    pairs.map(([u]) => u),
    pairs.map(([, i]) => i),
  );
  return { users: ids("u", users), items: ids("i", items), csr };
}

const config = { ...BCE_SGD_DEFAULTS, d: 4, lr: 0.1, epochs: 6, batch: 32 };

test("each epoch is what a fit of so many epochs ends with, and the first is the random start", async () => {
  const train = shop(40, 30);
  const { factors, epochs } = await followEpochs(train, train.csr, config);
  assert.equal(
    epochs.map(({ epoch }) => epoch),
    [0, 1, 2, 3, 4, 5, 6],
  );
  const pairs = validationPairs({ test: train.csr }, config.seed);
  for (const epoch of [1, 4]) {
    const fitted = await fitBceSgd(train, { ...config, epochs: epoch });
    assert.is(epochs[epoch].auc, pairMetrics(fitted, pairs).auc);
  }
  assert.equal(factors.items, (await fitBceSgd(train, config)).items);
  assert.equal(epochs[0].items, { cosine: epochs[0].items.cosine, normRatio: 1 });
  assert.ok(Math.abs(epochs[0].items.cosine - 1) < 1e-9 && epochs[0].aucOfBiases === 0.5);
  assert.ok(epochs[6].items.cosine < epochs[1].items.cosine && epochs[1].items.cosine < 1);
});

test.run();
