/**
 * Average precision Σ (R_t − R_{t−1}) P_t over distinct thresholds t, highest first: a tie group counts at its end, so
 * that the order within it does not matter. Chance level is the prevalence.
 *
 * @param fromTop of the positives: how many values are at least as high as each (see `rankColumn`), in any order
 * @returns in (0, 1]; NaN without positives
 */
export function averagePrecision(fromTop: Int32Array): number {
  const sorted = fromTop.slice().sort();
  const positives = sorted.length;
  let sum = 0;
  for (let at = 0; at < positives; ) {
    let end = at + 1;
    while (end < positives && sorted[end] === sorted[at]) end++;
    sum += ((end - at) / positives) * (end / sorted[at]);
    at = end;
  }
  return positives === 0 ? Number.NaN : sum;
}

/** Average precision set so that chance is 0 and perfect is 1: (AP − π)/(1 − π), with prevalence π < 1. */
export function normalizedAp(averagePrecision: number, prevalence: number): number {
  return (averagePrecision - prevalence) / (1 - prevalence);
}
