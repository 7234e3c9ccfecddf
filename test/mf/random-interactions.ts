import { seededRandom } from "../../lib/src/base/random";
import { type Csr, csrFromPairs, type Interactions } from "../../lib/src/records/interactions";

/** A matrix with so many random entries a user; some may meet. */
export const random = (users: number, items: number, perUser: number, seed: number): Csr => {
  const draw = seededRandom(seed, "test");
  const n = users * perUser;
  return csrFromPairs(
    users,
    items,
    Array.from({ length: n }, () => draw.integer(users)),
    Array.from({ length: n }, () => draw.integer(items)),
  );
};
const ids = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, at) => `${prefix}${at}`);

/** The same with ids. */
export const interactions = (csr: Csr): Interactions => ({ users: ids("u", csr.rows), items: ids("i", csr.cols), csr });
