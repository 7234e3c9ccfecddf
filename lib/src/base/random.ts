import { unsafeUniformIntDistribution, xoroshiro128plus } from "pure-rand";

/** A stream of random draws that is the same on every machine for the same seed and name. */
export interface Random {
  /** Uniform on [0, 1), 53 random bits. */
  uniform(): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** Standard normal draw. */
  normal(): number;
  /** Gamma draw with the given shape (> 0) and scale 1. */
  gamma(shape: number): number;
  /** Shuffle in place (Fisher–Yates) and return the same array. */
  shuffle<T extends { [index: number]: number; length: number } | unknown[]>(array: T): T;
}

/** FNV-1a, 32 bits: a stable hash of a string, for seeds and for splitting items by id. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  // A final avalanche (murmur3's), since FNV leaves the low bits of short strings correlated.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The stream called `name` under `seed`: every random draw in the lab comes from one of these, so that
 * adding a draw in one step never changes another step's.
 *
 * @param seed the run's seed, an integer
 * @param name what the draws are for, e.g. "split" or "msae/epoch/3"
 */
export function seededRandom(seed: number, name: string): Random {
  const generator = xoroshiro128plus(hash32(`${seed}/${name}`) | 0);
  let spare: number | undefined;
  const uniform = (): number => {
    const high = generator.unsafeNext() >>> 5;
    const low = generator.unsafeNext() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  };
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    // Marsaglia's polar method: two normals from a point in the unit disc.
    let x: number;
    let y: number;
    let r: number;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      r = x * x + y * y;
    } while (r >= 1 || r === 0);
    const scale = Math.sqrt((-2 * Math.log(r)) / r);
    spare = y * scale;
    return x * scale;
  };
  const gamma = (shape: number): number => {
    // Marsaglia and Tsang 2000; shapes below 1 by the power of a uniform.
    if (shape < 1) return gamma(shape + 1) * uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
    }
  };
  const integer = (n: number): number => unsafeUniformIntDistribution(0, n - 1, generator);
  return {
    uniform,
    integer,
    normal,
    gamma,
    shuffle(array) {
      const a = array as { [index: number]: unknown; length: number };
      for (let i = a.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const held = a[i];
        a[i] = a[j];
        a[j] = held;
      }
      return array;
    },
  };
}
