import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dateOf, dateSql } from "../../../lib/src/data/read/dates";
import { openDuck } from "../../../lib/src/data/read/duck";
import { ingestFiles } from "../../../lib/src/data/read/ingest";
import { pairsOf, scratch, source } from "../files";

const { put } = scratch();
const UTC = Date.UTC;
const DATES: [string, number | undefined][] = [
  ["2020-01-05", UTC(2020, 0, 5)],
  ["2020-1-5", UTC(2020, 0, 5)],
  ["2020/01/05", UTC(2020, 0, 5)],
  ["2020-01-05 10:30", UTC(2020, 0, 5, 10, 30)],
  ["2020-01-05T10:30:15.250Z", UTC(2020, 0, 5, 10, 30, 15, 250)],
  ["2020-01-05 10:30:15+02", UTC(2020, 0, 5, 8, 30, 15)],
  ["2020-01-05T10:30:15-05:30", UTC(2020, 0, 5, 16, 0, 15)],
  ["April 20, 2016", UTC(2016, 3, 20)],
  ["Apr 2, 2016", UTC(2016, 3, 2)],
  ["09 13, 2009", UTC(2009, 8, 13)],
  ["20 April 2016", UTC(2016, 3, 20)],
  ["3 Apr 2016", UTC(2016, 3, 3)],
  ["04/05/2016", undefined],
  ["20.04.2016", undefined],
  ["2020-13-45", undefined],
  ["2020-02-29", UTC(2020, 1, 29)],
  ["2019-02-29", undefined],
  ["2019/2/30 10:30", undefined],
  ["2020-06-31T10:30:15Z", undefined],
  ["2020-01-01T00:30:00+02", UTC(2019, 11, 31, 22, 30)],
  ["April 31, 2016", undefined],
  ["09 31, 2009", undefined],
  ["31 Apr 2016", undefined],
  ["Foo 3, 2016", undefined],
  ["yesterday", undefined],
];

test("the database and the slow reader take the same texts for the same moments", async () => {
  const duck = await openDuck();
  for (const [text, moment] of DATES) {
    assert.is(dateOf(text), moment, text);
    assert.equal(await duck.rows(`SELECT ${dateSql(`'${text}'`)}`), [[moment ?? null]], text);
  }
  duck.close();
});

test("a date is the same moment on a machine in another time zone", () => {
  const data = join(__dirname, "..", "..", "..", "lib", "src", "data", "read");
  const code = `
    const { dateOf, dateSql } = require(${JSON.stringify(join(data, "dates.ts"))});
    const { openDuck } = require(${JSON.stringify(join(data, "duck.ts"))});
    openDuck().then(async (duck) => {
      for (const text of ["2020-01-05", "April 20, 2016"])
        console.log(dateOf(text), ...(await duck.rows("SELECT " + dateSql("'" + text + "'")))[0]);
      duck.close();
    });`;
  const env = { ...process.env, TZ: "America/New_York" };
  const said = execFileSync(process.execPath, ["--import", "tsx", "-e", code], { env, encoding: "utf8" });
  const [day, word] = [UTC(2020, 0, 5), UTC(2016, 3, 20)];
  assert.is(said, `${day} ${day}\n${word} ${word}\n`);
});

const ROWS = ["u,a,April 3, 2016", "u,b,December 24, 2016", "v,a,May 1, 2016"].map((row) =>
  row.replace(/,([^,]*, \d+)$/, ',"$1"'),
);
const TIMES = [UTC(2016, 3, 3), UTC(2016, 11, 24), UTC(2016, 4, 1)];

test("dates in words are sniffed from quoted fields, and are the same with and without a bad row beside them", async () => {
  for (const [name, more] of [
    ["good.csv", []],
    ["bad.csv", ["w,a", 'w,a,"yesterday, noon"']],
  ] as const) {
    const file = put(name, ["user_id,item_id,review_date", ...ROWS, ...more].join("\n"));
    const { interactions, mapping, rejects = [] } = await ingestFiles(source(file));
    assert.is(mapping?.ratings, 'user = "user_id", item = "item_id", time = "review_date"');
    assert.equal(pairsOf(interactions), ["u a", "u b", "v a"]);
    assert.equal([...(interactions.times ?? [])], TIMES);
    assert.equal(
      rejects.map(({ reason }) => reason),
      more.length === 0 ? [] : ["too few fields", "time that is no date"],
    );
  }
});

test("a day that its month does not have makes a bad row, whatever else is in the file", async () => {
  for (const more of ["", "w,a\n"]) {
    const file = put("february.csv", `user_id,item_id,date\nu,a,2016-02-29\nv,a,2016-02-30\n${more}`);
    const { interactions, rejects = [] } = await ingestFiles(source(file));
    assert.equal(pairsOf(interactions), ["u a"]);
    assert.equal([...(interactions.times ?? [])], [UTC(2016, 1, 29)]);
    assert.equal(
      rejects.map(({ line, reason }) => [line, reason]),
      [[3, "time that is no date"], ...(more === "" ? [] : [[4, "too few fields"]])],
    );
  }
});

test("a guessed time column whose dates cannot be read is left alone, and no row is lost", async () => {
  const file = put("slashes.csv", "user_id,item_id,date\nu,a,04/20/2016\nv,a,04/21/2016\n");
  const { interactions, mapping, rejects } = await ingestFiles(source(file));
  assert.is(
    mapping?.ratings,
    'user = "user_id", item = "item_id"; "date" is not taken as the time, since its first values are no dates or numbers',
  );
  assert.equal(pairsOf(interactions), ["u a", "v a"]);
  assert.equal(rejects, []);
});

test("a rating beyond single precision is a bad row, in every form", async () => {
  const values = ["1e300", "-1e39", "3e38", "inf", "nan"];
  const csv = put(
    "large.csv",
    ["user_id,item_id,rating", ...values.map((value, at) => `u${at},a,${value}`)].join("\n"),
  );
  const json = put(
    "large.jsonl",
    values.map((rating, at) => JSON.stringify({ user_id: `u${at}`, item_id: "a", rating })).join("\n"),
  );
  for (const [file, first] of [
    [csv, 2],
    [json, 1],
  ] as const) {
    const { interactions, rejects = [] } = await ingestFiles(source(file));
    assert.equal(pairsOf(interactions), ["u2 a"], file);
    assert.equal(
      rejects.map(({ line, reason }) => [line - first, reason]),
      [0, 1, 3, 4].map((row) => [row, "rating that is no number"]),
    );
  }
});

test("a number that only the slow reader can read is the number it is", async () => {
  const file = put("hex.csv", "user_id,item_id,rating\nu,a,0x5\nv,a,2\nw,a\n");
  const { interactions, rejects = [] } = await ingestFiles(source(file, undefined, { filter: { minRating: 3 } }));
  assert.equal(pairsOf(interactions), ["u a"]);
  assert.is(rejects.length, 1);
});

test.run();
