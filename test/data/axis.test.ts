import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError, MissingData } from "../../lib/src/base/errors";
import { findAxis } from "../../lib/src/data/axis";
import { type AxisSetting, parseAxis } from "../../lib/src/data/axis-setting";
import { AUDIENCE_WORDS, holdsWord } from "../../lib/src/data/axis-words";
import { offeredAxes } from "../../lib/src/data/offered-axes";
import { requireSides, tagsOf } from "../../lib/src/records/axis";
import { csrFromPairs } from "../../lib/src/records/interactions";
import type { Items } from "../../lib/src/records/items";

/** One item for each list of names. */
function itemsOf(lists: readonly (readonly string[])[]): Items {
  const names = [...new Set(lists.flat())];
  const rows = lists.flatMap((list, row) => list.map(() => row));
  const columns = lists.flat().map((name) => names.indexOf(name));
  return {
    ids: lists.map((_, row) => `i${row}`),
    categoryNames: names,
    categories: csrFromPairs(lists.length, names.length, rows, columns),
  };
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
/** Enough items of each side for an axis that nobody named, and then those of the lists. */
const shop = (...lists: string[][]): Items => itemsOf([...lists, ...times(20, ["Women"]), ...times(20, ["Men"])]);
const PAPER = { women: ["Women"], men: ["Men"] };

test("an item is women's if its names hold Women, else men's if they hold Men, else neutral", () => {
  const { tags, sides, name } = findAxis(shop(["Root", "Women"], ["Root", "Men"], ["Men", "Women"], ["Root"], []));
  assert.equal(tags.slice(0, 5), ["women", "men", "women", "neutral", "neutral"]);
  assert.equal([name, ...sides], ["women and men", "women", "men"]);
});

test("women's and men's words count alike, whole and in any case", () => {
  const women = ["Womens Shoes", "LADIES TOPS", "Women's", "womens_tops", "Ladieswear", "Woman", "Women’s"];
  const men = ["Mens Shoes", "GENTS", "Men's Athletic Watches", "mens-tops", "Menswear", "Men-Only", "Men’s"];
  const none = [
    "Swimwomen",
    "Specimen",
    "Mention",
    "Omen",
    "Menu",
    "Cowboy Boots",
    "Girls",
    "Boys' Shoes",
    "Man Made",
    "Girlfriend Jeans",
    "Boyfriend Jeans",
    "Türkmén",
    "Humán",
    "Ladieslike",
  ];
  const { tags } = findAxis(shop(...[...women, ...men, ...none].map((name) => [name])));
  assert.equal(
    tags.slice(0, women.length),
    women.map(() => "women"),
  );
  assert.equal(
    tags.slice(women.length, women.length + men.length),
    men.map(() => "men"),
  );
  assert.equal(
    tags.slice(women.length + men.length, -40),
    none.map(() => "neutral"),
  );
});

test("no word of one list is found in a word of the other", () => {
  for (const word of AUDIENCE_WORDS.women) assert.not.ok(holdsWord(word, AUDIENCE_WORDS.men), word);
  for (const word of AUDIENCE_WORDS.men) assert.not.ok(holdsWord(word, AUDIENCE_WORDS.women), word);
});

test("signs in a name that mean something in a pattern mean nothing here", () => {
  assert.ok(holdsWord("a (b) [c]* d", ["(b) [c]*"]));
  assert.not.ok(holdsWord("axb", ["a.b"]));
  assert.ok(holdsWord("C++ books", ["c++"]));
});

test("an axis by hand takes whole names and words of names, and the first side that fits", () => {
  const items = itemsOf([["Girls"], ["Boys", "Girls"], ["Baby Boys"], ["Clothing, Shoes"]]);
  const axis = findAxis(items, { boys: ["Boys"], girls: ["Girls"], shop: ["Clothing, Shoes"] });
  assert.equal(axis.tags, ["girls", "boys", "boys", "shop"]);
  assert.equal(axis.names.boys, ["Boys", "Baby Boys"]);
  assert.is(axis.missing, undefined);
});

test("the values of a column are sides, frequent ones first; named sides are made of values", () => {
  const gender = [...times(21, "F"), ...times(30, "M"), ...times(3, "X"), ""];
  const items = { ...itemsOf(gender.map(() => [])), attributes: { gender } };
  const axis = findAxis(items, { column: "gender" });
  assert.equal([axis.name, ...axis.sides], ["gender", "M", "F"]);
  assert.equal([axis.tags[0], axis.tags[21], axis.tags[51], axis.tags[54]], ["F", "M", "neutral", "neutral"]);
  const named = findAxis(items, { column: "gender", women: ["F"], men: ["M", "X"] });
  assert.equal([named.tags[0], named.tags[51]], ["women", "men"]);
  const same = findAxis({ ...items, attributes: { gender: times(55, "F") } }, { column: "gender" });
  assert.match(String(same.missing), /^The column "gender" has one value only on at least 20 items/);
});

test("data without women's and men's items has an axis without sides, and says which axes it offers", () => {
  const films = findAxis(itemsOf([...times(30, ["Drama"]), ...times(25, ["Comedy"]), ["Women"], ["Men"]]));
  assert.equal([films.sides.length, new Set(films.tags).size], [0, 1]);
  assert.match(
    String(films.missing),
    /^Too few .* such as Women \(1\) or Men \(1\), so it cannot .* Axes that it offers: "Drama" and "Comedy"\. .*\{ axis: \{ "Drama": \["Drama"\], "Comedy": \["Comedy"\] \} \}/,
  );
  assert.throws(
    () => requireSides(films),
    (error: unknown) => error instanceof MissingData,
  );
  const bare = findAxis(itemsOf([[], []]));
  assert.match(String(bare.missing), /^The data has no categories, .* --axis column=gender\.$/);
});

test("offered are categories that lie apart, each once, the evenest first", () => {
  const lists = [
    ...times(50, ["Root", "A"]),
    ...times(40, ["Root", "B"]),
    ...times(30, ["Root", "C"]),
    ...times(25, ["Root", "D", "A"]),
    ...times(5, ["Root", "E"]),
  ];
  const found = offeredAxes(itemsOf(lists));
  assert.equal(
    found.map(({ sides, items, both }) => [...sides, ...items, both]),
    [
      ["A", "B", 75, 40, 0],
      ["C", "D", 30, 25, 0],
    ],
  );
});

test("an axis that does not fit the data is refused in one sentence", () => {
  const items = itemsOf([["Women", "Shoes"], ["Men"]]);
  const cases: [AxisSetting, RegExp][] = [
    [
      { women: ["Women"], men: ["Herren"] },
      /side "men" has no item: no category name is or holds "Herren"; there are "Women", "Shoes", "Men"\.$/,
    ],
    [{ women: ["Women"], shoes: ["Shoes"] }, /side "shoes" has no item of its own/],
    [{ column: "gender" }, /column "gender", but these items have no such column/],
  ];
  for (const [setting, says] of cases)
    assert.throws(
      () => findAxis(items, setting),
      (error: Error) => error instanceof InputError && says.test(error.message) && !error.message.includes("\n"),
      String(says),
    );
  assert.throws(() => findAxis({ ...items, ids: ["i0"] }, PAPER), /2 rows but there are 1 item ids/);
});

test("tags are joined by id, whatever the order", () => {
  const axis = findAxis(itemsOf([["Women"], ["Men"]]), PAPER);
  assert.equal(tagsOf(axis, ["i1", "i0", "i1"]), ["men", "women", "men"]);
  assert.throws(() => tagsOf(axis, ["i2"]), /i2 has a factor but no metadata/);
});

test("--axis is read in each of its forms, and refused in a sentence otherwise", () => {
  assert.equal(parseAxis("women=Women|Ladies, men=Men"), { women: ["Women", "Ladies"], men: ["Men"] });
  assert.equal(parseAxis("Drama,Comedy"), { Drama: ["Drama"], Comedy: ["Comedy"] });
  assert.equal(parseAxis("column=gender"), { column: "gender" });
  assert.equal(parseAxis("column=gender,women=F,men=M"), { column: "gender", women: ["F"], men: ["M"] });
  assert.equal(parseAxis('{"a": ["x, y"], "b": ["z"]}'), { a: ["x, y"], b: ["z"] });
  const cases: [string, RegExp][] = [
    ["women=Women", /two sides or more/],
    ["neutral=A,b=B", /another name/],
    ["women=,men=Men", /write SIDE=NAME/],
    ["{", /write SIDE=NAME/],
    ["{}", /two sides or more/],
    ['{"a": 1, "b": ["x"]}', /write SIDE=NAME/],
    ["", /write SIDE=NAME|two sides/],
  ];
  for (const [text, says] of cases)
    assert.throws(
      () => parseAxis(text),
      (error: Error) => error instanceof InputError && says.test(error.message),
      text,
    );
});

test.run();
