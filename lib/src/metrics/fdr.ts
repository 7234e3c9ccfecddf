import padjust from "@stdlib/stats-padjust";

/**
 * Benjamini–Hochberg q-values (1995): the smallest false discovery rate at which each test is called.
 *
 * @param p [tests] p-values, NaN for a pair that was not tested (its q is NaN, and it does not count)
 * @param tests how many there are where only the smallest are given: the p-values of the rest are 1
 */
export function benjaminiHochberg(p: Float64Array, tests?: number): Float64Array {
  return adjusted(p, "bh", tests);
}

/** Benjamini–Yekutieli q-values (2001), valid under any dependence: categories nest, so they are stated beside BH. */
export function benjaminiYekutieli(p: Float64Array): Float64Array {
  return adjusted(p, "by");
}

function adjusted(p: Float64Array, method: "bh" | "by", tests?: number): Float64Array {
  const tested = Array.from(p.keys()).filter((test) => !Number.isNaN(p[test]));
  const q = new Float64Array(p.length).fill(Number.NaN);
  if (tested.length === 0) return q;
  const values = padjust(
    tested.map((test) => p[test]),
    method,
    Math.max(tests ?? 0, tested.length),
  );
  tested.forEach((test, index) => {
    q[test] = values[index];
  });
  return q;
}
