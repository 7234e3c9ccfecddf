/**
 * Average precision Σ (R_t − R_{t−1}) P_t over distinct thresholds t, highest first: a tie group counts at its end, so
 * that the order within it does not matter. Its chance level is {@link chanceAp}, a little above the prevalence.
 *
 * @param fromTop of the positives: how many values are at least as high as each (see `rankColumn`), in any order
 * @returns in (0, 1]; NaN without positives
 */
export function averagePrecision(fromTop: Int32Array): number {
  const sorted = fromTop.slice().sort();
  const positives = sorted.length;
  let sum = 0;
  for (let index = 0; index < positives; ) {
    let end = index + 1;
    while (end < positives && sorted[end] === sorted[index]) end++;
    sum += ((end - index) / positives) * (end / sorted[index]);
    index = end;
  }
  return positives === 0 ? Number.NaN : sum;
}

/**
 * The mean average precision over all ways to label n items with m positives. Group t of s_t equal values ends at e_t from the top; with
 * G_t positives in it and H_t down to its end, E[G_t H_t] follows from how likely one item, and two items, are positive, and
 * E[AP] = (m − 1)/(n − 1) + (n − m)/(n(n − 1)) · Σ_t s_t/e_t. Without ties the sum is 1 + 1/2 + … + 1/n: more than the prevalence m/n, which it
 * is where all values are equal (the sum is 1).
 *
 * @param fromTop Σ_t s_t/e_t over tie groups, from the highest down
 */
export function chanceAp(positives: number, n: number, fromTop: number): number {
  if (n === 1) return positives;
  return (positives - 1) / (n - 1) + ((n - positives) / (n * (n - 1))) * fromTop;
}

/** Average precision set so that its mean under shuffled labels is 0 and perfect is 1: (AP − chance)/(1 − chance), with chance < 1. */
export function normalizedAp(averagePrecision: number, chance: number): number {
  return (averagePrecision - chance) / (1 - chance);
}
