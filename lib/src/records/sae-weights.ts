/**
 * A trained autoencoder. Tied: the decoder is `W` itself unless `decoder` is given. Where they differ, a latent's activation, and with
 * it every score, alignment and floor, is read by its row of `W`; what it adds to a rebuilt row, and with it every intervention, is
 * its row of `decoder`.
 */
export interface SaeWeights {
  /** Name of the architecture that reads it, as in `architectures.ts`. */
  architecture: string;
  d: number;
  k: number;
  /** [k, d] encoder rows, row-major */
  W: Float32Array;
  /** [d] subtracted before encoding and added after decoding; only where the architecture has it */
  bPre?: Float32Array;
  /** [k] added before the activation; only where the architecture has it */
  bLat?: Float32Array;
  /** [k, d] decoder rows, only where it is untied */
  decoder?: Float32Array;
  /** Further parameters of the architecture by name, a row a latent: [k, …] row-major */
  more?: Record<string, Float32Array>;
  /** Nested prefix lengths, ascending, the last equal to k; [k] where nothing is nested. */
  prefixes: number[];
  config: Record<string, unknown>;
}

/** Activations of every item, rows as `itemIds`. */
export interface Latents {
  k: number;
  /** [items, k], row-major */
  values: Float32Array;
  itemIds: string[];
}
