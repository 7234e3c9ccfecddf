import { createHash } from "node:crypto";

/** Draws of one trial, the same whenever its name and the seed are: `next()` in [0, 1), `below(n)`, `pick(list)`. */
export function drawsOf(...names) {
  let state = createHash("sha256").update(names.join("\0")).digest().readUInt32LE(0);
  const next = () => {
    // The generator mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  return { next, below, pick: (list) => list[below(list.length)] };
}
