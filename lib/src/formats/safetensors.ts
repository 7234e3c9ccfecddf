import { InputError } from "../errors";

/** A dense array as the lab stores it; the element type follows from the typed array. */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** A named array with its shape, row-major. */
export interface Tensor {
  shape: number[];
  data: TensorData;
}

const DTYPES: ReadonlyArray<{
  name: string;
  make: {
    new (buffer: ArrayBuffer): TensorData;
    BYTES_PER_ELEMENT: number;
  };
}> = [
  { name: "F64", make: Float64Array },
  { name: "F32", make: Float32Array },
  { name: "I32", make: Int32Array },
  { name: "U32", make: Uint32Array },
  { name: "U8", make: Uint8Array },
];

/** Largest header that is believed, as in the reference implementation (100 MB). */
const MAX_HEADER_BYTES = 100_000_000;

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
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
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
 * Decode a safetensors file.
 *
 * @param bytes the file's content; @param file its name, for errors
 * @throws InputError when the header, a shape or an offset does not fit the file
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  file: string,
): { tensors: Record<string, Tensor>; metadata: Record<string, string> } {
  const bad = (what: string): InputError =>
    new InputError(`${file} is not a whole safetensors file: ${what}. Write or download it again.`);
  if (bytes.length < 8) throw bad(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > MAX_HEADER_BYTES || 8 + headerLength > bytes.length)
    throw bad(`its header claims ${headerLength} bytes of ${bytes.length}`);
  let header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + headerLength)).toString("utf8"));
  } catch {
    throw bad("its header is not JSON");
  }
  const metadata = (header.__metadata__ ?? {}) as unknown as Record<string, string>;
  const body = bytes.subarray(8 + headerLength);
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const dtype = DTYPES.find((known) => known.name === entry.dtype);
    if (!dtype) throw bad(`tensor ${name} has type ${entry.dtype}, and only ${DTYPES.map((t) => t.name)} are read`);
    const [start, end] = entry.data_offsets;
    const length = entry.shape.reduce((product, side) => product * side, 1) * dtype.make.BYTES_PER_ELEMENT;
    if (!(start >= 0 && end <= body.length && end - start === length))
      throw bad(`tensor ${name} of shape [${entry.shape}] claims bytes ${start} to ${end} of ${body.length}`);
    // Copied out, so that the array is aligned whatever the file's layout.
    tensors[name] = { shape: entry.shape, data: new dtype.make(new Uint8Array(body.subarray(start, end)).buffer) };
  }
  return { tensors, metadata };
}
