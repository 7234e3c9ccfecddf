/** One thing to measure: an engine at a shape, both by name. */
export interface Measurement {
  engine: string;
  shape: string;
  /** Milliseconds of a step, from about `budgetMs` of them; rejects where the engine does not work here. */
  measure(budgetMs: number): Promise<number>;
}

/** What was measured, and what the time was not enough for. */
export interface EngineSpeeds {
  /** Milliseconds of a step by engine and shape. */
  milliseconds: Record<string, Record<string, number>>;
  /** Measurements that were not begun before the time was up. */
  left: Pick<Measurement, "engine" | "shape">[];
}

/** Most milliseconds of one measurement, and least: with less left it is not begun. */
const [MOST_MS, LEAST_MS] = [800, 50];

/**
 * Make measurements one after the other within a total time, the most wanted first: each gets its share of what is left, none
 * begins once nothing is, and only the last may run over, by a step. An engine that does not work is left out.
 *
 * @param now for tests: a clock in milliseconds
 */
export async function engineSpeeds(
  wanted: readonly Measurement[],
  totalMs: number,
  now: () => number = () => performance.now(),
): Promise<EngineSpeeds> {
  const end = now() + totalMs;
  const speeds: EngineSpeeds = { milliseconds: {}, left: [] };
  const broken = new Set<string>();
  for (const [index, { engine, shape, measure }] of wanted.entries()) {
    if (broken.has(engine)) continue;
    const share = (end - now()) / (wanted.length - index);
    if (share < LEAST_MS) {
      speeds.left.push({ engine, shape });
      continue;
    }
    try {
      const found = await measure(Math.min(MOST_MS, share));
      speeds.milliseconds[engine] = { ...speeds.milliseconds[engine], [shape]: found };
    } catch {
      broken.add(engine);
    }
  }
  return speeds;
}
