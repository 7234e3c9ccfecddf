import type { Csr } from "../records/interactions";

/** Most rows that are in the kernel's memory together. */
export const CHUNK = 8192;

/** Masked items that are there together, unless one row has more. */
const MASKED: number = 1 << 24;

/** Rows that are in the kernel's memory together, and how many masked items they have. */
export interface Chunk {
  from: number;
  to: number;
  masked: number;
}

/** Rows in their order, as many together as there is room for; one that comes again right after itself masks nothing more. */
export function chunksOf(rows: Int32Array, mask?: Csr): Chunk[] {
  const chunks: Chunk[] = [];
  let chunk: Chunk | undefined;
  for (let index = 0; index < rows.length; index++) {
    const all = mask ? mask.indptr[rows[index] + 1] - mask.indptr[rows[index]] : 0;
    const more = chunk && rows[index] === rows[index - 1] ? 0 : all;
    if (!chunk || index - chunk.from === CHUNK || chunk.masked + more > MASKED) {
      chunk = { from: index, to: index, masked: all };
      chunks.push(chunk);
    } else chunk.masked += more;
    chunk.to = index + 1;
  }
  return chunks;
}
