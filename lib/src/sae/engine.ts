import type { AdamState, Parameters } from "./adam";
import type { EngineName } from "./backend";

/** Row orders of one epoch. */
export interface EpochOrder {
  users: Int32Array;
  items: Int32Array;
}

/** What makes the optimiser's steps: the trainer around it knows epochs, orders, histories and checkpoints. */
export interface Engine {
  name: EngineName;
  /** Told once before the steps of each epoch. */
  begin(epoch: number, order: EpochOrder): void;
  /**
   * Make the next steps from step `from` of the epoch on: at least one, at most `most`, for about 50 ms. Gives the loss
   * terms of each, before its update, in the architecture's order; a step whose loss is no number is the last.
   */
  run(from: number, most: number): Promise<number[][]>;
  /** Parameters and Adam's moments as they are now; they may be the engine's own. */
  state(): { parameters: Parameters; adam: AdamState };
  close(): Promise<void>;
}
