import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { fetchDataSet } from "../../lib/src/data/fetch";
import { root, run } from "../cli/quick";
import { mount } from "../mount";
import { fetchSuite, HASTE, noise, start } from "./fetch/fetching";
import { zip } from "./fetch/host";
import { rejection } from "./files";

const { fetching: disk, host, set } = fetchSuite("a full disk, a read-only one, a file in the way");
const small = mount("small", "size=2m");
const readOnly = mount("read-only", "ro,size=1m");
const onSmall = small ? disk : disk.skip;
const onReadOnly = readOnly ? disk : disk.skip;
const PAGE = 4096;

/** Leave so many bytes free, in whole pages. */
function leave(bytes: number): void {
  const filler = join(small as string, "filler");
  rmSync(filler, { force: true });
  const { bavail, bsize } = statfsSync(small as string);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}
const clear = (dir: string): void => rmSync(dir, { recursive: true, force: true });
const free = (): void => rmSync(join(small as string, "filler"), { force: true });
/** Checksum of each file in a folder and below. */
const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(parentPath, name)))
          .digest("hex"),
      ]),
  );

for (const [what, makeSet] of [
  ["a file", () => set()],
  [
    "an archive",
    () => {
      const text = noise(60_000, "zip").toString("base64");
      host.files.set("/ml.zip", { bytes: zip({ "ml/": "", "ml/a.csv": text, "ml/more/b.csv": text }), etag: '"z"' });
      return set({ name: "ml.zip", urls: [`${host.url}/ml.zip`], unpack: { strip: "ml/" } });
    },
  ],
] as const)
  onSmall(
    `the disk may fill up at any page of fetching ${what}: one sentence, nothing half-written, and it goes on`,
    async () => {
      const data = makeSet();
      const elsewhere = join(root, `whole-${what.replace(" ", "-")}`);
      await fetchDataSet(data, elsewhere, HASTE);
      const whole = contents(elsewhere);
      const dir = join(small as string, "fetched");
      const stopped: string[] = [];
      let room = 0;
      for (let done = false; !done; room += room > 200_000 || what === "an archive" ? PAGE : 30 * PAGE) {
        assert.ok(room < 1_000_000, "it never had room enough");
        leave(room);
        const error = await fetchDataSet(data, dir, HASTE).then(
          () => undefined,
          (thrown: Error) => thrown,
        );
        done = error === undefined;
        if (error) {
          assert.is(error.name, "DiskError", error.message);
          assert.match(
            error.message,
            /^\S+ cannot be written: the disk is full; free some space and run it again, which goes on from there\.$/,
          );
          stopped.push(error.message.replace(/ .*/, "").slice(dir.length + 1));
          const found = contents(dir);
          for (const name of Object.keys(whole)) if (name in found) assert.is(found[name], whole[name], name);
          free();
          await fetchDataSet(data, dir, HASTE);
        }
        assert.equal(contents(dir), whole);
        clear(dir);
      }
      free();
      // Notes are of a page or less: whether one of them meets the full disk hangs on the order in which pages are given back.
      const steps = [".part", ...(what === "a file" ? [] : ["a.csv", "b.csv"])];
      for (const step of steps)
        assert.ok(
          stopped.some((path) => path.endsWith(step)),
          `${step} among ${[...new Set(stopped)]}`,
        );
    },
  );

const GENERATE = "generate --users 2000 --items 800 --interactions 40000 --out".split(" ");

onSmall(
  "a disk that fills up while generating: exit 1, one sentence, no file, and earlier files as they were",
  async () => {
    const out = join(small as string, "made");
    for (const room of [PAGE, 300_000, 1_000_000]) {
      clear(out);
      leave(room);
      const { code, err } = await run([...GENERATE, out]);
      assert.is(code, 1, err);
      assert.match(
        err,
        /^The data set could not be written to .*made \(the disk is full\): nothing half-written was left; make room.*\n$/,
      );
      assert.equal(readdirSync(out), []);
    }
    free();
    clear(out);
    const tiny = ["generate", "--users", "300", "--items", "200", "--interactions", "4000", "--out", out];
    assert.is((await run(tiny)).code, 0);
    const before = contents(out);
    leave(200_000);
    assert.is((await run([...GENERATE, out])).code, 1);
    assert.equal(contents(out), before);
    free();
    clear(out);
  },
);

