import { requireInput } from "../base/errors";
import { type Random, seededRandom } from "../base/random";
import type { Csr, Interactions } from "../records/interactions";

/** Size of generated interactions. */
export interface PowerLawConfig {
  users: number;
  items: number;
  interactions: number;
  seed: number;
}

/** Tastes that users and items belong to; without any, the factors would hold popularity alone. */
const GROUPS = 200;

/** Share of a user's draws that come from the own group. */
const OWN_SHARE = 0.7;

/** Popularity falls as rank^−(1 − 1/1.8): of 182,207 items the first has some 1.2 in 1,000 of all interactions. */
const STEEPNESS = 1.8;

/**
 * Interactions with the marginals of a shop (most users take three to eight items, few take hundreds; a few items are taken by
 * thousands) and a taste in them, in seconds: for measuring speed, with nothing planted that is worth finding.
 *
 * @throws InputError for fewer interactions than users, of whom each has one
 */
export function powerLawInteractions({ users, items, interactions, seed }: PowerLawConfig): Interactions {
  requireInput(
    interactions >= users,
    `${interactions} interactions are asked for ${users} users, of whom each has one: ask for more.`,
  );
  const random = seededRandom(seed, "bench/power-law");
  const degrees = userDegrees(users, items, interactions, random);
  const indptr = new Int32Array(users + 1);
  for (let user = 0; user < users; user++) indptr[user + 1] = indptr[user] + degrees[user];
  const indices = new Int32Array(indptr[users]);
  const groups = Math.min(GROUPS, Math.max(1, Math.floor(items / 20)));
  const perGroup = Math.floor(items / groups);
  const drawnBy = new Int32Array(items).fill(-1);
  for (let user = 0; user < users; user++) {
    const group = Math.floor(random.uniform() * groups);
    const row = indices.subarray(indptr[user], indptr[user + 1]);
    for (let filled = 0; filled < row.length; ) {
      const own = random.uniform() < OWN_SHARE && row.length * 2 < perGroup;
      const rank = Math.floor((own ? perGroup : items) * random.uniform() ** STEEPNESS);
      // Item `rank · groups + group` is the group's own: popular items of all groups come first.
      const item = own ? rank * groups + group : rank;
      if (drawnBy[item] === user) continue;
      drawnBy[item] = user;
      row[filled++] = item;
    }
    row.sort();
  }
  const csr: Csr = { rows: users, cols: items, indptr, indices };
  return { users: names("u", users), items: names("i", items), csr };
}

const names = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index}`);

/** One interaction or more for every user, a heavy tail, and exactly the total asked for. */
function userDegrees(users: number, items: number, interactions: number, random: Random): Int32Array {
  const most = Math.floor(items / 4);
  const shares = Float64Array.from({ length: users }, () => (1 - random.uniform()) ** -0.5);
  const sum = shares.reduce((total, share) => total + share, 0);
  const spare = interactions - users;
  const degrees = Int32Array.from(shares, (share) => Math.min(most, 1 + Math.floor((spare * share) / sum)));
  let missing = interactions - degrees.reduce((total, degree) => total + degree, 0);
  for (let user = 0; missing > 0; user = (user + 1) % users) {
    if (degrees[user] >= most) continue;
    degrees[user]++;
    missing--;
  }
  return degrees;
}
