import { InputError, requireInput } from "../base/errors";
import { seededRandom } from "../base/random";
import { sigmoid } from "../mf/bce-sgd";
import { drawNegative } from "../mf/negatives";
import { checkFactors } from "../records/check-factors";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";
import { auroc } from "./auroc";

/** Held-out positives, each followed by a negative of the same user. */
export interface ValidationPairs {
  users: Int32Array;
  items: Int32Array;
  /** 1 for a positive, 0 for a negative */
  labels: Uint8Array;
}

/** Pointwise quality over validation pairs, as the paper quotes it (section 4.1, table 2). */
export interface PairMetrics {
  /** Pooled over the pairs of all users, so that a user's level counts too; the mean over users of each one's own AUC is another number. */
  auc: number;
  logLoss: number;
  /** Share of pairs with score > 0 exactly when positive. */
  accuracy: number;
}

/**
 * Every held-out positive with one negative, uniform over items that are not among the user's held-out positives
 * (arXiv 2606.29341, section 4.1: rejected within that split only, so that a train item may be drawn).
 */
export function validationPairs(split: { test: Csr }, seed: number): ValidationPairs {
  const { test } = split;
  const random = seededRandom(seed, "validation-pairs");
  const n = test.indices.length;
  const users = new Int32Array(2 * n);
  const items = new Int32Array(2 * n);
  const labels = new Uint8Array(2 * n);
  for (let user = 0; user < test.rows; user++)
    for (let p = test.indptr[user]; p < test.indptr[user + 1]; p++) {
      users[2 * p] = user;
      users[2 * p + 1] = user;
      items[2 * p] = test.indices[p];
      items[2 * p + 1] = drawNegative(test, user, random);
      labels[2 * p] = 1;
    }
  return { users, items, labels };
}

/**
 * AUC, log loss (natural logarithm) and accuracy of the factors over validation pairs (arXiv 2606.29341, section 4.1).
 * They suit factors that were fitted as a logistic model; scores of iALS aim at 0 and 1 and are no log odds.
 *
 * @throws InputError without pairs, or with pairs beyond the factors' users and items
 */
export function pairMetrics(factors: Factors, pairs: ValidationPairs): PairMetrics {
  const { d, users, items, userBias, itemBias } = factors;
  const n = pairs.labels.length;
  checkFactors(factors);
  requireInput(n > 0, "There is no held-out positive, so there are no validation pairs: hold more out.");
  const scores = new Float64Array(n);
  let logLoss = 0;
  let right = 0;
  for (let index = 0; index < n; index++) {
    const [user, item] = [pairs.users[index], pairs.items[index]];
    if (user >= factors.userIds.length || item >= factors.itemIds.length)
      throw new InputError(
        `Validation pair ${index} is user row ${user} with item row ${item}, but the factors hold ${factors.userIds.length} users and ${factors.itemIds.length} items: both must come from the same data.`,
      );
    let score = (userBias?.[user] ?? 0) + (itemBias?.[item] ?? 0);
    for (let f = 0; f < d; f++) score += users[user * d + f] * items[item * d + f];
    scores[index] = score;
    const chance = pairs.labels[index] === 1 ? sigmoid(score) : 1 - sigmoid(score);
    logLoss -= Math.log(Math.max(1e-15, chance));
    if (score > 0 === (pairs.labels[index] === 1)) right++;
  }
  return { auc: auroc(scores, pairs.labels), logLoss: logLoss / n, accuracy: right / n };
}
