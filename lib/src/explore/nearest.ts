import type { OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import { unitRows } from "../records/activations";
import type { SaeWeights } from "../records/sae-weights";

/** A latent and how near it is. */
export type Near = [latent: number, value: number];

/** Decoder rows at length 1, [k, d]. */
export function decoderRows({ W, decoder, d, k }: Pick<SaeWeights, "W" | "decoder" | "d" | "k">): Float64Array {
  return unitRows(
    decoder ?? W,
    d,
    Int32Array.from({ length: k }, (_, row) => row),
  );
}

/**
 * For each latent of one decoder the latents of another whose rows point most alike, the nearest first, ties by latent.
 *
 * @param a [k, d] rows of length 1 @param b [k′, d]; the same array: a latent is not its own neighbour
 */
export async function nearestDecoders(
  a: Float64Array,
  b: Float64Array,
  d: number,
  count: number,
  onProgress?: OnProgress,
): Promise<Near[][]> {
  const [n, m] = [a.length / d, b.length / d];
  const found: Near[][] = [];
  for (let one = 0; one < n; one++) {
    const best: Near[] = [];
    for (let other = 0; other < m; other++) {
      if (a === b && one === other) continue;
      let cosine = 0;
      for (let f = 0, p = one * d, q = other * d; f < d; f++) cosine += a[p++] * b[q++];
      insert(best, other, cosine, count);
    }
    found.push(best);
    await onProgress?.({ phase: "nearest decoders", done: one + 1, total: n, unit: "latents" });
  }
  return found;
}

function insert(best: Near[], latent: number, value: number, count: number): void {
  if (best.length === count && !(value > best[count - 1][1])) return;
  let index = best.length;
  while (index > 0 && best[index - 1][1] < value) index--;
  best.splice(index, 0, [latent, value]);
  if (best.length > count) best.pop();
}

/**
 * For each latent of one run the latent of another with which it shares most of its strongest items: |A ∩ B| / min(|A|, |B|), ties by
 * latent. Undefined where it shares none.
 *
 * @param ours ids of each latent's strongest items @param theirs the same of the other run
 */
export function nearestByItems(ours: readonly string[][], theirs: readonly string[][]): (Near | undefined)[] {
  const holders = new Map<string, number[]>();
  for (const [latent, ids] of theirs.entries())
    for (const id of ids) {
      const held = holders.get(id);
      if (held) held.push(latent);
      else holders.set(id, [latent]);
    }
  return ours.map((ids) => {
    const shared = new Map<number, number>();
    for (const id of ids) for (const latent of holders.get(id) ?? []) shared.set(latent, (shared.get(latent) ?? 0) + 1);
    let best: Near | undefined;
    for (const [latent, count] of [...shared].sort(([a], [b]) => a - b)) {
      const value = count / Math.min(ids.length, theirs[latent].length);
      if (best === undefined || value > best[1]) best = [latent, value];
    }
    return best;
  });
}

/**
 * Mean share that the best match has where nothing matches: the other run's items are dealt out anew among all, so that each latent
 * keeps how many it has and each item in how many latents it is.
 */
export function chanceByItems(
  ours: readonly string[][],
  theirs: readonly string[][],
  ids: readonly string[],
  seed: number,
): number {
  const dealt = seededRandom(seed, "explore/dealt").shuffle([...ids]);
  const renamed = new Map(ids.map((id, index) => [id, dealt[index]]));
  return meanMatch(
    nearestByItems(
      ours,
      theirs.map((own) => own.map((id) => renamed.get(id) ?? id)),
    ),
  );
}

/** Mean value of the matches; none counts as 0. */
export function meanMatch(matches: readonly (Near | undefined)[]): number {
  return matches.reduce((sum, match) => sum + (match?.[1] ?? 0), 0) / Math.max(1, matches.length);
}
