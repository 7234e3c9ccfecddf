import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ingestFiles } from "../../../lib/src/data/read/ingest";
import { checkParquet } from "../../../lib/src/data/read/parquet-check";
import { readFooter } from "../../../lib/src/data/read/parquet-footer";
import { walkRuns } from "../../../lib/src/data/read/parquet-runs";
import { FILE_META_DATA, PAGE_HEADER } from "../../../lib/src/data/read/parquet-types";
import { readThrift, type ThriftStruct } from "../../../lib/src/formats/thrift";
import { rejection, scratch, source, writeParquet } from "../files";

const { dir, put } = scratch();
const COLUMNS = ["user_id", "item_id", "rating"];
const SELECT =
  "SELECT 'u' || n % 7 AS user_id, nullif('i' || n % 9, 'i3') AS item_id, (n % 5)::DOUBLE AS rating, [n, n + 1] AS list FROM range(60) t(n)";

const FORMS = ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw", "uncompressed, PARQUET_VERSION v2"];
const files = new Map<string, Buffer>();
let plain: Buffer;
test.before(async () => {
  for (const form of FORMS) {
    const file = join(dir, "form.parquet");
    await writeParquet(file, SELECT, `COMPRESSION ${form}`);
    files.set(form, readFileSync(file));
  }
  plain = files.get("uncompressed") as Buffer;
});

const footerStart = (bytes: Buffer): number => bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
const readerOf = (bytes: Buffer) => (offset: number, length: number) => bytes.subarray(offset, offset + length);

/** A file with another footer. */
function withFooter(bytes: Buffer, footer: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([bytes.subarray(0, footerStart(bytes)), footer, length, Buffer.from("PAR1")]);
}

/** A file with one of its bytes another. */
function withByte(bytes: Buffer, offset: number, byte: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[offset] = byte;
  return changed;
}

const refusal = async (bytes: Buffer): Promise<string> =>
  (await rejection(checkParquet(put("damaged.parquet", bytes), "ratings", COLUMNS))).message;

/** Where the first page of a column begins, its header, and where its bytes begin. */
function firstPage(bytes: Buffer, column: string): { start: number; body: number; header: ThriftStruct } {
  const chunk = readFooter(bytes.length, readerOf(bytes)).find(({ path }) => path[0] === column);
  const start = chunk?.start as number;
  const { value, length } = readThrift(bytes.subarray(start), PAGE_HEADER);
  return { start, body: start + length, header: value };
}

for (const form of FORMS)
  test(`a whole file is taken: ${form}`, async () => {
    await checkParquet(put("whole.parquet", files.get(form) as Buffer), "ratings", [...COLUMNS, "list"]);
  });

test("the footer gives each column's place, levels and values", () => {
  const chunks = readFooter(plain.length, readerOf(plain));
  assert.equal(
    chunks.map(({ path, rowGroup, values, maxDefinition, maxRepetition }) => [
      path[0],
      rowGroup,
      values,
      maxDefinition,
      maxRepetition,
    ]),
    [
      ["user_id", 1, 60, 1, 0],
      ["item_id", 1, 60, 1, 0],
      ["rating", 1, 60, 1, 0],
      ["list", 1, 120, 3, 1],
    ],
  );
  assert.is(chunks[0].start, 4);
  for (const [index, { start }] of chunks.slice(1).entries()) assert.is(start, chunks[index].end);
});

test("a footer that ends within a field, or before its end, is refused although the database takes it", async () => {
  const footer = plain.subarray(footerStart(plain), plain.length - 8);
  assert.match(await refusal(withFooter(plain, footer.subarray(0, -1))), /its footer cannot be read: it ends within/);
  assert.match(await refusal(withFooter(plain, Buffer.concat([footer, Buffer.alloc(3)]))), /it ends 3 bytes early/);
});

test("the same is said by whoever reads ratings, in one sentence with what to do", async () => {
  const footer = plain.subarray(footerStart(plain), plain.length - 8);
  const file = put("short.parquet", withFooter(plain, footer.subarray(0, -1)));
  const { message } = await rejection(ingestFiles(source(file)));
  assert.match(
    message,
    /^The ratings file .*short\.parquet is no whole Parquet file \(.*\): write or fetch it again\.$/,
  );
});

test("fewer orders than columns are refused", async () => {
  const footer = plain.subarray(footerStart(plain), plain.length - 8);
  const orders = footer.lastIndexOf(Buffer.from("194c", "hex"));
  const { value } = readThrift(footer, FILE_META_DATA);
  assert.is((value.columnOrders as unknown[]).length, 4);
  // One order less: the list's head says three, and one empty order (its two fields' ends) goes.
  const fewer = Buffer.concat([
    footer.subarray(0, orders + 1),
    Buffer.from([0x3c]),
    footer.subarray(orders + 2, orders + 2),
    footer.subarray(orders + 5),
  ]);
  assert.match(await refusal(withFooter(plain, fewer)), /its footer orders 3 columns of 4/);
});

