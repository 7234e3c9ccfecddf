import type { Factors } from "../records/factors";

/** The same model with its biases alone, b_u + b_i: what is left when nobody has a taste. */
export function biasesOnly(factors: Factors): Factors {
  return { ...factors, d: 0, users: new Float32Array(0), items: new Float32Array(0) };
}

/** The same model with its inner products alone, ⟨P_u, Q_i⟩: what is left when nothing is popular. */
export function withoutBiases({ userBias: _user, itemBias: _item, ...factors }: Factors): Factors {
  return factors;
}
