import type { Factors } from "../mf/factors";

/** Users scored together by {@link scoreUsers}. */
export const USERS_AT_ONCE = 4;

/**
 * Scores of every item for up to four users at once, [4, items]; the same bits as one user at a time, several times
 * as fast, because a factor that was read serves four users.
 *
 * @param rows user rows, 1 to 4 of them; lines of `out` beyond them hold nothing of use
 * @param out [4 · items], row-major
 */
export function scoreUsers(factors: Factors, rows: ArrayLike<number>, out: Float32Array): Float32Array {
  const { d, items, itemBias, userBias } = factors;
  const n = factors.itemIds.length;
  const w = interleaved(factors, rows);
  const end = USERS_AT_ONCE * d;
  const even = n - (n % 2);
  // Two items by four users, written out, so that the eight sums stay in registers.
  for (let item = 0; item < even; item += 2) {
    let a0 = itemBias ? itemBias[item] : 0;
    let b0 = itemBias ? itemBias[item + 1] : 0;
    let [a1, a2, a3, b1, b2, b3] = [a0, a0, a0, b0, b0, b0];
    let a = item * d;
    let b = a + d;
    for (let p = 0; p < end; p += 4) {
      const x = items[a++];
      const y = items[b++];
      const w0 = w[p];
      const w1 = w[p + 1];
      const w2 = w[p + 2];
      const w3 = w[p + 3];
      a0 += w0 * x;
      a1 += w1 * x;
      a2 += w2 * x;
      a3 += w3 * x;
      b0 += w0 * y;
      b1 += w1 * y;
      b2 += w2 * y;
      b3 += w3 * y;
    }
    out[item] = a0;
    out[item + 1] = b0;
    out[n + item] = a1;
    out[n + item + 1] = b1;
    out[2 * n + item] = a2;
    out[2 * n + item + 1] = b2;
    out[3 * n + item] = a3;
    out[3 * n + item + 1] = b3;
  }
  for (let item = even; item < n; item++)
    for (let user = 0; user < USERS_AT_ONCE; user++) {
      let score = itemBias ? itemBias[item] : 0;
      for (let f = 0; f < d; f++) score += w[f * 4 + user] * items[item * d + f];
      out[user * n + item] = score;
    }
  if (!userBias) return out;
  for (let user = 0; user < rows.length; user++)
    for (let at = user * n; at < (user + 1) * n; at++) out[at] += userBias[rows[user]];
  return out;
}

/** [d, 4] factors of the users, in double precision so that nothing is converted in the inner loop. */
function interleaved({ d, users }: Factors, rows: ArrayLike<number>): Float64Array {
  const w = new Float64Array(USERS_AT_ONCE * d);
  for (let user = 0; user < rows.length; user++)
    for (let f = 0; f < d; f++) w[f * USERS_AT_ONCE + user] = users[rows[user] * d + f];
  return w;
}
