/** The middle value, between the two middle ones of an even number; NaN without any. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The middle 95 % of the draws, in whatever order they come; NaN without any. */
export function percentileInterval(draws: ArrayLike<number>): { low: number; high: number } {
  const n = draws.length;
  if (n === 0) return { low: Number.NaN, high: Number.NaN };
  const sorted = Float64Array.from(draws).sort();
  return { low: sorted[Math.floor(0.025 * n)], high: sorted[Math.min(n - 1, Math.ceil(0.975 * n) - 1)] };
}
