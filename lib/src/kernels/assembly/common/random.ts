// Random draws that do not depend on threads: a stream is a word of state, started anew for each piece of work.

const GOLDEN: u64 = 0x9e3779b97f4a7c15;

/** The finaliser of splitmix64 (Steele, Lea and Flood 2014). */
// @ts-ignore: decorator
@inline
function mix(x: u64): u64 {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

let state: u64 = 0;

/** Start stream `stream` of the seed whose two words are `high` and `low`. */
export function startStream(high: i32, low: i32, stream: i32): void {
  state = mix(((<u64>(<u32>high)) << 32) | <u64>(<u32>low)) ^ mix(<u64>(<u32>stream) + 1);
}

/** 64 random bits. */
// @ts-ignore: decorator
@inline
export function bits(): u64 {
  state += GOLDEN;
  return mix(state);
}

/** A whole number from 0 to n − 1, uniform (Lemire 2019). */
// @ts-ignore: decorator
@inline
export function below(n: u32): u32 {
  let product = (bits() >> 32) * <u64>n;
  if (<u32>product < n) {
    const least: u32 = (0 - n) % n;
    while (<u32>product < least) product = (bits() >> 32) * <u64>n;
  }
  return <u32>(product >> 32);
}
