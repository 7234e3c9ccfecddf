import { z } from "zod";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import { widenBfloat16, widenFloat16 } from "./half-precision";
import { JsonFault, parseStrictJson } from "./strict-json";

/*
 * Why this reader is here: no package on npm reads safetensors files. @huggingface/hub reads their headers only, and checks neither
 * overlaps, holes, bytes that are left over, nor sizes. The rules below are those of the reference implementation
 * (https://github.com/huggingface/safetensors), against which the fuzzer in test/faults/fuzz holds them. It is stricter in this:
 * a key twice in an object, a number that is not a whole one from 0 in digits, and numbers from 2^53 on are refused anywhere.
 */

/** A dense array as the lab stores it; the element type follows from the typed array. */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** A named array with its shape, row-major. */
export interface Tensor {
  shape: number[];
  data: TensorData;
}

type Maker = { new (buffer: ArrayBuffer): TensorData; BYTES_PER_ELEMENT: number };

const DTYPES: ReadonlyArray<{ name: string; make: Maker }> = [
  { name: "F64", make: Float64Array },
  { name: "F32", make: Float32Array },
  { name: "I32", make: Int32Array },
  { name: "U32", make: Uint32Array },
  { name: "U8", make: Uint8Array },
];

/** How each type is read; `bits` of one element. Types without `read` are checked like the others and named, not read. */
const READERS: Readonly<Record<string, { bits: number; read?: (bytes: ArrayBuffer) => TensorData }>> = {
  ...Object.fromEntries(
    DTYPES.map(({ name, make }) => [name, { bits: 8 * make.BYTES_PER_ELEMENT, read: (b: ArrayBuffer) => new make(b) }]),
  ),
  F16: { bits: 16, read: widenFloat16 },
  BF16: { bits: 16, read: widenBfloat16 },
  ...Object.fromEntries(
    Object.entries({
      ...{ BOOL: 8, I8: 8, F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8 },
      ...{ F4: 4, F6_E2M3: 6, F6_E3M2: 6, I16: 16, U16: 16, I64: 64, U64: 64, C64: 64 },
    }).map(([name, bits]) => [name, { bits }]),
  ),
};

/** Largest header that is believed, as in the reference implementation (100 MB). */
const MAX_HEADER_BYTES = 100_000_000;

/** What a file holds; all three are objects without a prototype, so that any name is a name. */
export interface DecodedSafetensors {
  tensors: Record<string, Tensor>;
  metadata: Record<string, string>;
  /** Types of the tensors that are whole but of a type that is not read here. */
  unread: Record<string, string>;
}

/**
 * Encode tensors in the safetensors format (https://huggingface.co/docs/safetensors): eight bytes of header
 * length, a JSON header, then the raw little-endian data. The same tensors give the same bytes.
 *
 * @param tensors by name; @param metadata strings kept in the header under `__metadata__`, which comes first
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const chunks = safetensorsChunks(tensors, metadata);
  const bytes = Buffer.allocUnsafeSlow(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** What {@link encodeSafetensors} joins: the header, then the tensors' own bytes in the file's order, not copied. */
export function safetensorsChunks(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, tensor] of inFileOrder(tensors)) {
    const dtype = DTYPES.find(({ make }) => tensor.data instanceof make);
    if (!dtype) throw new TypeError(`Tensor ${name} has no safetensors type.`);
    const size = tensor.shape.reduce((product, side) => product * side, 1);
    if (size !== tensor.data.length)
      throw new RangeError(`Tensor ${name} has shape [${tensor.shape}] but ${tensor.data.length} values.`);
    const { buffer, byteOffset, byteLength } = tensor.data;
    header[name] = { dtype: dtype.name, shape: tensor.shape, data_offsets: [offset, offset + byteLength] };
    data.push(new Uint8Array(buffer, byteOffset, byteLength));
    offset += byteLength;
  }
  const json = Buffer.from(JSON.stringify(header), "utf8");
  const headerLength = Math.ceil(json.length / 8) * 8;
  const head = Buffer.alloc(8 + headerLength, " ");
  head.writeBigUInt64LE(BigInt(headerLength), 0);
  json.copy(head, 8);
  return [head, ...data];
}

