import { InputError } from "../errors";
import type { Tensor } from "./safetensors";

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

/**
 * Decode a .npy file, row-major.
 *
 * @param bytes the file's content; @param file its name, for errors
 * @throws InputError when it is no such file, or holds a type that is not read here
 */
export function decodeNpy(bytes: Uint8Array, file: string): Tensor {
  const bad = (what: string): InputError => new InputError(`${file} is not a .npy file that is read here: ${what}.`);
  if (Buffer.from(bytes.subarray(0, 6)).toString("latin1") !== "\x93NUMPY") throw bad("it begins otherwise");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = Buffer.from(bytes.subarray(start, start + length)).toString("latin1");
  const found = /'descr': '(\S+)', 'fortran_order': (\w+), 'shape': \(([\d, ]*)\)/.exec(header);
  const kind = KINDS.find(({ descr }) => descr === found?.[1]);
  if (!found || !kind || found[2] !== "False") throw bad(`its header is ${header.trim()}`);
  const shape = found[3]
    .split(",")
    .filter((side) => side.trim())
    .map(Number);
  // Copied out, so that the array is aligned whatever the header's length.
  const data = new kind.make(new Uint8Array(bytes.subarray(start + length)).buffer);
  if (data.length !== shape.reduce((product, side) => product * side, 1)) throw bad("it is cut short");
  return { shape, data };
}
