/**
 * A trained autoencoder. Tied: the decoder is `W` itself unless `decoder` is given. Where they differ, a latent's activation, and with
 * it every score, alignment and floor, is read by its row of `W`; what it adds to a rebuilt row, and with it every intervention, is
 * its row of `decoder`.
 */
export interface SaeWeights {
  /** Which architecture file reads it: "msae", "plain". */
  architecture: string;
  d: number;
  k: number;
  /** [k, d] encoder rows, row-major */
  W: Float32Array;
  /** [d] subtracted before encoding and added after decoding; absent in the plain SAE */
  bPre?: Float32Array;
  /** [k] added before the ReLU; absent in the plain SAE */
  bLat?: Float32Array;
  /** [k, d] decoder rows, only where it is untied */
  decoder?: Float32Array;
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
