import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodeRecord, encodeRecord } from "../../lib/src/formats/record";

test("a long list of strings is kept as bytes and comes back the same, whatever is in it", () => {
  const ids = Array.from(
    { length: 3000 },
    (_, at) => ["", "007", "é", "日本", "👟 shoe", 'a"b\\n', "\u0000"][at % 7] + at,
  );
  ids[5] = "";
  const stored = encodeRecord({ deep: { ids }, short: ["a", "b"], n: 1 });
  assert.ok(stored.json.length < 100, stored.json);
  assert.equal(decodeRecord(stored, "f"), { deep: { ids }, short: ["a", "b"], n: 1 });
});

test("a list with a half of a surrogate pair, which UTF-8 cannot hold, stays JSON", () => {
  const ids = Array.from({ length: 1500 }, (_, at) => `i${at}`);
  ids[7] = "\ud83d";
  assert.equal(decodeRecord(encodeRecord(ids), "f"), ids);
});

test.run();
