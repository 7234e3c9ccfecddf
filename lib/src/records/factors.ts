/** A fitted factorization: score(u, i) = userBias[u] + itemBias[i] + ⟨users[u], items[i]⟩ (biases where present). */
export interface Factors {
  /** Embedding width. */
  d: number;
  /** [users, d], row-major */
  users: Float32Array;
  /** [items, d], row-major */
  items: Float32Array;
  /** [users] */
  userBias?: Float32Array;
  /** [items] */
  itemBias?: Float32Array;
  userIds: string[];
  itemIds: string[];
  /** The whole configuration it was fitted with, `kind` first. */
  config: { kind: string } & Record<string, unknown>;
  /** How an iterative fit went, where its maker says so. */
  fit?: { objective: number[]; objectiveOfZeros: number; converged: boolean };
}
