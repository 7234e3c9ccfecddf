import { test } from "uvu";
import * as assert from "uvu/assert";
import { ingestFiles } from "../../lib/src/data/read/ingest";
import { rejection, scratch, source } from "./files";

const { put } = scratch();

/** Run with so much memory. */
async function within<T>(memory: string, work: () => Promise<T>): Promise<T> {
  process.env.MSAE_MEMORY = memory;
  try {
    return await work();
  } finally {
    delete process.env.MSAE_MEMORY;
  }
}

test("rows too many for the memory give the same data, to the byte: equal ones are put together, and counted", async () => {
  const row = (at: number): string => `u${at % 300},i${(at * 7) % 90},${at % 5},${1000 + (at % 11)}`;
  const distinct = Array.from({ length: 5_000 }, (_, at) => row(at)).join("\n");
  const bare = distinct.replaceAll(/,\d+,\d+$/gm, "");
  for (const [name, header, rows, filters] of [
    [
      "rated.csv.gz",
      "user,item,rating,time",
      distinct,
      [{}, { minRating: 3 }, { from: 1004, until: 1008 }, { repeats: "highest" }],
    ],
    ["bare.csv.gz", "user,item", bare, [{}]],
  ] as const) {
    const file = put(name, `${header}\n${`${rows}\n`.repeat(300)}`);
    for (const filter of filters) {
      const read = () => ingestFiles(source(file, undefined, { filter }));
      assert.equal(await within("256MB", read), await read());
    }
  }
});

test("different rows too many for the memory are refused in a sentence that says how many, before they are taken out", async () => {
  const file = put(
    "many.csv",
    `user,item\n${Array.from({ length: 3_000_000 }, (_, at) => `${at % 1999},${at % 1500}\n`).join("")}`,
  );
  const { message } = await rejection(within("256MB", () => ingestFiles(source(file))));
  assert.match(
    message,
    /^There is not enough memory for 2,998,500 different ratings: they take some 0\.1 GB, and half of the 0\.3 GB .*\.$/,
  );
});

test.run();
