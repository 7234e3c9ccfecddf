import { requireData } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { type Drift, drift } from "../metrics/drift";
import { type PairMetrics, pairMetrics, validationPairs } from "../metrics/pairs";
import { type BceSgdConfig, fitBceSgd } from "../mf/bce-sgd";
import { biasesOnly, withoutBiases } from "../mf/factor-parts";
import type { Factors } from "../records/factors";
import type { Csr, Interactions } from "../records/interactions";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/** The state of a fit after an epoch; epoch 0 is the random start. */
export interface FollowedEpoch extends PairMetrics {
  epoch: number;
  /** AUC over the same pairs with b_u + b_i alone. */
  aucOfBiases: number;
  /** AUC over the same pairs with ⟨P_u, Q_i⟩ alone. */
  aucOfFactors: number;
  users: Drift;
  items: Drift;
}

/**
 * Fit as {@link fitBceSgd} does and look at the factors before the first epoch and after each: quality over validation
 * pairs, whole and by part, and how far users and items have moved from their start.
 *
 * @param train the train split @param test held-out positives over the same users and items
 */
export async function followEpochs(
  train: Interactions,
  test: Csr,
  config: BceSgdConfig,
  onProgress?: OnProgress,
): Promise<{ factors: Factors; epochs: FollowedEpoch[] }> {
  const pairs = validationPairs({ test }, config.seed);
  const epochs: FollowedEpoch[] = [];
  let start: Factors | undefined;
  const factors = await fitBceSgd(train, config, onProgress, (epoch, now) => {
    start ??= now;
    epochs.push({
      epoch,
      ...pairMetrics(now, pairs),
      aucOfBiases: pairMetrics(biasesOnly(now), pairs).auc,
      aucOfFactors: pairMetrics(withoutBiases(now), pairs).auc,
      users: drift(start.users, now.users, now.d),
      items: drift(start.items, now.items, now.d),
    });
  });
  return { factors, epochs };
}

/** Another learning rate than that of the settings. */
export interface FollowOptions {
  lr?: number;
}

/** The factors of BCE SGD before the first epoch and after each. */
export const followedEpochs: Stage<FollowedEpoch[], FollowOptions> = defineStage({
  name: "follow-epochs",
  phase: "following the epochs",
  needs: { split },
  settings({ mf }, _inputs, options: FollowOptions = {}) {
    requireData(
      mf.kind === "bce-sgd",
      'Only BCE SGD has epochs to follow: open the lab with { preset: "paper" }, or set mf.kind to "bce-sgd".',
    );
    return { ...mf, lr: options.lr ?? mf.lr };
  },
  async compute({ split: { users, items, train, test } }, { settings, seed, onProgress }) {
    const { kind: _kind, ...config } = settings;
    return (await followEpochs({ users, items, csr: train }, test, { ...config, seed }, onProgress)).epochs;
  },
});
