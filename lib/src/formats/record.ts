import { isUtf8 } from "node:buffer";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import type { Tensor, TensorData } from "./safetensors";

/** A record split for the disk: everything but the arrays as JSON, the arrays as tensors. */
export interface StoredRecord {
  json: string;
  tensors: Record<string, Tensor>;
}

/** Shapes of arrays inside a record by dotted path, where one dimension would lose what rows are. */
export type Shapes = Readonly<Record<string, number[]>>;

const isTensorData = (value: unknown): value is TensorData =>
  value instanceof Float32Array ||
  value instanceof Float64Array ||
  value instanceof Int32Array ||
  value instanceof Uint32Array ||
  value instanceof Uint8Array;

/** Lists of at least so many strings are kept as bytes and offsets: a million ids are no JSON. */
const MANY_STRINGS = 1000;

/** Strings joined, as UTF-8, and where each ends in the joined text, in UTF-16 units. */
function packStrings(strings: readonly string[]): { bytes: Uint8Array; ends: Int32Array } {
  const ends = new Int32Array(strings.length);
  let end = 0;
  for (let index = 0; index < strings.length; index++) {
    end += strings[index].length;
    ends[index] = end;
  }
  return { bytes: Buffer.from(strings.join(""), "utf8"), ends };
}

function unpackStrings(bytes: TensorData, ends: TensorData, bad: Bad): string[] {
  if (!(bytes instanceof Uint8Array && ends instanceof Int32Array)) throw bad("a list of strings is of another type");
  if (!isUtf8(bytes)) throw bad("a list of strings is not UTF-8");
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const strings: string[] = new Array(ends.length);
  let start = 0;
  for (let index = 0; index < ends.length; index++) {
    const end = ends[index];
    if (end < start || end > text.length) throw bad("a list of strings ends where it cannot");
    strings[index] = text.slice(start, end);
    start = end;
  }
  if (start !== text.length) throw bad("a list of strings has text left over");
  return strings;
}

type Bad = (what: string) => InputError;

/** No lone surrogates: those have no UTF-8, and would not come back. */
const isManyStrings = (value: readonly unknown[]): value is string[] =>
  value.length >= MANY_STRINGS && value.every((entry) => typeof entry === "string" && !/\p{Cs}/u.test(entry));

/**
 * Split a record of plain values and typed arrays: each typed array becomes a tensor named by its dotted
 * path, and `{"$tensor": path}` stands in its place; so do long lists of strings, as `{"$strings": path}`. NaN and infinities survive as `{"$number": "NaN"}`.
 */
export function encodeRecord(record: unknown, shapes: Shapes = {}): StoredRecord {
  const tensors: Record<string, Tensor> = Object.create(null);
  const json = JSON.stringify(strip(record, "", shapes, tensors));
  return { json, tensors };
}

/**
 * The inverse of {@link encodeRecord}.
 *
 * @param file names where it came from, for errors
 * @throws InputError when the JSON is none, names an array that is not among the tensors, or a list of strings does not fit
 */
export function decodeRecord({ json, tensors }: StoredRecord, file: string): unknown {
  const bad: Bad = (what) =>
    new InputError(`${file} is no whole record: ${what}. Remove it, so that it is made again.`);
  const dataOf = (name: string): TensorData => {
    if (!Object.hasOwn(tensors, name)) throw bad(`it has no array ${quote(name)}, which its plain part names`);
    return tensors[name].data;
  };
  try {
    return JSON.parse(json, (_key, value) => {
      if (value === null || typeof value !== "object") return value;
      if (typeof value.$tensor === "string") return dataOf(value.$tensor);
      if (typeof value.$strings === "string")
        return unpackStrings(dataOf(`${value.$strings}.bytes`), dataOf(`${value.$strings}.ends`), bad);
      if (typeof value.$number === "string") return Number(value.$number);
      return value;
    });
  } catch (error) {
    if (error instanceof SyntaxError) throw bad(`its plain part is not JSON (${error.message})`);
    throw error;
  }
}

function strip(value: unknown, path: string, shapes: Shapes, tensors: Record<string, Tensor>): unknown {
  if (isTensorData(value)) {
    tensors[path] = { shape: shapes[path] ?? [value.length], data: value };
    return { $tensor: path };
  }
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  if (Array.isArray(value) && isManyStrings(value)) {
    const { bytes, ends } = packStrings(value);
    tensors[`${path}.bytes`] = { shape: [bytes.length], data: bytes };
    tensors[`${path}.ends`] = { shape: [ends.length], data: ends };
    return { $strings: path };
  }
  if (Array.isArray(value)) return value.map((entry, i) => strip(entry, `${path}[${i}]`, shapes, tensors));
  if (value !== null && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, strip(entry, path ? `${path}.${key}` : key, shapes, tensors)]),
    );
  return value;
}
