import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type FetchOptions, fetchDataSet, type PublicDataSet } from "../../../lib/src/data/fetch";
import { scratch } from "../files";
import { type Host, openHost } from "./host";

/** Bytes that do not compress, the same for the same salt. */
export const noise = (size: number, salt: string): Buffer => {
  const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, at) =>
    createHash("sha256").update(`${salt}${at}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, size);
};
export const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
/** What the host has at /ratings.csv.gz. */
export const GZIPPED = gzipSync(noise(300_000, "first"), { level: 1 });
export const HASTE: FetchOptions = { stallMs: 1000, retries: 3, backoffMs: 5 };

/** A suite with a host of its own, which has one file and answers honestly until a test scripts it. */
export function fetchSuite(name: string) {
  const fetching = suite(name);
  const { dir: root } = scratch();
  const host = {} as Host;
  let sequence = 0;
  fetching.before(async () => {
    Object.assign(host, await openHost());
  });
  fetching.before.each(() => {
    host.script.length = 0;
    host.asked.length = 0;
    host.files.clear();
    host.files.set("/ratings.csv.gz", { bytes: GZIPPED, etag: '"one"' });
  });
  fetching.after(() => host.close());

  /** A data set of that file, or of another. */
  const set = (more: Partial<PublicDataSet["files"][number]> = {}): PublicDataSet => ({
    name: "test-set",
    title: "A set",
    counts: "3 ratings",
    licence: "none",
    open: { ratings: "ratings.csv.gz", items: "items.jsonl.gz" },
    files: [{ name: "ratings.csv.gz", urls: [`${host.url}/ratings.csv.gz`], ...more }],
  });
  /** A folder that is not there yet. */
  const fresh = (): string => join(root, `set-${sequence++}`);
  /** Ranges that were asked for, in order; "" for the whole. */
  const ranges = (): string[] =>
    host.asked.filter(({ method }) => method === "GET").map(({ headers }) => headers.range ?? "");

  /** Fetch the data set; what is then in its folder is whole, verified and nothing else. */
  async function comesWhole(options: FetchOptions = HASTE, data = set(), dir = fresh()): Promise<string> {
    const record = await fetchDataSet(data, dir, options);
    const bytes = readFileSync(join(dir, "ratings.csv.gz"));
    assert.ok(bytes.equals(host.files.get("/ratings.csv.gz")!.bytes), "the bytes are the host's");
    assert.is(record.files[0].sha256, sha256(bytes));
    assert.equal(readdirSync(dir).sort(), ["download.json", "ratings.csv.gz", "ratings.csv.gz.sha256"]);
    assert.is(readFileSync(join(dir, "ratings.csv.gz.sha256"), "utf8"), `${sha256(bytes)}  ratings.csv.gz\n`);
    return dir;
  }
  return { fetching, root, host, set, fresh, ranges, comesWhole };
}

const MAIN = resolve(__dirname, "..", "..", "..", "lib", "src", "cli", "index.ts");

/** The command as a process of its own; `limit` is put before it in a shell. */
export function start(args: string[], limit = ""): Started {
  const code = `require(${JSON.stringify(MAIN)}).main(["", "", ...${JSON.stringify(args)}])`;
  const line = `${limit} exec "$0" --import tsx -e "$1"`;
  const child = spawn("sh", ["-c", line, process.execPath, code], { stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr!.on("data", (text) => {
    err += text;
  });
  const ended = new Promise<{ code: number | null; err: string }>((over) =>
    child.once("close", (status) => over({ code: status, err })),
  );
  return { child, said: () => err, ended };
}

/** A process, what it has said on stderr so far, and its end. */
interface Started {
  child: ChildProcess;
  said: () => string;
  ended: Promise<{ code: number | null; err: string }>;
}

export async function until(what: () => boolean): Promise<void> {
  for (const began = Date.now(); !what(); await new Promise((next) => setTimeout(next, 10)))
    if (Date.now() - began > 20_000) throw new Error("it did not happen in 20 s");
}
export const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);
