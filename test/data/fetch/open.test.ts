import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type LabOptions, openLab } from "../../../lib/src";
import { seededRandom } from "../../../lib/src/base/random";
import { root, run } from "../../cli/quick";
import { type Host, openHost, zip } from "./host";

const opening = suite("public data, fetched and run with what the registry knows of its form");
const LAB = "/mcauleylab.ucsd.edu/public_datasets/data";
const CATEGORIES = ["romper", "gown", "sheath", "dress", "top"];
const SETTINGS =
  "sae.epochs=1 sae.minSteps=0 sae.batch=64 mf.iterations=2 data.prune.minUserRatings=0 data.prune.minItemRatings=0 data.prune.minCategoryItems=0"
    .split(" ")
    .flatMap((setting) => ["--set", setting]);

let host: Host;
opening.before(async () => {
  host = await openHost();
  process.env.MSAE_DATA_MIRROR = host.url;
  process.env.MSAE_DOWNLOADS = join(root, "downloads");
});
opening.after(() => {
  host.close();
  delete process.env.MSAE_DATA_MIRROR;
  delete process.env.MSAE_DOWNLOADS;
});

interface Row {
  user: string;
  item: string;
  category: string;
}

/** Who took what: some 4,500 rows of 400 users and 120 items, a few of them twice. */
function drawRows(name: string): Row[] {
  const random = seededRandom(11, name);
  return Array.from({ length: 4500 }, () => {
    const item = random.integer(120);
    return { user: `${420000 + random.integer(400)}`, item: `${123373 + item}`, category: CATEGORIES[item % 5] };
  });
}

const distinct = (values: string[]): number => new Set(values).size;

/** Fetch and run by name; the card, what was said, and the data set as the printed line of a notebook opens it. */
async function opened(name: string, path: string, bytes: Buffer) {
  host.files.set(path, { bytes, etag: `"${name}"` });
  const fetched = await run(["data", name, "--accept-changed"]);
  assert.is(fetched.code, 0, fetched.err);
  assert.match(fetched.out, new RegExp(`\\n {2}npx msae-lab run --data ${name}\\n`));
  const printed = /openLab\((\{.*\})\);/.exec(fetched.out)?.[1];
  const set = { "data.prune.minUserRatings": 0, "data.prune.minItemRatings": 0, "data.prune.minCategoryItems": 0 };
  const lab = await openLab({ ...(JSON.parse(printed as string) as LabOptions), set });
  const ran = await run(["run", "--data", name, ...SETTINGS, "--out", join(root, name), "--json"]);
  assert.is(ran.code, 0, ran.err);
  const card = JSON.parse(ran.out) as { data: Record<string, number>; alignment?: { categories: number } };
  return { card, err: ran.err, data: await lab.data() };
}

/** The card's counts are those of a plain recount, with the category of each row as its item's. */
function check({ card, data }: Awaited<ReturnType<typeof opened>>, rows: readonly Row[]): void {
  const counts = {
    users: distinct(rows.map(({ user }) => user)),
    items: distinct(rows.map(({ item }) => item)),
    interactions: distinct(rows.map(({ user, item }) => `${user} ${item}`)),
    categories: CATEGORIES.length,
  };
  for (const [what, count] of Object.entries(counts)) assert.is(card.data[what], count, what);
  assert.ok((card.alignment?.categories ?? 0) > 0, "latents are aligned with categories");
  const { items } = data;
  assert.is(data.interactions.csr.indices.length, counts.interactions);
  for (const [at, id] of items.ids.entries()) {
    const [first, last] = [items.categories.indptr[at], items.categories.indptr[at + 1]];
    const names = Array.from(items.categories.indices.subarray(first, last), (c) => items.categoryNames[c]);
    assert.equal(names, [rows.find(({ item }) => item === id)?.category], id);
  }
}

