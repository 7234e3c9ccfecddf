import { seededRandom } from "../../base/random";
import type { PlantedConfig } from "./config";
import { PUBLISHED } from "./published";

/** [users] interactions of each, summing to the configured total. */
export function drawCounts(config: PlantedConfig): Int32Array {
  return config.shape === "published" ? publishedCounts(config) : starterCounts(config);
}

/** A least number and a log-normal share of the rest. */
function starterCounts(config: PlantedConfig): Int32Array {
  const { users, interactions } = config;
  const random = seededRandom(config.seed, "planted/counts");
  const least = Math.max(1, Math.min(config.minUserInteractions, Math.floor(interactions / users / 2)));
  const weights = Float64Array.from({ length: users }, () => Math.exp(config.countSpread * random.normal()));
  return shareOut(weights, new Int32Array(users).fill(least), config);
}

/** A least number and a share of the rest that falls with the user's rank; a few users have one or two, for pruning to find. */
function publishedCounts(config: PlantedConfig): Int32Array {
  const { users, interactions } = config;
  const { exponent, offset } = PUBLISHED.userTail;
  const least = Math.max(1, Math.min(config.minUserInteractions, Math.floor((0.7 * interactions) / users)));
  const sparse = least > 2 ? Math.round(PUBLISHED.sparseUsers * users) : 0;
  const order = seededRandom(config.seed, "planted/counts").shuffle(Int32Array.from({ length: users }, (_, n) => n));
  const weights = new Float64Array(users);
  const leasts = new Int32Array(users).fill(least);
  order.forEach((user, rank) => {
    if (rank < users - sparse) weights[user] = ((rank + 1) / users + offset) ** -exponent;
    else leasts[user] = 1 + (rank % 2);
  });
  return shareOut(weights, leasts, config);
}

/**
 * Share out what the leasts leave of the total, rounded by largest remainder; a user without weight keeps the least.
 *
 * @param weights [users] @param leasts [users]
 */
function shareOut(weights: Float64Array, leasts: Int32Array, config: PlantedConfig): Int32Array {
  const { users, items, interactions } = config;
  const most = Math.max(Math.ceil(interactions / users), Math.floor(items / 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rest = interactions - leasts.reduce((sum, least) => sum + least, 0);
  const wanted = weights.map((weight) => (weight / total) * rest);
  const counts = Int32Array.from(wanted, (value, user) => Math.min(most, leasts[user] + Math.floor(value)));
  let left = interactions - counts.reduce((sum, count) => sum + count, 0);
  const remainders = wanted.map((value) => value - Math.floor(value));
  const order = Array.from(counts.keys()).sort((a, b) => remainders[b] - remainders[a] || a - b);
  for (let index = 0; left > 0; index = (index + 1) % users) {
    const user = order[index];
    if (counts[user] >= most || weights[user] === 0) continue;
    counts[user]++;
    left--;
  }
  return counts;
}
