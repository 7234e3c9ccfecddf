/** Bits of a digit; doubles are sorted in six passes, of which those without a difference are left out. */
const BITS = 11;

/**
 * Indices that put `values` in ascending order, equal values by index: a radix sort, linear in their number. NaN is not
 * sorted; −0 comes with 0.
 */
export function sortedOrder(values: Float64Array): Int32Array {
  const n = values.length;
  const words = new Uint32Array(2 * n);
  const doubles = new Float64Array(words.buffer);
  for (let index = 0; index < n; index++) {
    // + 0 turns −0 into 0.
    doubles[index] = values[index] + 0;
    // As unsigned integers doubles ascend once negative ones are turned over and others have their sign bit set.
    const high = words[2 * index + 1];
    const flip = high >>> 31 ? 0xffffffff : 0;
    words[2 * index] ^= flip;
    words[2 * index + 1] = high ^ (flip | 0x80000000);
  }
  let order = Int32Array.from({ length: n }, (_, index) => index);
  let next = new Int32Array(n);
  const starts = new Int32Array(2 ** BITS + 1);
  for (const [word, shift] of PASSES) {
    starts.fill(0);
    for (let offset = word; offset < 2 * n; offset += 2) starts[((words[offset] >>> shift) & MASK) + 1]++;
    if (n > 0 && starts[((words[word] >>> shift) & MASK) + 1] === n) continue;
    for (let digit = 0; digit < 2 ** BITS; digit++) starts[digit + 1] += starts[digit];
    for (let rank = 0; rank < n; rank++) {
      const index = order[rank];
      next[starts[(words[2 * index + word] >>> shift) & MASK]++] = index;
    }
    [order, next] = [next, order];
  }
  return order;
}

const MASK = 2 ** BITS - 1;

/** Word (low, high) and shift of each digit, lowest first. */
const PASSES: readonly (readonly [word: number, shift: number])[] = [
  [0, 0],
  [0, 11],
  [0, 22],
  [1, 0],
  [1, 11],
  [1, 22],
];

/**
 * The value that would be at `n` (from 0) were `values` sorted ascending, without sorting them: by its upper half of bits
 * first, then among those that share these. NaN is not ordered.
 */
export function nthSmallest(values: Float32Array, n: number): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const [uppers, lowers] = [new Int32Array(2 ** 16), new Int32Array(2 ** 16)];
  for (let index = 0; index < bits.length; index++) uppers[ascendingBits(bits[index]) >>> 16]++;
  const upper = digitAt(uppers, n);
  for (let index = 0; index < bits.length; index++) {
    const key = ascendingBits(bits[index]);
    if (key >>> 16 === upper.digit) lowers[key & 0xffff]++;
  }
  return valueOfBits(((upper.digit << 16) | digitAt(lowers, upper.rest).digit) >>> 0);
}

/** The digit of the `n`-th key by how many keys have each digit, and how many of that digit come before it. */
function digitAt(counts: Int32Array, n: number): { digit: number; rest: number } {
  let [digit, rest] = [0, n];
  while (counts[digit] <= rest) rest -= counts[digit++];
  return { digit, rest };
}

/** A float's bits as an unsigned integer that ascends with it. */
const ascendingBits = (bits: number): number => (bits >>> 31 ? ~bits : bits | 0x80000000) >>> 0;

function valueOfBits(key: number): number {
  const bits = Uint32Array.of(key >>> 31 ? key & 0x7fffffff : ~key >>> 0);
  return new Float32Array(bits.buffer)[0];
}
