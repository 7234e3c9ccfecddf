import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dateOf, dateSql } from "../../lib/src/data/dates";
import { openDuck } from "../../lib/src/data/duck";
import { ingestFiles } from "../../lib/src/data/ingest";
import { pairsOf, scratch, source } from "./files";

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
  const data = join(__dirname, "..", "..", "lib", "src", "data");
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

test("a number that only the slow reader can read is the number it is", async () => {
  const file = put("hex.csv", "user_id,item_id,rating\nu,a,0x5\nv,a,2\nw,a\n");
  const { interactions, rejects = [] } = await ingestFiles(source(file, undefined, { filter: { minRating: 3 } }));
  assert.equal(pairsOf(interactions), ["u a"]);
  assert.is(rejects.length, 1);
});

test.run();
