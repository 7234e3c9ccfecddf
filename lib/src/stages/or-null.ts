/** JSON knows no NaN: what a latent does not have, null says. */
export function orNull(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}