/** Tensors in the order of a file: wide elements first, so that every array starts aligned; then by name. */
export function inFileOrder(tensors: Readonly<Record<string, Tensor>>): [name: string, tensor: Tensor][] {
  return Object.entries(tensors).sort(
    ([a, { data: left }], [b, { data: right }]) => right.BYTES_PER_ELEMENT - left.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
}

/**
 * Decode a safetensors file; F16 and BF16 come as single precision, which holds each of their values.
 *
 * @param bytes the file's content; @param file its name, for errors
 * @throws InputError when the header, a shape or an offset does not fit the file, when tensors overlap or bytes belong to none
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): DecodedSafetensors {
  const bad = (what: string): InputError =>
    new InputError(`${file} is not a whole safetensors file: ${what}. Write or download it again.`);
  const { header, body } = splitFile(bytes, bad);
  const decoded: DecodedSafetensors = {
    tensors: Object.create(null),
    metadata: Object.create(null),
    unread: Object.create(null),
  };
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(header))
    if (name === "__metadata__") Object.assign(decoded.metadata, readMetadata(value, bad));
    else entries.push(readEntry(name, value, body.length, bad));
  checkTiling(entries, body.length, bad);
  for (const { name, dtype, shape, start, end } of entries) {
    const { read } = READERS[dtype];
    // Copied out, so that the array is aligned whatever the file's layout.
    if (read) decoded.tensors[name] = { shape, data: read(new Uint8Array(body.subarray(start, end)).buffer) };
    else decoded.unread[name] = dtype;
  }
  return decoded;
}

type Bad = (what: string) => InputError;

interface TensorEntry {
  name: string;
  dtype: string;
  shape: number[];
  start: number;
  end: number;
}

function splitFile(bytes: Uint8Array, bad: Bad): { header: Record<string, unknown>; body: Uint8Array } {
  if (bytes.length < 8) throw bad(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || 8 + Number(length) > bytes.length)
    throw bad(`its header claims ${length} bytes of ${bytes.length}`);
  const end = 8 + Number(length);
  if (bytes[8] !== 0x7b) throw bad("its header does not begin with {");
  try {
    const header = parseStrictJson(bytes.subarray(8, end), { wholeNumbers: true, mark: false });
    return { header: header as Record<string, unknown>, body: bytes.subarray(end) };
  } catch (error) {
    if (error instanceof JsonFault) throw bad(`its header ${error.message}`);
    throw error;
  }
}

function readMetadata(value: unknown, bad: Bad): Record<string, string> {
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw bad("its __metadata__ is no map of strings");
  const wrong = Object.entries(value).find(([, text]) => typeof text !== "string");
  if (wrong) throw bad(`its __metadata__ has ${quote(wrong[0])}, which is no text: it is a map of strings`);
  return value as Record<string, string>;
}

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number()),
  data_offsets: z.tuple([z.number(), z.number()]),
});

function readEntry(name: string, value: unknown, bodyLength: number, bad: Bad): TensorEntry {
  const tensor = `tensor ${quote(name)}`;
  const result = entrySchema.safeParse(value);
  if (!result.success) {
    const { path } = result.error.issues[0];
    throw bad(
      path.length > 0
        ? `the ${String(path[0])} of ${tensor} is missing or wrong`
        : `${tensor} is described by no object`,
    );
  }
  const { dtype, shape, data_offsets } = result.data;
  const [start, end] = data_offsets;
  if (!Object.hasOwn(READERS, dtype)) throw bad(`${tensor} has type ${quote(dtype)}, which the format does not know`);
  // Each step is looked at: a product that has once grown too large for an exact number says nothing any more.
  let bits = READERS[dtype].bits;
  let size = 1;
  for (const side of shape) {
    size *= side;
    if (!Number.isSafeInteger(size)) throw bad(`${tensor} has a shape of too many values to count`);
  }
  bits *= size;
  if (!Number.isSafeInteger(bits)) throw bad(`${tensor} has a shape of too many bytes to count`);
  if (!(start <= end && end <= bodyLength && bits === 8 * (end - start)))
    throw bad(`${tensor} of type ${dtype} and shape [${shape}] claims bytes ${start} to ${end} of ${bodyLength}`);
  return { name, dtype, shape, start, end };
}

/** Tensors lie one behind the other from the first byte to the last. */
function checkTiling(entries: readonly TensorEntry[], bodyLength: number, bad: Bad): void {
  let offset = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < offset) throw bad(`tensor ${quote(name)} begins at byte ${start}, within another tensor`);
    if (start > offset) throw bad(`bytes ${offset} to ${start} belong to no tensor`);
    offset = end;
  }
  if (offset < bodyLength) throw bad(`its last ${bodyLength - offset} bytes belong to no tensor`);
}
