import { z } from "zod";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import { parsePythonDict } from "./python-literal";
import type { Tensor } from "./safetensors";

/*
 * Why this reader is here: npyjs 1.2 and numpy-parser 1.2 find the header's fields by regular expressions, compare neither the
 * shape nor the header's length with the file, and give an array in column order as if it lay in rows.
 */

const KINDS = [
  { descr: "<f4", make: Float32Array },
  { descr: "<f8", make: Float64Array },
  { descr: "<i4", make: Int32Array },
  { descr: "|u1", make: Uint8Array },
] as const;

/** Encode an array as NumPy's .npy, version 1.0, row-major. */
export function encodeNpy({ shape, data }: Tensor): Uint8Array {
  const kind = KINDS.find(({ make }) => data instanceof make);
  if (!kind) throw new TypeError("This array has no .npy type that is written here.");
  const size = shape.reduce((product, side) => product * side, 1);
  if (size !== data.length) throw new RangeError(`Shape [${shape}] has not ${data.length} values.`);
  const sides = shape.map((side) => `${side},`).join(" ");
  const header = `{'descr': '${kind.descr}', 'fortran_order': False, 'shape': (${sides}), }`;
  // Magic, version and length take ten bytes; with them the header ends, by a newline, at a multiple of 64.
  const padded = Math.ceil((header.length + 11) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + padded + data.byteLength);
  bytes.set(Buffer.from("\x93NUMPY\x01\x00", "latin1"));
  new DataView(bytes.buffer).setUint16(8, padded, true);
  bytes.set(Buffer.from(`${header.padEnd(padded - 1)}\n`, "latin1"), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + padded);
  return bytes;
}

/** A header that is longer is no description of one plain array; NumPy stops there as well. */
const MAX_HEADER_BYTES = 10_000;

/**
 * Decode a .npy file, versions 1.0 to 3.0, row-major. Of what NumPy reads, arrays in column order, of big-endian numbers, of
 * structures and of objects (which are pickles, programs that run when they are read) are refused by name.
 *
 * @param bytes the file's content; @param file its name, for errors
 * @throws InputError when it is no such file, or holds a type that is not read here
 */
export function decodeNpy(bytes: Uint8Array, file: string): Tensor {
  const bad = (what: string): InputError =>
    new InputError(
      `${file} is not a .npy file that is read here: ${what}. Write it as np.save("…", np.ascontiguousarray(a, "float32")).`,
    );
  const { text, body } = splitFile(bytes, bad);
  const { descr, fortran_order: columnOrder, shape } = readHeader(text, bad);
  const kind = KINDS.find((known) => known.descr === descr);
  if (!kind) throw bad(whyNoKind(descr));
  if (columnOrder) throw bad("its array is in column order (fortran_order)");
  const itemBytes = kind.make.BYTES_PER_ELEMENT;
  const size = shape.reduce((product, side) => (Number.isSafeInteger(product) ? product * side : product), itemBytes);
  if (size !== body.length) {
    const what = body.length < size ? "it is cut short" : "bytes are left over";
    throw bad(`${what}: shape [${shape}] of ${descr} takes ${size} bytes, and ${body.length} follow its header`);
  }
  // Copied out, so that the array is aligned whatever the header's length.
  return { shape, data: new kind.make(new Uint8Array(body).buffer) };
}

type Bad = (what: string) => InputError;

function splitFile(bytes: Uint8Array, bad: Bad): { text: string; body: Uint8Array } {
  if (bytes.length < 10 || Buffer.from(bytes.subarray(0, 6)).toString("latin1") !== "\x93NUMPY")
    throw bad("it does not begin as one");
  const [major, minor] = [bytes[6], bytes[7]];
  if (major < 1 || major > 3 || minor !== 0) throw bad(`it has version ${major}.${minor}, and 1.0 to 3.0 are read`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw bad(`it has ${bytes.length} bytes`);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES || start + length > bytes.length)
    throw bad(`its header claims ${length} bytes of ${bytes.length}`);
  const header = bytes.subarray(start, start + length);
  if (header.some((byte) => byte > 126)) throw bad("its header is not ASCII");
  return { text: Buffer.from(header).toString("latin1"), body: bytes.subarray(start + length) };
}

/** Older releases of NumPy know no array of more. */
const MAX_DIMENSIONS = 32;

const headerSchema = z.strictObject({
  descr: z.union([z.string(), z.array(z.unknown())]),
  fortran_order: z.boolean(),
  shape: z.array(z.int().min(0)).max(MAX_DIMENSIONS),
});

function readHeader(text: string, bad: Bad): z.infer<typeof headerSchema> {
  const wrong = (): InputError => bad(`its header is ${quote(text.trim())}`);
  let value: unknown;
  try {
    value = parsePythonDict(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong();
    throw error;
  }
  const result = headerSchema.safeParse(value);
  if (!result.success) throw wrong();
  return result.data;
}

function whyNoKind(descr: string | unknown[]): string {
  if (typeof descr !== "string") return "its array is of structures (several fields a value)";
  if (/^[|<>=]?O/.test(descr)) return "its array is of Python objects (a pickle), which are never read";
  if (descr.startsWith(">")) return `its numbers are big-endian (${quote(descr)})`;
  return `its type is ${quote(descr)}, and ${KINDS.map((known) => known.descr).join(", ")} are read`;
}
