/**
 * One p for a whole curve, studentised by dose: at each dose, changes are divided by their standard deviation over all sets, ours and the
 * controls together; the largest of ours over doses is set against each control's largest, (1 + #≥)/(1 + controls). Without that the
 * strongest dose alone would decide, since it moves every list most. The deviation is of all sets, so that were ours but one more
 * random set, each of them would be as likely to have the largest: p is exact where no control was drawn again. One that was is drawn by
 * its size, which ours is not.
 *
 * @param changes of the latents asked about, by dose
 * @param controls changes `[dose][control]`
 * @param doses those that count; default: all. At a dose at which nothing varies (α = 1) there is nothing to tell.
 * @returns undefined where no dose has anything to tell
 */
export function omnibus(
  changes: readonly number[],
  controls: readonly Float64Array[],
  doses: readonly number[] = [...changes.keys()],
): number | undefined {
  const count = controls[0].length;
  const sets = doses.map((dose) => [changes[dose], ...controls[dose]]);
  const deviations = sets.map(standardDeviation);
  if (!deviations.some((deviation) => deviation > 1e-12)) return undefined;
  const largest = (set: number): number =>
    Math.max(
      0,
      ...sets.map((values, index) => (deviations[index] > 1e-12 ? Math.abs(values[set]) / deviations[index] : 0)),
    );
  // The tolerance is for sums of the same shares in another order.
  const least = largest(0) - 1e-9;
  let above = 0;
  for (let control = 1; control <= count; control++) if (largest(control) >= least) above++;
  return (1 + above) / (1 + count);
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
