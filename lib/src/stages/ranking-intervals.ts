import { bootstrapMean, type Interval } from "../metrics/bootstrap";
import type { RankingMetrics } from "../metrics/ranking";
import { ranking } from "./ranking";
import { defineStage, type Stage } from "./stage";

/** NDCG@10, mean over users, with its 95 % interval. */
export interface RankingIntervals {
  model: Interval;
  popularity: Interval;
}

/** The intervals of both rankings, each by itself: for a table, while whether one beats the other is asked in pairs, in `ranking`. */
export const rankingIntervals: Stage<RankingIntervals> = defineStage({
  name: "ranking-intervals",
  phase: "intervals of the ranking",
  needs: { ranking },
  settings: () => ({}),
  async compute({ ranking: { model, popularity } }, { seed, onProgress }) {
    const of = ({ perUser }: RankingMetrics, name: string): Promise<Interval> =>
      bootstrapMean(perUser.ndcgAt10, { seed, name: `ranking/${name}`, onProgress });
    return { model: await of(model, "model"), popularity: await of(popularity, "popularity") };
  },
});
