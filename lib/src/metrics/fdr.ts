import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import padjust from "@stdlib/stats-padjust";

/**
 * One-sided p-value of a rank sum (Mann–Whitney, normal form with tie correction): the chance, were the labels
 * shuffled, of an AUROC at least as high.
 *
 * @param tieTerm Σ (t³ − t) over tie groups, see `rankColumn`
 */
export function rankSumP(auroc: number, positives: number, n: number, tieTerm: number): number {
  const negatives = n - positives;
  const variance = ((positives * negatives) / 12) * (n + 1 - tieTerm / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const deviation = (auroc - 0.5) * positives * negatives;
  return normalCdf(-deviation / Math.sqrt(variance), 0, 1);
}

/**
 * Benjamini–Hochberg q-values (1995): the smallest false discovery rate at which each test is called.
 *
 * @param p [tests] p-values, NaN for a pair that was not tested (its q is NaN, and it does not count)
 */
export function benjaminiHochberg(p: Float64Array): Float64Array {
  return adjusted(p, "bh");
}

/** Benjamini–Yekutieli q-values (2001), valid under any dependence: categories nest, so they are stated beside BH. */
export function benjaminiYekutieli(p: Float64Array): Float64Array {
  return adjusted(p, "by");
}

function adjusted(p: Float64Array, method: "bh" | "by"): Float64Array {
  const tested = Array.from(p.keys()).filter((test) => !Number.isNaN(p[test]));
  const q = new Float64Array(p.length).fill(Number.NaN);
  if (tested.length === 0) return q;
  const values = padjust(
    tested.map((test) => p[test]),
    method,
  );
  tested.forEach((test, index) => {
    q[test] = values[index];
  });
  return q;
}
