import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import { DATA_SETS, fetchDataSet, findDataSet } from "../../../lib/src/data/fetch";
import { rejection } from "../files";
import { fetchSuite, GZIPPED, HASTE, noise, sha256 } from "./fetching";
import { dropAfter, lie, serve } from "./host";

const { comesWhole, fetching, fresh, host, ranges, set } = fetchSuite(
  "fetching public data: what came is what it should be",
);

fetching("a file that changes midway comes whole in its new version", async () => {
  const changed = gzipSync(noise(GZIPPED.length, "second"), { level: 1 });
  for (const stale of [false, true]) {
    host.files.set("/ratings.csv.gz", { bytes: GZIPPED, etag: '"one"' });
    host.script.push(dropAfter(100_000), (request, response, file) => {
      Object.assign(file, { bytes: changed, etag: '"two"' });
      // A host that overlooks If-Range continues with the wrong version; its ETag gives it away.
      if (stale) request.headers["if-range"] = '"two"';
      serve(request, response, file);
    });
    await comesWhole();
  }
});

fetching(
  "a changed file with an unchanged ETag is noticed by its checksum and fetched from its first byte",
  async () => {
    const changed = gzipSync(noise(300_000, "second"), { level: 1 });
    host.script.push(dropAfter(100_000), (request, response, file) => {
      file.bytes = changed;
      serve(request, response, file);
    });
    await comesWhole(HASTE, set({ sha256: sha256(changed), recordedBy: "the test" }));
    assert.is(ranges()[1].slice(0, 6), "bytes=");
    assert.is(ranges()[2], "");
  },
);

fetching("a stated length that is too short is noticed by gzip's own end", async () => {
  host.script.push(lie(GZIPPED.length - 500));
  const dir = fresh();
  const error = await rejection(fetchDataSet(set(), dir, HASTE));
  assert.match(error.message, /does not unpack to its end/);
  assert.equal(readdirSync(dir), []);
});

fetching("a page of a captive portal is not taken for data", async () => {
  host.files.set("/ratings.csv.gz", { bytes: Buffer.from("<html>please log in</html>"), etag: '"p"' });
  const error = await rejection(fetchDataSet(set(), fresh(), HASTE));
  assert.match(error.message, /thrown away: it does not unpack to its end/);
});

fetching(
  "a checksum, or a size, that is not the recorded one throws the file away, unless the change is accepted",
  async () => {
    for (const wrong of [{ sha256: "0".repeat(64), recordedBy: "the test" }, { bytes: 17 }]) {
      const dir = fresh();
      const error = await rejection(fetchDataSet(set(wrong), dir, HASTE));
      assert.match(error.message, wrong.bytes ? /bytes instead of 17/ : /the test recorded 0000/);
      assert.match(error.message, /--accept-changed/);
      assert.equal(readdirSync(dir), []);
      await comesWhole({ ...HASTE, acceptChanged: true }, set(wrong), dir);
    }
  },
);

fetching("a later download is held against the checksum of the first", async () => {
  const dir = await comesWhole();
  const first = sha256(GZIPPED);
  writeFileSync(join(dir, "ratings.csv.gz"), "damaged");
  host.files.set("/ratings.csv.gz", { bytes: gzipSync(noise(9000, "renewed")), etag: '"two"' });
  const said: string[] = [];
  const notice = (sentence: string): number => said.push(sentence);
  const error = await rejection(fetchDataSet(set(), dir, { ...HASTE, notice }));
  assert.match(said.join(), /set aside as ratings\.csv\.gz\.damaged/);
  assert.match(error.message, new RegExp(`that of the first download was ${first}`));
});

fetching("the registry: names that are folders, https first, plain http only with a checksum, a licence each", () => {
  assert.is(new Set(DATA_SETS.map(({ name }) => name)).size, DATA_SETS.length);
  for (const { name, licence, files } of DATA_SETS) {
    assert.match(name, /^[a-z0-9-]+$/);
    assert.match(licence, /https:\/\//);
    for (const { urls, sha256: sum, recordedBy } of files) {
      assert.match(urls[0], /^https:/);
      assert.ok(sum ? /^[0-9a-f]{64}$/.test(sum) && recordedBy : urls.every((url) => url.startsWith("https:")), name);
    }
  }
  assert.is(DATA_SETS.filter(({ name }) => name.startsWith("amazon-2023-")).length, 34);
  assert.is(findDataSet("Amazon_Fashion"), findDataSet("amazon-2023-amazon-fashion"));
  assert.match(findDataSet("Amazon_Fashion")!.note!, /not the paper's file/);
  assert.is(findDataSet("nothing"), undefined);
});

fetching.run();
