/**
 * Trades between two rows of `indices`, in place. What both rows hold stays; of what only one of them holds, each of the ways to
 * share it out again with as many for each is equally likely. The order within a row is not kept.
 *
 * @param integer a random integer in [0, n)
 * @returns trade(a, b), a and b two different rows
 */
export function trader(
  indptr: Int32Array,
  indices: Int32Array,
  cols: number,
  integer: (n: number) => number,
): (a: number, b: number) => void {
  let pool = new Int32Array(256);
  // Twice the number of the trade in which a column was last seen in row a, and 1 more where it was seen in both.
  const seen = new Int32Array(cols);
  let inA = 0;
  return (a, b) => {
    const [fromA, toA, fromB, toB] = [indptr[a], indptr[a + 1], indptr[b], indptr[b + 1]];
    if (pool.length < toA - fromA + toB - fromB) pool = new Int32Array(2 * (toA - fromA + toB - fromB));
    inA += 2;
    if (inA > 0x7ffffff0) {
      seen.fill(0);
      inA = 2;
    }
    for (let p = fromA; p < toA; p++) seen[indices[p]] = inA;
    // What is shared is put at the front of each row, what is its own goes into the pool: first a's, then b's.
    let common = 0;
    let keptB = fromB;
    const own = toA - fromA;
    let size = own;
    for (let p = fromB; p < toB; p++) {
      const column = indices[p];
      if (seen[column] === inA) {
        seen[column] = inA + 1;
        common++;
        indices[keptB++] = column;
      } else pool[size++] = column;
    }
    let keptA = fromA;
    let put = 0;
    for (let p = fromA; p < toA; p++) {
      const column = indices[p];
      if (seen[column] > inA) indices[keptA++] = column;
      else pool[put++] = column;
    }
    // b's part lies behind the room for all of a: it follows a's part where something is shared.
    if (common > 0) pool.copyWithin(put, own, size);
    size -= common;
    const [forA, forB] = [put, size - put];
    // A random choice for the smaller of the two, by the first steps of a shuffle; the other one has the rest.
    const fewer = Math.min(forA, forB);
    for (let index = 0; index < fewer; index++) {
      const other = index + integer(size - index);
      const held = pool[index];
      pool[index] = pool[other];
      pool[other] = held;
    }
    const startA = forA <= forB ? 0 : fewer;
    const startB = forA <= forB ? fewer : 0;
    for (let index = 0; index < forA; index++) indices[keptA + index] = pool[startA + index];
    for (let index = 0; index < forB; index++) indices[keptB + index] = pool[startB + index];
  };
}
