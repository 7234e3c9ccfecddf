import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { Interrupted } from "../../../lib/src/base/errors";
import type { Progress } from "../../../lib/src/base/progress";
import { fetchDataSet, type PublicDataSet } from "../../../lib/src/data/fetch";
import { rejection } from "../files";
import { fetchSuite, GZIPPED, HASTE } from "./fetching";
import { stallAfter, zip } from "./host";

const { comesWhole, fetching, fresh, host, ranges, root, set } = fetchSuite("fetching public data: the folder");

fetching(
  "progress names the phase, megabytes and rate; a throwing listener stops at once, even in a silence",
  async () => {
    host.script.push(stallAfter(100_000));
    const dir = fresh();
    const seen: Progress[] = [];
    const error = await rejection(
      fetchDataSet(set(), dir, {
        ...HASTE,
        // The silence is never given up, so that only the listener can end it.
        stallMs: 2 ** 30,
        onProgress: (progress) => {
          seen.push(progress);
          // In the midst of the silence: all is here that comes.
          if (progress.total > 0 && progress.metrics && "MB/s" in progress.metrics) throw new Error("stop");
        },
      }),
    );
    assert.is(error.message, "stop");
    assert.equal(ranges(), [""]);
    assert.match(seen[0].phase, /downloading ratings\.csv\.gz/);
    assert.is(seen.at(-1)?.total, Math.round(GZIPPED.length / 1e5) / 10);
    await comesWhole(HASTE, set(), dir);
    assert.match(ranges()[1], /^bytes=[1-9]/);
  },
);

fetching("a folder that cannot be written is named in one sentence", async () => {
  const file = join(root, "a-file");
  writeFileSync(file, "");
  for (const [dir, why] of [
    [join(file, "below"), /a-file.below cannot be written: a part of the path is a file/],
    [file, /a-file cannot be written: a file of that name is in the way; choose/],
  ] as const) {
    const error = await rejection(fetchDataSet(set(), dir, HASTE));
    assert.is(error.name, "InputError");
    assert.match(error.message, why);
  }
  assert.is(ranges().length, 0);
});

fetching("a disk without room is told before the first byte", async () => {
  const error = await rejection(fetchDataSet(set({ bytes: Number.MAX_SAFE_INTEGER }), fresh(), HASTE));
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

fetching("Interrupt is heard in the middle of a large file that is unpacked, and nothing of it is left", async () => {
  const dir = fresh();
  const data = archive({ "ml/": "", "ml/ratings.csv": "u,i\n".repeat(30_000_000) });
  const stopped = new Interrupted("unpacking");
  const onProgress = ({ phase }: Progress): void => {
    if (phase.startsWith("unpacking")) throw stopped;
  };
  assert.is(await rejection(fetchDataSet(data, dir, { ...HASTE, onProgress })), stopped);
  assert.equal(readdirSync(dir).sort(), ["ml.zip", "ml.zip.sha256"]);
});

fetching("an archive whose names lead out of the folder is refused, and nothing is written outside", async () => {
  for (const name of ["ml/../../evil.csv", "/ml/evil.csv", "ml\\..\\evil.csv"]) {
    const dir = fresh();
    const error = await rejection(fetchDataSet(archive({ "ml/ratings.csv": "a", [name]: "evil" }), dir, HASTE));
    assert.match(error.message, /ml\.zip cannot be unpacked/);
    assert.not.ok(existsSync(join(root, "evil.csv")));
    assert.not.ok(existsSync(join(dir, "download.json")));
  }
});

fetching.run();
