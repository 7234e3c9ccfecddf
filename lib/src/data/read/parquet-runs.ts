import { NotWhole } from "./parquet-footer";

/**
 * Walk through numbers in Parquet's hybrid of repeated and bit-packed runs without unpacking more than is asked.
 *
 * @param bytes the runs and nothing before them
 * @param width bits of a number, 0 to 32
 * @param count how many numbers are wanted
 * @param wanted count the numbers equal to this
 * @returns how many of them are equal to it; 0 where nothing is wanted
 * @throws NotWhole where a run that is needed goes beyond the bytes
 */
export function walkRuns(bytes: Buffer, width: number, count: number, wanted?: number): number {
  const valueBytes = Math.ceil(width / 8);
  let offset = 0;
  let equal = 0;
  for (let left = count; left > 0; ) {
    const [header, begin] = varint(bytes, offset);
    const packed = (header & 1) === 1;
    const length = packed ? (header >>> 1) * 8 : header >>> 1;
    const size = packed ? (header >>> 1) * width : valueBytes;
    if (begin + size > bytes.length)
      throw new NotWhole(`a run of ${length} numbers takes ${size} bytes, and ${bytes.length - begin} are left`);
    if (length === 0) throw new NotWhole("a run of no numbers");
    const used = Math.min(length, left);
    if (wanted !== undefined) {
      if (!packed) equal += readBits(bytes, begin * 8, width) === wanted ? used : 0;
      else for (let n = 0; n < used; n++) if (readBits(bytes, begin * 8 + n * width, width) === wanted) equal++;
    }
    left -= used;
    offset = begin + size;
  }
  return equal;
}

function varint(bytes: Buffer, start: number): [value: number, end: number] {
  let value = 0;
  for (let n = 0; n < 5; n++) {
    if (start + n >= bytes.length) throw new NotWhole("its numbers break off");
    const byte = bytes[start + n];
    value += (byte & 127) * 2 ** (7 * n);
    if (byte < 128) {
      if (value > 0xffffffff) break;
      return [value, start + n + 1];
    }
  }
  throw new NotWhole("the length of a run is out of range");
}

function readBits(bytes: Buffer, start: number, width: number): number {
  let value = 0;
  for (let bit = 0; bit < width; bit++) {
    const place = start + bit;
    value += ((bytes[place >> 3] >> (place & 7)) & 1) * 2 ** bit;
  }
  return value;
}
