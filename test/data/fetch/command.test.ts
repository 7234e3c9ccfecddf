import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../../lib/src/base/random";
import { run as execute } from "../../cli/quick";
import { scratch } from "../files";
import { sizeOf, start, until } from "./fetching";
import { type Host, openHost, trickle, zip } from "./host";

const { dir: root } = scratch();
const command = suite("msae-lab data");
const LAB = "/mcauleylab.ucsd.edu/public_datasets/data";
const RENT = `${LAB}/renttherunway/renttherunway_final_data.json.gz`;

/** Rows of garments, some megabytes of them. */
const rows = Array.from({ length: 60_000 }, (_, at) =>
  JSON.stringify({ user_id: `${at % 900}`, item_id: `${(at * 7919) % 500}`, rating: "10", category: "dress", at }),
).join("\n");
const GARMENTS = gzipSync(rows, { level: 1 });

let host: Host;
command.before(async () => {
  host = await openHost();
  host.files.set(RENT, { bytes: GARMENTS, etag: '"rent"' });
  process.env.MSAE_DATA_MIRROR = host.url;
  process.env.MSAE_DOWNLOADS = join(root, "downloads");
});
command.before.each(() => {
  host.asked.length = 0;
  host.script.length = 0;
});
command.after(() => host.close());

const run = (...args: string[]): ReturnType<typeof execute> => execute(args, join(root, "runs"));

command("killed midway and started again, it goes on where it was", async () => {
  const dir = join(root, "killed");
  const part = join(dir, "renttherunway.jsonl.gz.part");
  host.script.push(trickle(20_000, 30));
  const { child, ended } = start(["data", "renttherunway", "--dir", dir]);
  await until(() => sizeOf(part) > 100_000);
  child.kill("SIGKILL");
  await ended;
  const kept = sizeOf(part);
  assert.ok(kept > 100_000 && kept < GARMENTS.length, `${kept} of ${GARMENTS.length}`);
  assert.not.ok(existsSync(join(dir, "renttherunway.jsonl.gz")));
  const { code, err } = await run("data", "renttherunway", "--dir", dir);
  assert.is(code, 0, err);
  assert.is(host.asked.at(-1)!.headers.range, `bytes=${kept}-`);
  assert.ok(readFileSync(join(dir, "renttherunway.jsonl.gz")).equals(GARMENTS));
  assert.equal(readdirSync(dir).sort(), ["download.json", "renttherunway.jsonl.gz", "renttherunway.jsonl.gz.sha256"]);
});

command("Ctrl-C ends it before the rest came, with a word, and leaves what came", async () => {
  const dir = join(root, "stopped");
  const part = join(dir, "renttherunway.jsonl.gz.part");
  host.script.push(trickle(20_000, 50));
  const { child, ended } = start(["data", "renttherunway", "--dir", dir]);
  await until(() => sizeOf(part) > 60_000);
  child.kill("SIGINT");
  const { code, err } = await ended;
  assert.is(code, 130);
  assert.match(err, /Stopped during fetching renttherunway/);
  assert.not.match(err, /\n\s+at /);
  assert.ok(sizeOf(part) > 60_000 && sizeOf(part) < GARMENTS.length, `${sizeOf(part)} of ${GARMENTS.length}`);
});

command("a disk that takes no more: exit 1, one sentence, and nothing under the file's own name", async () => {
  const dir = join(root, "full");
  // 64 KiB is the largest file that this process may write, which ends as a full disk does.
  const { ended } = start(["data", "renttherunway", "--dir", dir], "ulimit -f 128; trap '' XFSZ;");
  const { code, err } = await ended;
  assert.is(code, 1, err);
  assert.match(err, /\.part cannot be written: files may not grow this large/);
  assert.not.match(err, /\n\s+at /);
  assert.not.ok(existsSync(join(dir, "renttherunway.jsonl.gz")));
});