disk("files that may not grow large enough end generate as a full disk does", async () => {
  const out = join(root, "limited");
  const { code, err } = await start([...GENERATE, out], "ulimit -f 128; trap '' XFSZ;").ended;
  assert.is(code, 1, err);
  assert.match(err, /could not be written to .*\(files may not grow this large here\): nothing half-written was left/);
  assert.equal(readdirSync(out), []);
});

disk("with a file where the folder should be, generate and run say so before the work", async () => {
  const file = join(root, "in-the-way");
  writeFileSync(file, "mine");
  for (const args of [
    [...GENERATE, join(file, "below")],
    [...GENERATE, file],
  ]) {
    const { code, err } = await run(args);
    assert.is(code, 2, err);
    assert.match(
      err,
      /^The data set could not be written to .*in-the-way.*(is a file, not a folder|is in the way)\): .*\n$/,
    );
  }
  const { code, err } = await run(["run", ...shop(), "--out", join(file, "below")]);
  assert.is(code, 2, err);
  assert.match(err, /^Nothing can be written to .*choose another --out\.\n$/);
  assert.is(readFileSync(file, "utf8"), "mine");
});

/** A shop's files with a bad row, and settings small enough for a second. */
function shop(): string[] {
  const dir = join(root, "shop");
  if (!existsSync(dir)) {
    mkdirSync(dir);
    const rows = Array.from({ length: 4000 }, (_, at) => `u${(at * 7919) % 300},i${(at * at + 7 * at) % 97}`);
    writeFileSync(join(dir, "ratings.csv"), ["user_id,item_id", ...rows, "bad", ""].join("\n"));
  }
  const settings = "sae.epochs=2 sae.minSteps=0 sae.batch=32 mf.iterations=3"
    .split(" ")
    .flatMap((one) => ["--set", one]);
  return ["--ratings", join(dir, "ratings.csv"), ...settings, "--k", "20"];
}

onSmall(
  "the disk may fill up in any stage of a run: exit 1, one sentence, no half stage, and the next run goes on",
  async () => {
    const runs = join(small as string, "runs");
    const out = join(root, "card");
    const places = new Set<string>();
    for (let room = 0, done = false; !done; room += 10 * PAGE) {
      assert.ok(room < 1_500_000, "it never had room enough");
      leave(room);
      const { code, err } = await run(["run", ...shop(), "--out", out], runs);
      done = code === 0;
      if (done) break;
      assert.is(code, 1, err);
      const last = err.trimEnd().split("\n").at(-1) as string;
      assert.match(
        last,
        /^The (store of results|result of the stage ".*"|checkpoint) could not be written to .* \(the disk is full\): nothing half-written was left/,
      );
      places.add(/^The .*? could/.exec(last)![0]);
      const left = existsSync(runs) ? readdirSync(runs, { recursive: true, encoding: "utf8" }) : [];
      assert.equal(
        left.filter((name) => /tmp/.test(name)),
        [],
      );
    }
    assert.ok(places.size >= 3, [...places].join());
    free();
    clear(runs);
  },
);

onReadOnly(
  "a read-only file system: fetching, generating and running say so in one sentence and exit with 2",
  async () => {
    const at = (name: string): string => join(readOnly as string, name);
    const generated = await run([...GENERATE, at("made")]);
    assert.match(generated.err, /^The data set could not be written to .*made \(the file system is read-only\): .*\n$/);
    const error = await rejection(fetchDataSet(set(), at("fetched"), HASTE));
    assert.is(error.name, "InputError");
    assert.match(error.message, /fetched cannot be written: the file system is read-only; choose another --dir\.$/);
    const ran = await run(["run", ...shop(), "--out", at("card")], join(root, "runs-read-only"));
    assert.match(ran.err, /^Nothing can be written to .*card \(.*read-only.*\): choose another --out\.\n$/);
    const stored = await run(["run", ...shop(), "--out", join(root, "card")], at("runs"));
    assert.match(stored.err, /^The store of results could not be written to .*read-only.*\n$/);
    assert.equal([generated.code, ran.code, stored.code], [2, 2, 2]);
  },
);

disk.run();
