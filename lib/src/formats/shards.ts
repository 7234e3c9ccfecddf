import { InputError } from "../base/errors";
import { inFileOrder, type Tensor, type TensorData } from "./safetensors";

/** Bytes of arrays in one file at most: well below the 2 GiB that some readers take. */
export const SHARD_BYTES: number = 2 ** 30;

/** Tensors of one safetensors file, and what its header says beside them. */
export interface Shard {
  tensors: Record<string, Tensor>;
  metadata: Record<string, string>;
}

/**
 * Share tensors out over files of at most `bytes` of data each, in the order of one file. A tensor that is larger than that is
 * cut along its first axis, or, where a single row is larger, into runs of values; the values of all its pieces then stand in
 * the metadata as `lengths`, by name. Everything that fits into one file is one shard, without metadata.
 */
export function planShards(tensors: Readonly<Record<string, Tensor>>, bytes: number = SHARD_BYTES): Shard[] {
  const pieces = inFileOrder(tensors).flatMap(([name, tensor]) =>
    cut(tensor, bytes).map((piece) => ({ name, piece, length: tensor.data.length })),
  );
  const shards: Shard[] = [];
  let room = -1;
  let lengths: Record<string, number> = {};
  for (const { name, piece, length } of pieces) {
    const size = piece.data.byteLength;
    if (size > room) {
      shards.push({ tensors: Object.create(null), metadata: {} });
      room = bytes;
      lengths = {};
    }
    const shard = shards[shards.length - 1];
    shard.tensors[name] = piece;
    room -= size;
    if (piece.data.length === length) continue;
    lengths[name] = length;
    shard.metadata.lengths = JSON.stringify(lengths);
  }
  if (shards.length > 1)
    for (const [index, { metadata }] of shards.entries()) metadata.part = `${index + 1} of ${shards.length}`;
  return shards.length > 0 ? shards : [{ tensors: {}, metadata: {} }];
}

function cut({ shape, data }: Tensor, bytes: number): Tensor[] {
  if (data.byteLength <= bytes) return [{ shape, data }];
  const rowLength = data.length / shape[0];
  const byRows = rowLength * data.BYTES_PER_ELEMENT <= bytes;
  const step = Math.floor(bytes / data.BYTES_PER_ELEMENT / (byRows ? rowLength : 1)) * (byRows ? rowLength : 1);
  const pieces: Tensor[] = [];
  for (let offset = 0; offset < data.length; offset += step) {
    const piece = data.subarray(offset, offset + step);
    pieces.push({ shape: byRows ? [piece.length / rowLength, ...shape.slice(1)] : [piece.length], data: piece });
  }
  return pieces;
}

/**
 * The inverse of {@link planShards}; shards come one at a time, so that only one is in memory beside the result. A tensor that was
 * cut comes back with one axis.
 *
 * @param file names where they came from, for errors
 * @throws InputError when the pieces of a tensor are not all there
 */
export function joinShards(shards: Iterable<Shard>, file: string): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = Object.create(null);
  const filled: Record<string, number> = Object.create(null);
  for (const { tensors: pieces, metadata } of shards) {
    const lengths = JSON.parse(metadata.lengths ?? "{}") as Record<string, number>;
    for (const [name, piece] of Object.entries(pieces)) {
      const length = Object.hasOwn(lengths, name) ? lengths[name] : undefined;
      if (length === undefined) {
        tensors[name] = piece;
        continue;
      }
      const Data = piece.data.constructor as new (length: number) => TensorData;
      tensors[name] ??= { shape: [length], data: new Data(length) };
      filled[name] ??= 0;
      if (filled[name] + piece.data.length <= length) tensors[name].data.set(piece.data, filled[name]);
      filled[name] += piece.data.length;
    }
  }
  for (const [name, values] of Object.entries(filled))
    if (values !== tensors[name].data.length)
      throw new InputError(
        `${file} has ${values} values of the array "${name}", which has ${tensors[name].data.length}.`,
      );
  return tensors;
}
