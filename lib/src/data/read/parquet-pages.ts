import * as zlib from "node:zlib";
import { buf as crc32 } from "crc-32";
import { decompress as fzstd } from "fzstd";
import { uncompress as unsnappy } from "snappyjs";
import { quote } from "../../base/quote";
import { readThrift, ThriftEnd, ThriftError, type ThriftStruct } from "../../formats/thrift";
import { NotWhole } from "./parquet-footer";
import { walkRuns } from "./parquet-runs";
import { type ColumnChunk, PAGE_HEADER } from "./parquet-types";

const [DATA, , DICTIONARY, DATA_V2] = [0, 1, 2, 3];
const [PLAIN, PLAIN_DICTIONARY, RLE, BIT_PACKED, RLE_DICTIONARY] = [0, 2, 3, 4, 8];
const UNCOMPRESSED = 0;

/** Node's own is faster; it came with 22.15. */
const unzstd = (zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array }).zstdDecompressSync ?? fzstd;

/** What a page of so many bytes holds, by the codec's number; the others' pages are left to the database. */
const CODECS: Readonly<Record<number, (bytes: Buffer, size: number) => Uint8Array>> = {
  [UNCOMPRESSED]: (bytes) => bytes,
  1: (bytes, size) => unsnappy(bytes, size),
  2: (bytes, size) => zlib.unzipSync(bytes, { maxOutputLength: size + 1 }),
  4: (bytes, size) => zlib.brotliDecompressSync(bytes, { maxOutputLength: size + 1 }),
  6: (bytes) => unzstd(bytes),
};

/** A header with long statistics is longer than this; then more is read, up to the second. */
const HEADER_BYTES = 1 << 12;
const LONGEST_HEADER = 1 << 24;

/**
 * Check the pages of a column chunk one after the other: their headers, their sizes, their checksums where they have any, that
 * they can be decompressed, and that levels and references into the dictionary are all there. Values are left to the database.
 *
 * @param read gives bytes of the file from an offset on, fewer at its end
 * @throws NotWhole that names the column, the row group and the page
 */
export function* checkPages(chunk: ColumnChunk, read: (offset: number, length: number) => Buffer): Generator<number> {
  let seen = 0;
  let dictionaries = 0;
  let offset = chunk.start;
  for (let page = 1; seen < chunk.values; page++) {
    try {
      const { header, length } = readHeader(offset, chunk.end, read);
      offset += length;
      const size = header.compressed as number;
      if (size < 0 || (header.uncompressed as number) < 0) throw new NotWhole("its size is below 0");
      if (size > chunk.end - offset) throw new NotWhole(`it takes ${size} bytes, and ${chunk.end - offset} are left`);
      if (header.type === DICTIONARY && ++dictionaries > 1) throw new NotWhole("it is a second dictionary");
      seen += checkPage(chunk, header, read(offset, size));
      offset += size;
    } catch (error) {
      if (!(error instanceof NotWhole)) throw error;
      throw new NotWhole(
        `page ${page} of the column ${quote(chunk.path.join("."))} in row group ${chunk.rowGroup}: ${error.message}`,
      );
    }
    yield offset;
  }
  if (seen !== chunk.values)
    throw new NotWhole(
      `the pages of the column ${quote(chunk.path.join("."))} in row group ${chunk.rowGroup} hold ${seen} values, and ${chunk.values} are announced`,
    );
}

function readHeader(
  offset: number,
  end: number,
  read: (offset: number, length: number) => Buffer,
): { header: ThriftStruct; length: number } {
  for (let size = HEADER_BYTES; ; size *= 16) {
    const bytes = read(offset, Math.min(size, end - offset));
    try {
      const { value, length } = readThrift(bytes, PAGE_HEADER);
      return { header: value, length };
    } catch (error) {
      if (!(error instanceof ThriftError)) throw error;
      if (!(error instanceof ThriftEnd) || offset + bytes.length >= end || size >= LONGEST_HEADER)
        throw new NotWhole(bytes.length === 0 ? "it is missing" : `its header cannot be read: ${error.message}`);
    }
  }
}

