import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  DATA_SETS,
  type FetchOptions,
  fetchDataSet,
  findDataSet,
  type PublicDataSet,
} from "../../../lib/src/data/fetch";
import { retryAfter } from "../../../lib/src/data/fetch/http";
import type { Progress } from "../../../lib/src/progress";
import { scratch } from "../files";
import { dropAfter, type Host, lie, openHost, openProxy, serve, stallAfter, status, wholeAlways, zip } from "./host";

const { dir: root } = scratch();
const fetching = suite("fetching public data");

const noise = (size: number, salt: string): Buffer => {
  const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, at) =>
    createHash("sha256").update(`${salt}${at}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, size);
};
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const GZIPPED = gzipSync(noise(300_000, "first"), { level: 1 });
const HASTE: FetchOptions = { stallMs: 400, retries: 3, backoffMs: 5 };

let host: Host;
let sequence = 0;
fetching.before(async () => {
  host = await openHost();
});
fetching.before.each(() => {
  host.script.length = 0;
  host.asked.length = 0;
  host.files.clear();
  host.files.set("/ratings.csv.gz", { bytes: GZIPPED, etag: '"one"' });
});
fetching.after(() => host.close());

const set = (more: Partial<PublicDataSet["files"][number]> = {}): PublicDataSet => ({
  name: "test-set",
  title: "A set",
  counts: "3 ratings",
  licence: "none",
  files: [{ name: "ratings.csv.gz", urls: [`${host.url}/ratings.csv.gz`], ...more }],
});
const fresh = (): string => join(root, `set-${sequence++}`);
const rejects = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: Error) => error,
  );
/** Ranges that were asked for, in order; "" for the whole. */
const ranges = (): string[] =>
  host.asked.filter(({ method }) => method === "GET").map(({ headers }) => headers.range ?? "");

async function comesWhole(options: FetchOptions = HASTE, data = set(), dir = fresh()): Promise<string> {
  const record = await fetchDataSet(data, dir, options);
  const bytes = readFileSync(join(dir, "ratings.csv.gz"));
  assert.ok(bytes.equals(host.files.get("/ratings.csv.gz")!.bytes), "the bytes are the host's");
  assert.is(record.files[0].sha256, sha256(bytes));
  assert.equal(readdirSync(dir).sort(), ["download.json", "ratings.csv.gz", "ratings.csv.gz.sha256"]);
  assert.is(readFileSync(join(dir, "ratings.csv.gz.sha256"), "utf8"), `${sha256(bytes)}  ratings.csv.gz\n`);
  return dir;
}

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
  host.script.push(stallAfter(100_000));
  const began = Date.now();
  await comesWhole();
  assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
  assert.match(ranges()[1], /^bytes=/);
});

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

fetching("429, 500 and 503 are tried again, Retry-After is waited for", async () => {
  host.script.push(status(500), status(429, { "retry-after": "1" }), status(503));
  const began = Date.now();
  await comesWhole();
  assert.ok(Date.now() - began >= 1000, `${Date.now() - began} ms`);
  assert.is(ranges().length, 4);
});

fetching("a host that asks to come back in an hour is not waited for", async () => {
  host.script.push(status(429, { "retry-after": "3600" }));
  const error = await rejects(fetchDataSet(set(), fresh(), HASTE));
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
  const error = await rejects(fetchDataSet(set(), dir, HASTE));
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

fetching("a stated length that is too short is noticed by gzip's own end", async () => {
  host.script.push(lie(GZIPPED.length - 500));
  const dir = fresh();
  const error = await rejects(fetchDataSet(set(), dir, HASTE));
  assert.match(error.message, /does not unpack to its end/);
  assert.equal(readdirSync(dir), []);
});

fetching("a page of a captive portal is not taken for data", async () => {
  host.files.set("/ratings.csv.gz", { bytes: Buffer.from("<html>please log in</html>"), etag: '"p"' });
  const error = await rejects(fetchDataSet(set(), fresh(), HASTE));
  assert.match(error.message, /thrown away: it does not unpack to its end/);
});

fetching(
  "a checksum, or a size, that is not the recorded one throws the file away, unless the change is accepted",
  async () => {
    for (const wrong of [{ sha256: "0".repeat(64), recordedBy: "the test" }, { bytes: 17 }]) {
      const dir = fresh();
      const error = await rejects(fetchDataSet(set(wrong), dir, HASTE));
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
  const error = await rejects(fetchDataSet(set(), dir, { ...HASTE, notice }));
  assert.match(said.join(), /set aside as ratings\.csv\.gz\.damaged/);
  assert.match(error.message, new RegExp(`that of the first download was ${first}`));
});

fetching("an address that is gone gives way to the next, and the last one's answer is told", async () => {
  const urls = [`${host.url}/gone`, `${host.url}/ratings.csv.gz`];
  await comesWhole(HASTE, set({ urls }));
  const error = await rejects(fetchDataSet(set({ urls: [`${host.url}/gone`, `${host.url}/lost`] }), fresh(), HASTE));
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

fetching(
  "progress names the phase, megabytes and rate; a throwing listener stops at once, even in a silence",
  async () => {
    host.script.push(stallAfter(100_000));
    const dir = fresh();
    const seen: Progress[] = [];
    const began = Date.now();
    const error = await rejects(
      fetchDataSet(set(), dir, {
        ...HASTE,
        stallMs: 30_000,
        onProgress: (progress) => {
          seen.push(progress);
          if (seen.length === 3) throw new Error("stop");
        },
      }),
    );
    assert.is(error.message, "stop");
    assert.ok(Date.now() - began < 3000, `${Date.now() - began} ms`);
    assert.match(seen[0].phase, /downloading ratings\.csv\.gz/);
    assert.is(seen[0].total, Math.round(GZIPPED.length / 1e5) / 10);
    assert.ok("MB/s" in seen[2].metrics!);
    await comesWhole(HASTE, set(), dir);
    assert.match(ranges()[1], /^bytes=[1-9]/);
  },
);

fetching("a folder that cannot be written is named in one sentence", async () => {
  const file = join(root, "a-file");
  writeFileSync(file, "");
  for (const [dir, why] of [
    [join(file, "below"), /a-file.below cannot be written: a part of the path is a file/],
    [file, /a-file cannot be written: a file is in the way/],
  ] as const) {
    const error = await rejects(fetchDataSet(set(), dir, HASTE));
    assert.is(error.name, "InputError");
    assert.match(error.message, why);
  }
  assert.is(ranges().length, 0);
});

fetching("a disk without room is told before the first byte", async () => {
  const error = await rejects(fetchDataSet(set({ bytes: Number.MAX_SAFE_INTEGER }), fresh(), HASTE));
  assert.match(error.message, /needs \d+ bytes more.*free some space/);
  assert.is(ranges().length, 0);
});

const archive = (entries: Record<string, string>): PublicDataSet => {
  host.files.set("/ml.zip", { bytes: zip(entries), etag: '"z"' });
  return set({ name: "ml.zip", urls: [`${host.url}/ml.zip`], unpack: { strip: "ml/" } });
};

fetching("an archive is unpacked without its own folder", async () => {
  const dir = fresh();
  const data = archive({ "ml/": "", "ml/ratings.csv": "a,b\n", "ml/more/x.csv": "x", "other/y.csv": "y" });
  const record = await fetchDataSet(data, dir, HASTE);
  assert.equal(record.files[0].unpacked, ["ratings.csv", "more/x.csv"]);
  assert.is(readFileSync(join(dir, "ratings.csv"), "utf8"), "a,b\n");
  assert.is(readFileSync(join(dir, "more", "x.csv"), "utf8"), "x");
  assert.not.ok(existsSync(join(dir, "y.csv")));
});

fetching("an archive whose names lead out of the folder is refused, and nothing is written outside", async () => {
  for (const name of ["ml/../../evil.csv", "/ml/evil.csv", "ml\\..\\evil.csv"]) {
    const dir = fresh();
    const error = await rejects(fetchDataSet(archive({ "ml/ratings.csv": "a", [name]: "evil" }), dir, HASTE));
    assert.match(error.message, /ml\.zip cannot be unpacked/);
    assert.not.ok(existsSync(join(root, "evil.csv")));
    assert.not.ok(existsSync(join(dir, "download.json")));
  }
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
