import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { fetchDataSet } from "../../../lib/src/data/fetch";
import { retryAfter } from "../../../lib/src/data/fetch/http";
import { rejection } from "../files";
import { fetchSuite, GZIPPED, HASTE } from "./fetching";
import { type Answer, dropAfter, lie, openProxy, stallAfter, status, wholeAlways } from "./host";

const { comesWhole, fetching, fresh, host, ranges, set } = fetchSuite("fetching public data: the connection");

fetching("a file is fetched, verified, named, and not fetched again", async () => {
  const dir = await comesWhole();
  assert.equal(ranges(), [""]);
  await comesWhole(HASTE, set(), dir);
  assert.equal(ranges(), [""]);
});

fetching("a dropped connection goes on by range, held to the version by If-Range", async () => {
  host.script.push(dropAfter(100_000), dropAfter(50_000));
  await comesWhole();
  const [whole, second, third] = ranges();
  assert.is(whole, "");
  assert.match(second, /^bytes=\d+-$/);
  assert.ok(Number(third.match(/\d+/)![0]) >= Number(second.match(/\d+/)![0]));
  assert.is(host.asked[1].headers["if-range"], '"one"');
});

fetching("without an ETag, or with a weak one, Last-Modified holds the version", async () => {
  const lastModified = "Mon, 02 Feb 2026 10:00:00 GMT";
  for (const etag of [undefined, 'W/"weak"']) {
    host.files.set("/ratings.csv.gz", { bytes: GZIPPED, etag, lastModified });
    host.asked.length = 0;
    host.script.push(dropAfter(100_000));
    await comesWhole();
    assert.is(host.asked[1].headers["if-range"], lastModified);
  }
});

fetching("where nothing identifies the version, it begins again", async () => {
  host.files.set("/ratings.csv.gz", { bytes: GZIPPED });
  host.script.push(dropAfter(100_000));
  await comesWhole();
  assert.equal(ranges(), ["", ""]);
});

fetching("a silent connection is given up after the stall time and goes on", async () => {
  // That one never speaks again: whoever waits for it waits for ever.
  host.script.push(stallAfter(100_000));
  await comesWhole();
  assert.is(ranges().length, 2);
  assert.match(ranges()[1], /^bytes=/);
});

fetching("429, 500 and 503 are tried again, Retry-After is waited for", async () => {
  const events: string[] = [];
  const later: Answer = (...request) => {
    // Due before a second is over, and long after the first wait of its own would be.
    setTimeout(() => events.push("900 ms later"), 900);
    events.push("429");
    status(429, { "retry-after": "1" })(...request);
  };
  const next: Answer = (...request) => {
    events.push("asked again");
    status(503)(...request);
  };
  host.script.push(status(500), later, next);
  await comesWhole();
  assert.equal(events, ["429", "900 ms later", "asked again"]);
  assert.is(ranges().length, 4);
});

fetching("a host that asks to come back in an hour is not waited for", async () => {
  host.script.push(status(429, { "retry-after": "3600" }));
  const error = await rejection(fetchDataSet(set(), fresh(), HASTE));
  assert.match(error.message, /HTTP 429 and asks to come back in 60 minutes/);
  assert.is(ranges().length, 1);
});

fetching("Retry-After is read in seconds and as a date", () => {
  assert.is(retryAfter("3"), 3000);
  assert.is(retryAfter("Wed, 21 Oct 2015 07:28:30 GMT", Date.parse("2015-10-21T07:28:00Z")), 30_000);
  assert.is(retryAfter("Wed, 21 Oct 2015 07:28:00 GMT", Date.parse("2015-10-21T07:29:00Z")), 0);
  assert.is(retryAfter(undefined), 0);
  assert.is(retryAfter("soon"), 0);
});

fetching("a host that fails for ever is given up with one sentence, and what came is kept", async () => {
  host.script.push(dropAfter(100_000), status(500), status(500), status(500), status(500));
  const dir = fresh();
  const error = await rejection(fetchDataSet(set(), dir, HASTE));
  assert.match(error.message, /answered with HTTP 500, 4 times; \d{5,} bytes are kept/);
  assert.ok(existsSync(join(dir, "ratings.csv.gz.part")));
  assert.not.ok(existsSync(join(dir, "ratings.csv.gz")));
  host.script.length = 0;
  host.asked.length = 0;
  await comesWhole(HASTE, set(), dir);
  assert.match(ranges()[0], /^bytes=[1-9]/);
});

fetching("416 on a part that is whole ends the download; on another part it begins again", async () => {
  const dir = fresh();
  mkdirSync(dir);
  const part = join(dir, "ratings.csv.gz.part");
  const notes = { url: `${host.url}/ratings.csv.gz`, version: '"one"', total: GZIPPED.length };
  writeFileSync(part, GZIPPED);
  writeFileSync(`${part}.json`, JSON.stringify(notes));
  await comesWhole(HASTE, set(), dir);
  assert.equal(ranges(), [`bytes=${GZIPPED.length}-`]);
  host.script.push(dropAfter(100_000), status(416));
  await comesWhole();
});

fetching("a host that ignores ranges sends the whole, which is taken from its first byte", async () => {
  host.script.push(dropAfter(100_000), wholeAlways);
  await comesWhole();
  assert.match(ranges()[1], /^bytes=/);
});

fetching("a stated length that is too long is not believed for ever", async () => {
  host.script.push(lie(GZIPPED.length + 500));
  await comesWhole();
});

fetching("an address that is gone gives way to the next, and the last one's answer is told", async () => {
  const urls = [`${host.url}/gone`, `${host.url}/ratings.csv.gz`];
  await comesWhole(HASTE, set({ urls }));
  const error = await rejection(fetchDataSet(set({ urls: [`${host.url}/gone`, `${host.url}/lost`] }), fresh(), HASTE));
  assert.match(error.message, /gone was answered with HTTP 404.*lost was answered with HTTP 404.*MSAE_DATA_MIRROR/);
});

fetching("a redirect is followed", async () => {
  host.files.set("/old", { bytes: Buffer.alloc(0) });
  host.script.push(status(302, { location: "/ratings.csv.gz" }));
  await comesWhole(HASTE, set({ urls: [`${host.url}/old`] }));
});

fetching("proxy variables are honoured, NO_PROXY too", async () => {
  const proxy = await openProxy();
  process.env.http_proxy = proxy.url;
  try {
    await comesWhole();
    assert.equal(proxy.passed, [`${host.url}/ratings.csv.gz`]);
    process.env.no_proxy = "127.0.0.1";
    await comesWhole();
    assert.is(proxy.passed.length, 1);
  } finally {
    delete process.env.http_proxy;
    delete process.env.no_proxy;
    proxy.close();
  }
});

fetching("a mirror holds each address below its host's name", async () => {
  host.files.set("/cache/example.org/a/ratings.csv.gz", { bytes: GZIPPED, etag: '"m"' });
  process.env.MSAE_DATA_MIRROR = `${host.url}/cache/`;
  try {
    await comesWhole(HASTE, set({ urls: ["https://example.org/a/ratings.csv.gz"] }));
  } finally {
    delete process.env.MSAE_DATA_MIRROR;
  }
});

fetching.run();