/** @returns how many values the page holds, 0 where it is no page of data */
function checkPage(chunk: ColumnChunk, header: ThriftStruct, bytes: Buffer): number {
  const { type, crc, uncompressed } = header as { type: number; crc?: number; uncompressed: number };
  if (![DATA, DICTIONARY, DATA_V2].includes(type)) return 0;
  if (crc !== undefined && crc32(bytes) !== crc) throw new NotWhole("its checksum is not that of its bytes");
  const described = { [DATA]: header.data, [DICTIONARY]: header.dictionary, [DATA_V2]: header.dataV2 }[type];
  if (described === undefined) throw new NotWhole("its header does not describe it");
  const fields = described as Record<string, number> & { compressed?: boolean };
  if (fields.values < 0) throw new NotWhole(`it holds ${fields.values} values`);
  if (type === DICTIONARY) {
    if (fields.encoding !== PLAIN && fields.encoding !== PLAIN_DICTIONARY)
      throw new NotWhole(`its encoding (${fields.encoding}) is not one of dictionaries`);
    decompressed(chunk.codec, bytes, uncompressed);
    return 0;
  }
  if (type === DATA) checkFirstVersion(chunk, fields, decompressed(chunk.codec, bytes, uncompressed));
  else {
    const levels = fields.definitionBytes + fields.repetitionBytes;
    if (fields.definitionBytes < 0 || fields.repetitionBytes < 0 || levels > Math.min(bytes.length, uncompressed))
      throw new NotWhole(`its levels take ${levels} bytes of ${bytes.length}`);
    if (fields.nulls < 0 || fields.nulls > fields.values)
      throw new NotWhole(`${fields.nulls} of ${fields.values} values are null`);
    // Left out means true.
    const codec = fields.compressed === false ? UNCOMPRESSED : chunk.codec;
    const values = decompressed(codec, bytes.subarray(levels), uncompressed - levels);
    const { repetitionBytes: middle } = fields;
    if (chunk.maxRepetition > 0) walkRuns(bytes.subarray(0, middle), width(chunk.maxRepetition), fields.values);
    if (chunk.maxDefinition > 0) walkRuns(bytes.subarray(middle, levels), width(chunk.maxDefinition), fields.values);
    if (values) checkReferences(fields.encoding, values, fields.values - fields.nulls);
  }
  return fields.values;
}

/** Levels lie before the values here, each after its length, and are compressed with them. */
function checkFirstVersion(chunk: ColumnChunk, fields: Record<string, number>, page: Buffer | undefined): void {
  if (page === undefined) return;
  let offset = 0;
  let present = fields.values;
  for (const [highest, encoding, counted] of [
    [chunk.maxRepetition, fields.repetitionEncoding, undefined],
    [chunk.maxDefinition, fields.definitionEncoding, chunk.maxDefinition],
  ] as const) {
    if (highest === 0) continue;
    // The only other encoding, out of use, packs levels in another order; what they count is left to the database.
    if (encoding === BIT_PACKED) return;
    if (encoding !== RLE) throw new NotWhole(`its levels are encoded in a way (${encoding}) that there is not`);
    if (page.length - offset < 4) throw new NotWhole("its levels are missing");
    const length = page.readUInt32LE(offset);
    offset += 4;
    if (length > page.length - offset)
      throw new NotWhole(`its levels take ${length} bytes, and ${page.length - offset} are left`);
    const equal = walkRuns(page.subarray(offset, offset + length), width(highest), fields.values, counted);
    if (counted !== undefined) present = equal;
    offset += length;
  }
  checkReferences(fields.encoding, page.subarray(offset), present);
}

/** References into the dictionary: their width in bits, then runs. */
function checkReferences(encoding: number, values: Buffer, count: number): void {
  if ((encoding !== PLAIN_DICTIONARY && encoding !== RLE_DICTIONARY) || count === 0) return;
  if (values.length === 0) throw new NotWhole("its values are missing");
  if (values[0] > 32) throw new NotWhole(`its references are ${values[0]} bits wide`);
  walkRuns(values.subarray(1), values[0], count);
}

/** A page's content, of the size that its header states; undefined where the codec is left to the database. */
function decompressed(codec: number, bytes: Buffer, size: number): Buffer | undefined {
  const unpack = CODECS[codec];
  if (unpack === undefined) return undefined;
  let content: Uint8Array;
  try {
    content = size === 0 && bytes.length === 0 ? bytes : unpack(bytes, size);
  } catch (error) {
    throw new NotWhole(`it cannot be decompressed (${(error as Error).message})`);
  }
  if (content.length !== size) throw new NotWhole(`it holds ${content.length} bytes, and its header states ${size}`);
  return Buffer.from(content.buffer, content.byteOffset, content.length);
}

const width = (highest: number): number => 32 - Math.clz32(highest);