command("terms and size come before the data, and the last lines say how to open it", async () => {
  const { code, out, err } = await run("data", "renttherunway");
  assert.is(code, 0, err);
  assert.match(err, /licence: .*https:.*\nrenttherunway\.jsonl\.gz: \d\.\d MB, from https:/);
  assert.is(host.asked[0].method, "HEAD");
  assert.match(out, /no checksum is published: size and gzip's own checksum verified/);
  assert.match(out, /npx msae-lab run --data .*renttherunway\n.*openLab\(\{"ratings":/);
});

command("--json prints one object and nothing else on stdout", async () => {
  const { out } = await run("data", "renttherunway", "--json");
  const result = JSON.parse(out) as { name: string; run: string; files: { sha256: string; bytes: number }[] };
  assert.is(result.name, "renttherunway");
  assert.is(result.files[0].bytes, GARMENTS.length);
  const listed = JSON.parse((await run("data", "--json")).out) as { name: string; fetched: boolean; note?: string }[];
  assert.ok(listed.length > 38);
  assert.equal(
    listed.filter(({ fetched }) => fetched).map(({ name }) => name),
    ["renttherunway"],
  );
});

command("without a name it lists what can be fetched; an unknown name exits with 2 and a suggestion", async () => {
  const { out } = await run("data");
  assert.match(out, /\n {2}ml-1m +1,000,209 ratings/);
  assert.match(out, /\* renttherunway/);
  const { code, err } = await run("data", "amazon-fashions");
  assert.is(code, 2);
  assert.match(err, /^There is no data set "amazon-fashions".*\n$/);
  assert.match((await run("data", "Fashion")).err, /amazon-2023-amazon-fashion/);
});

command("Amazon_Fashion says that it is not the paper's file, and an absent file is named", async () => {
  const { code, err } = await run("data", "Amazon_Fashion");
  assert.is(code, 1);
  assert.match(err, /note: .*2\.0M users, 825\.9K items, 2\.5M ratings.*not the paper's file/);
  assert.match(err, /Amazon_Fashion\.csv\.gz was answered with HTTP 404/);
});

command("run --data NAME opens what was fetched, and says how to fetch what was not", async () => {
  const missing = await run("run", "--data", "ml-1m", "--out", join(root, "out"));
  assert.is(missing.code, 2);
  assert.match(missing.err, /ml-1m has not been fetched: run `npx msae-lab data ml-1m` first/);

  const made = join(root, "made");
  await run("generate", "--users", "300", "--items", "200", "--interactions", "4000", "--out", made);
  const amazon = `${LAB}/amazon_2023`;
  const zipped = (name: string): Buffer => gzipSync(readFileSync(join(made, name)));
  host.files.set(`${amazon}/benchmark/0core/rating_only/Gift_Cards.csv.gz`, { bytes: zipped("ratings.csv") });
  host.files.set(`${amazon}/raw/meta_categories/meta_Gift_Cards.jsonl.gz`, { bytes: zipped("items.jsonl") });
  const fetched = await run("data", "Gift_Cards", "--accept-changed");
  assert.is(fetched.code, 0, fetched.err);
  const quick = ["sae.epochs=1", "sae.minSteps=0", "sae.batch=64", "mf.iterations=2", "data.prune.minCategoryItems=10"];
  const opened = await run(
    "run",
    "--data",
    "amazon-2023-gift-cards",
    ...quick.flatMap((setting) => ["--set", setting]),
    "--out",
    join(root, "out"),
    "--json",
  );
  assert.is(opened.code, 0, opened.err);
  const { data } = JSON.parse(opened.out) as { data: { items: number; source: string } };
  assert.is(data.source, "ratings.csv.gz, items.jsonl.gz");
});

command("a MovieLens archive opens by its name, with its genres as categories", async () => {
  const random = seededRandom(7, "movies");
  const ratings = Array.from({ length: 9000 }, () => `${random.integer(300)},${random.integer(150)},4.0,964982703`);
  const movies = Array.from({ length: 150 }, (_, at) => `${at},Film ${at},${at % 2 ? "Drama" : "Comedy|War"}`);
  const bytes = zip({
    "ml-latest-small/": "",
    "ml-latest-small/ratings.csv": ["userId,movieId,rating,timestamp", ...new Set(ratings)].join("\n"),
    "ml-latest-small/movies.csv": ["movieId,title,genres", ...movies].join("\n"),
  });
  host.files.set("/files.grouplens.org/datasets/movielens/ml-latest-small.zip", { bytes, etag: '"ml"' });
  const fetched = await run("data", "ml-latest-small", "--accept-changed");
  assert.is(fetched.code, 0, fetched.err);
  assert.match(fetched.out, /unpacked: ratings\.csv, movies\.csv/);
  const quick = ["sae.epochs=1", "sae.minSteps=0", "sae.batch=64", "mf.iterations=2"];
  const set = quick.flatMap((setting) => ["--set", setting]);
  const opened = await run("run", "--data", "ml-latest-small", ...set, "--out", join(root, "out"), "--json");
  assert.is(opened.code, 0, opened.err);
  assert.is((JSON.parse(opened.out) as { data: { categories: number } }).data.categories, 3);
});

command("a read-only folder: exit 2 and one sentence", async () => {
  writeFileSync(join(root, "in-the-way"), "");
  const { code, err } = await run("data", "renttherunway", "--dir", join(root, "in-the-way", "x"));
  assert.is(code, 2);
  assert.match(err, /cannot be written: a part of the path is a file, not a folder; choose another --dir\.\n$/);
});

command.run();
