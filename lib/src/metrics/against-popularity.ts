import type { OnProgress } from "../base/progress";
import { bootstrapMean, type Interval } from "./bootstrap";
import type { ListQuality } from "./ranking";

/** How far a ranking stands above popularity. */
export interface AgainstPopularity {
  /** NDCG@10 of the factors minus that of popularity, the mean over the same users, with its paired 95 % interval. */
  ndcgAt10: Interval;
  /** True unless the whole interval lies above 0: the factors are then too weak to be read, and no verdict rests on them. */
  weak: boolean;
}

/**
 * The ranking of some factors against popularity, user by user: a bootstrap over users of the differences of NDCG@10.
 *
 * @param model @param popularity rankings of the same users, in the same order
 * @throws Error when the users are not the same
 */
export async function againstPopularity(
  model: Pick<ListQuality, "perUser">,
  popularity: Pick<ListQuality, "perUser">,
  options: { seed: number; onProgress?: OnProgress },
): Promise<AgainstPopularity> {
  const [ours, theirs] = [model.perUser, popularity.perUser];
  if (ours.rows.length !== theirs.rows.length || ours.rows.some((row, index) => row !== theirs.rows[index]))
    throw new Error("The rankings are of different users: a paired interval needs the same ones.");
  const gains = Float64Array.from(ours.ndcgAt10, (value, index) => value - theirs.ndcgAt10[index]);
  const ndcgAt10 = await bootstrapMean(gains, { ...options, name: "ranking/against-popularity" });
  return { ndcgAt10, weak: !(ndcgAt10.low > 0) };
}

/** The same in sentences, loud where the factors are too weak. */
export function popularitySentences({ ndcgAt10, weak }: AgainstPopularity): string[] {
  const gain = `NDCG@10 minus that of popularity, 95 % interval over users: ${intervalText(ndcgAt10)}.`;
  return weak
    ? [
        "FACTORS TOO WEAK: their ranking does not beat popularity.",
        gain,
        "What is read out of such factors says nothing about taste, so no verdict is given on them.",
      ]
    : [`The factors beat popularity. ${gain}`];
}

/** A difference with its interval: `+0.0181 (+0.0172 to +0.0191)`. */
export function intervalText({ mean, low, high }: Interval): string {
  return `${signed(mean)} (${signed(low)} to ${signed(high)})`;
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
