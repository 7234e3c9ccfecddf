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
  for (let at = 0; at < rows.length; at++) {
    const all = mask ? mask.indptr[rows[at] + 1] - mask.indptr[rows[at]] : 0;
    const more = chunk && rows[at] === rows[at - 1] ? 0 : all;
    if (!chunk || at - chunk.from === CHUNK || chunk.masked + more > MASKED) {
      chunk = { from: at, to: at, masked: all };
      chunks.push(chunk);
    } else chunk.masked += more;
    chunk.to = at + 1;
  }
  return chunks;
}