test("a name that is not UTF-8, and a column of another type than the schema's, are refused", async () => {
  const name = plain.indexOf("rating", footerStart(plain));
  assert.match(await refusal(withByte(plain, name, 0xfc)), /the name ".ating" in its schema is not UTF-8/);
  const last = plain.lastIndexOf("rating");
  assert.match(
    await refusal(withByte(plain, last, 0x73)),
    /column 3 of row group 1 is named "sating", in the schema "rating"/,
  );
  // The type is the first field of a column's description: its head, 0x15, then 5 for double, doubled as the protocol does.
  const path = plain.lastIndexOf("rating");
  const type = plain.lastIndexOf(Buffer.from([0x15, 10]), path);
  assert.match(await refusal(withByte(plain, type + 1, 4)), /column 3 of row group 1 has the type 2, the schema 5/);
});

test("integers of a width that their type does not hold are refused", async () => {
  const file = join(dir, "integers.parquet");
  await writeParquet(file, "SELECT n::BIGINT AS user_id, n AS item_id FROM range(60) t(n)", "COMPRESSION uncompressed");
  const bytes = readFileSync(file);
  // The type before logical ones is field 6: for 64 signed bits it is 18, doubled; 12 is 16 unsigned bits.
  const place = bytes.indexOf(Buffer.concat([Buffer.from("user_id"), Buffer.from([0x25, 36])]), footerStart(bytes)) + 8;
  assert.ok(place >= 8);
  assert.match(await refusal(withByte(bytes, place, 24)), /"user_id" has integers of 16 bits in the type 2/);
});

test("a column that is said to lie beyond the footer is refused", async () => {
  const shorter = Buffer.concat([plain.subarray(0, 4), plain.subarray(404)]);
  assert.match(await refusal(shorter), /column \d of row group 1 is said to lie in bytes \d+ to \d+ of \d+/);
});

test("a page whose stated size does not fit is refused, by column, row group and page", async () => {
  const { start, header } = firstPage(plain, "rating");
  // The compressed size is field 3, a number after its head, which follows the uncompressed size.
  const place = plain.indexOf(0x15, plain.indexOf(0x15, start + 2) + 1) + 1;
  assert.ok((header.compressed as number) > 0);
  const message = await refusal(withByte(plain, place, 0x7e));
  assert.match(message, /page 1 of the column "rating" in row group 1: /);
});

test("levels in an encoding that there is not are refused", async () => {
  const { start } = firstPage(plain, "rating");
  // Of the data page's own header: values, its encoding, then that of the levels, 3 doubled.
  const place = plain.indexOf(Buffer.from([0x15, 6, 0x15, 6]), start);
  assert.ok(place > start && place < footerStart(plain));
  assert.match(await refusal(withByte(plain, place + 1, 22)), /its levels are encoded in a way \(11\)/);
});

test("a gzip page with a wrong checksum is refused", async () => {
  const bytes = files.get("gzip") as Buffer;
  const { body, header } = firstPage(bytes, "rating");
  const checksum = body + (header.compressed as number) - 8;
  const message = await refusal(withByte(bytes, checksum, bytes[checksum] ^ 1));
  assert.match(
    message,
    /page 1 of the column "rating" in row group 1: it cannot be decompressed \(incorrect data check\)/,
  );
});

test("damage in a column that is not read is no concern", async () => {
  const bytes = files.get("gzip") as Buffer;
  const { body, header } = firstPage(bytes, "rating");
  const file = put("other.parquet", withByte(bytes, body + (header.compressed as number) - 8, 0));
  await checkParquet(file, "ratings", ["user_id", "item_id"]);
});

test("every byte of the file cut off its end is noticed", async () => {
  for (let length = 0; length < plain.length; length += 7)
    assert.match(await refusal(plain.subarray(0, length)), /no whole Parquet file/);
});

test("runs are walked: repeated and packed ones, up to what is wanted, and none beyond the bytes", () => {
  // Three bits each: five times 2, then a packed group of 0 to 7.
  const runs = Buffer.from([5 << 1, 2, (1 << 1) | 1, 0b10001000, 0b11000110, 0b11111010]);
  assert.is(walkRuns(runs, 3, 13), 0);
  assert.is(walkRuns(runs, 3, 13, 2), 6);
  assert.is(walkRuns(runs, 3, 7, 2), 5);
  assert.is(walkRuns(runs, 3, 8, 2), 6);
  assert.throws(() => walkRuns(runs, 3, 14), /break off/);
  assert.throws(() => walkRuns(runs.subarray(0, 5), 3, 13), /takes 3 bytes, and 2 are left/);
  assert.throws(() => walkRuns(Buffer.from([0, 0]), 1, 1), /a run of no numbers/);
});

test.run();
