import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import * as assert from "uvu/assert";
import { fetchDataSet } from "../../../lib/src/data/fetch";
import { LOCK, locked } from "../../../lib/src/data/fetch/lock";
import { rejection } from "../files";
import { fetchSuite, GZIPPED, HASTE, sizeOf, start, until } from "./fetching";
import { trickle } from "./host";

const { fetching, host, set, fresh, ranges, comesWhole } = fetchSuite("fetching public data: two at once");
const FILE = "/mcauleylab.ucsd.edu/public_datasets/data/modcloth/modcloth_final_data.json.gz";
const NAME = "modcloth.jsonl.gz";
const WHOLE = ["download.json", NAME, `${NAME}.sha256`];

/** A pid that no process has: of one that has ended. */
let gone = 0;
fetching.before(async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  gone = child.pid as number;
  await new Promise((over) => child.once("close", over));
});
fetching.before.each(() => {
  host.files.set(FILE, { bytes: GZIPPED, etag: '"modcloth"' });
});
/** One process that has begun to fetch slowly, and a second one that waits for it. */
async function two(dir: string) {
  let goOn = (): void => undefined;
  const waiting = new Promise<void>((resume) => {
    goOn = resume;
  });
  host.script.push(trickle(4000, 40, waiting));
  const mirror = `MSAE_DATA_MIRROR=${host.url}`;
  const first = start(["data", "modcloth", "--dir", dir], mirror);
  await until(() => sizeOf(join(dir, `${NAME}.part`)) > 0);
  const second = start(["data", "modcloth", "--dir", dir], mirror);
  await until(() => second.said().includes("waiting"));
  goOn();
  return { first, second };
}

fetching("the second of two processes says who fetches, waits, and finds the file there: it comes once", async () => {
  const dir = fresh();
  const { first, second } = await two(dir);
  const [one, other] = [await first.ended, await second.ended];
  assert.is(one.code, 0, one.err);
  assert.is(other.code, 0, other.err);
  const since = "\\d{4}-\\d\\d-\\d\\dT[\\d:]+Z";
  assert.match(
    other.err,
    new RegExp(`Process ${first.child.pid} has been fetching into ${dir} since ${since}: waiting until it is done`),
  );
  assert.not.match(one.err, /waiting/);
  assert.equal(ranges(), [""]);
  assert.ok(readFileSync(join(dir, NAME)).equals(GZIPPED));
  assert.equal(readdirSync(dir).sort(), WHOLE);
});

fetching("when the first is killed, the second takes its lock over and goes on where it was", async () => {
  const dir = fresh();
  const { first, second } = await two(dir);
  first.child.kill("SIGKILL");
  const { code, err } = await second.ended;
  assert.is(code, 0, err);
  assert.match(ranges()[1], /^bytes=[1-9]\d*-$/);
  assert.ok(readFileSync(join(dir, NAME)).equals(GZIPPED));
  assert.equal(readdirSync(dir).sort(), WHOLE);
});

fetching("Ctrl-C ends the waiting before the first is done, which is not disturbed", async () => {
  const dir = fresh();
  const { first, second } = await two(dir);
  second.child.kill("SIGINT");
  const order = await Promise.race([second.ended.then(() => "second"), first.ended.then(() => "first")]);
  assert.is(order, "second");
  assert.is((await second.ended).code, 130);
  assert.ok(existsSync(join(dir, LOCK)), "the lock is the first one's still");
  assert.is((await first.ended).code, 0);
  assert.equal(readdirSync(dir).sort(), WHOLE);
});

const lockOf = (pid: number, on = hostname()): string =>
  JSON.stringify({ pid, host: on, since: "2026-01-01T00:00:00Z" });

fetching(
  "a lock of a process that is gone, of an earlier one of this number, or of no sense is taken over",
  async () => {
    for (const text of [lockOf(gone), lockOf(process.pid), "", "{}", "nonsense"]) {
      const dir = fresh();
      mkdirSync(dir);
      writeFileSync(join(dir, LOCK), text);
      // The process that was taking over an earlier lock may have been killed in the middle, too.
      if (text !== "{}") writeFileSync(join(dir, `${LOCK}.taking`), text);
      const said: string[] = [];
      await comesWhole({ ...HASTE, notice: (sentence) => said.push(sentence) }, set(), dir);
      assert.equal(said, [], text);
    }
  },
);

fetching("while another process takes a stale lock over, it is waited for", async () => {
  const dir = fresh();
  mkdirSync(dir);
  writeFileSync(join(dir, LOCK), lockOf(gone));
  const taking = join(dir, `${LOCK}.taking`);
  writeFileSync(taking, lockOf(process.ppid));
  const owners: string[] = [];
  await locked(
    dir,
    async () => undefined,
    () => undefined,
    (owner) => {
      owners.push(owner);
      if (owners.length === 2) rmSync(taking);
    },
  );
  assert.equal(owners, [`process ${process.ppid}`, `process ${process.ppid}`]);
  assert.equal(readdirSync(dir), []);
});

fetching("of a process on another machine nothing is known: it is named, with the lock to remove", async () => {
  const dir = fresh();
  mkdirSync(dir);
  writeFileSync(join(dir, LOCK), lockOf(7, "elsewhere"));
  const said: string[] = [];
  const error = await rejection(
    fetchDataSet(set(), dir, {
      ...HASTE,
      notice: (sentence) => said.push(sentence),
      onProgress: ({ phase }) => {
        throw new Error(phase);
      },
    }),
  );
  assert.is(error.message, "waiting for process 7 on elsewhere");
  assert.match(
    said.join(),
    /^Process 7 on elsewhere has been fetching.*If there is no such process, remove .*\.lock\.$/,
  );
  assert.equal(readdirSync(dir), [LOCK]);
});

fetching("a fetch that fails frees the folder", async () => {
  const dir = fresh();
  await rejection(fetchDataSet(set({ urls: [`${host.url}/gone`] }), dir, HASTE));
  assert.equal(readdirSync(dir), []);
});

fetching("of many that find one stale lock, in one process or several, no two are ever at work together", async () => {
  const dir = fresh();
  mkdirSync(dir);
  const log = join(dir, "log");
  writeFileSync(log, "");
  writeFileSync(join(dir, LOCK), lockOf(gone));
  const source = resolve(__dirname, "..", "..", "..", "lib", "src", "data", "fetch", "lock.ts");
  const code = `
    const { appendFileSync } = require("node:fs");
    const { locked } = require(${JSON.stringify(source)});
    const work = async () => {
      appendFileSync(${JSON.stringify(log)}, "in ");
      await new Promise((next) => setTimeout(next, 60));
      appendFileSync(${JSON.stringify(log)}, "out ");
    };
    const one = () => locked(${JSON.stringify(dir)}, work, () => {}, () => {});
    setTimeout(() => Promise.all([one(), one()]), ${Date.now() + 3000} - Date.now());`;
  const children = [1, 2, 3].map(() => spawn(process.execPath, ["--import", "tsx", "-e", code], { stdio: "ignore" }));
  await Promise.all(children.map((child) => new Promise((over) => child.once("close", over))));
  assert.is(readFileSync(log, "utf8"), "in out ".repeat(6));
  await locked(dir, async () => undefined, assert.unreachable, assert.unreachable);
  assert.equal(readdirSync(dir), ["log"]);
});

fetching.run();