opening("RentTheRunway: dates in words, a rating that is null, fields that not every row has", async () => {
  const rows = drawRows("rent");
  const lines = rows.map(({ user, item, category }, at) =>
    JSON.stringify({
      fit: "fit",
      user_id: user,
      ...(at % 5 === 0 ? {} : { "bust size": "34d" }),
      item_id: item,
      ...(at % 7 === 0 ? {} : { weight: "137lbs" }),
      rating: at === 2 ? null : `${10 - 2 * (at % 3)}`,
      "rented for": "vacation",
      review_text: 'An "adorable" romper! Belt and zipper were hard to navigate,\nthen fine',
      "body type": "hourglass",
      review_summary: "So many compliments!",
      category,
      height: "5' 8\"",
      size: 14,
      age: "28",
      review_date: `${["April", "December", "May"][at % 3]} ${1 + (at % 28)}, 2016`,
    }),
  );
  const bytes = gzipSync(`${lines.join("\n")}\n`);
  const result = await opened("renttherunway", `${LAB}/renttherunway/renttherunway_final_data.json.gz`, bytes);
  check(
    result,
    rows.filter((_, at) => at !== 2),
  );
  assert.match(result.err, /\n {2}1 rows of the ratings: rating that is no number \(line 3\)/);
  assert.not.match(result.err, /metadata|title =/);
  assert.match(result.err, /time = "review_date"/);
  const days = result.data.interactions.times?.map((time) => time / 86_400_000);
  assert.ok(
    days?.every((day) => Number.isInteger(day) && day >= 16_892 && day < 17_167),
    "whole days of 2016",
  );
});

opening("ModCloth: the item first, ratings under another name, a size that is null", async () => {
  const rows = drawRows("mod");
  const lines = rows.map(({ user, item, category }, at) =>
    JSON.stringify({
      item_id: item,
      ...(at % 2 === 0 ? {} : { waist: "29" }),
      size: 7,
      quality: 1 + (at % 5),
      "cup size": "d",
      hips: "38",
      "bra size": "34",
      category,
      bust: "36",
      height: "5ft 6in",
      user_name: "Emily",
      ...(at % 3 === 0 ? {} : { length: "just right" }),
      fit: "small",
      user_id: user,
    }),
  );
  const bytes = gzipSync(`${lines.join("\n")}\n`);
  const result = await opened("modcloth", `${LAB}/modcloth/modcloth_final_data.json.gz`, bytes);
  check(result, rows);
  assert.match(result.err, /columns of ratings: user = "user_id", item = "item_id", rating = "quality"\n/);
  assert.match(result.err, /columns of items: id = "item_id", categories = "category", separator = "\|"\n/);
});

opening("MovieLens 1M: an archive of files without a header, opened by what stands where", async () => {
  const rows = drawRows("ml-1m");
  const ratings = rows.map(({ user, item }, at) => `${user}::${item}::${1 + (at % 5)}::${978_300_760 + at}`);
  const films = new Map(rows.map(({ item, category }) => [item, `${item}::Film ${item} (1995)::${category}`]));
  const bytes = zip({
    "ml-1m/": "",
    "ml-1m/ratings.dat": ratings.join("\n"),
    "ml-1m/users.dat": "1::F::1::10::48067\n",
    "ml-1m/movies.dat": [...films.values()].join("\n"),
  });
  const result = await opened("ml-1m", "/files.grouplens.org/datasets/movielens/ml-1m.zip", bytes);
  check(result, rows);
  assert.match(result.data.items.titles?.[0] ?? "", /^Film 123373 /);
});

opening(
  "one file with a category in each row gives categories by --categories alone; rows that disagree are counted",
  async () => {
    const { put } = (await import("../files")).scratch();
    const rows = drawRows("own");
    const lines = rows.map(({ user, item, category }) => `${user};${item};${category}`);
    const line = lines.findIndex((text) => text.includes(`;${rows[0].item};`) && text !== lines[0]);
    lines[line] = `${rows[line].user};${rows[line].item};other`;
    const file = put("sales.csv", ["who;what;shelf", ...lines].join("\n"));
    const columns = ["--columns", "user=who,item=what", "--categories", "shelf"];
    const { code, out, err } = await run([
      "run",
      "--ratings",
      file,
      ...columns,
      ...SETTINGS,
      "--out",
      join(root, "own"),
      "--json",
    ]);
    assert.is(code, 0, err);
    const { data } = JSON.parse(out) as { data: { categories: number; source: string } };
    assert.equal([data.categories, data.source], [CATEGORIES.length, "sales.csv"]);
    assert.match(
      err,
      new RegExp(
        `\\n  1 items whose rows name different categories \\(the first row's are kept\\) \\(${rows[0].item}\\)`,
      ),
    );
  },
);

opening.run();
