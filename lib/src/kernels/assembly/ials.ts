import { gramOfRows } from "./common/gram";

/** Rows of a block: its sum in single precision keeps six digits. */
const BLOCK: i32 = 4096;

/** Gram matrix of block `block` of [rows, width], to slot `block` of `out` [blocks, width, width]. */
export function gram(matrix: usize, rows: i32, width: i32, out: usize, block: i32, _thread: i32): void {
  const from = block * BLOCK;
  gramOfRows(matrix, width, from, min(rows, from + BLOCK), out + (<usize>block) * <usize>(width * width) * 4);
}
