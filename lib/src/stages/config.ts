import { PLANTED_DEFAULTS, type PlantedConfig } from "../data/planted";
import type { PruneConfig } from "../data/prune";
import type { RatingFilter } from "../data/read/distinct";
import type { SplitKind } from "../data/split";
import { BCE_SGD_DEFAULTS, type BceSgdConfig } from "../mf/bce-sgd";
import { IALS_DEFAULTS, type IalsConfig } from "../mf/ials";
import { type SaeSettings, saePreset } from "./sae-settings";

/** The generator's own data. */
export type PlantedSource = { kind: "planted" } & Omit<PlantedConfig, "seed">;

/** Files of the user. */
export interface FilesSource {
  kind: "files";
  ratings: string;
  items?: string;
  columns?: { user?: string; item?: string; rating?: string; time?: string };
  categories?: { column: string; separator?: string };
  /** Which ratings are looked at: a threshold, a time range, which of several counts. */
  filter?: RatingFilter;
  /** Clean the category names; the paper does not. */
  cleanCategories?: boolean;
  /** Greatest share of a file's rows that may be bad before the run stops. */
  maxRejected: number;
  prune: PruneConfig;
}

/** Everything that a run depends on; `card.json` repeats what matters of it. */
export interface LabConfig {
  preset: "paper" | "calibrated";
  /** Seed of every random stream. */
  seed: number;
  data: PlantedSource | FilesSource;
  split: {
    /** Which positives are held out: at random over all (the paper), each user's last one, or the latest of all. */
    kind: SplitKind;
    /** Share of the positives that is fitted on; the rest is held out (arXiv 2606.29341, section 4.1). */
    trainShare: number;
    /** At most this many users are drawn before the split; the paper draws 400,000. */
    maxUsers: number;
  };
  mf:
    | ({ kind: "ials" } & Omit<IalsConfig, "seed">)
    | ({ kind: "bce-sgd" } & Omit<BceSgdConfig, "seed">)
    /** Factors that were fitted elsewhere: a folder with factors.safetensors, users.txt and items.txt. */
    | { kind: "given"; folder: string };
  sae: SaeSettings;
  scores: {
    /** Items of the sampled score, as in the paper (section 4.3); the exact score is over all items. */
    sample: number;
    /** Also train the autoencoder on noise and put that beside the scores; takes as long as the training itself. */
    noiseTrained: boolean;
  };
  rewired: {
    /**
     * Whole pipelines on rewired data, each with seeds of its own: the null that decides between spectrum and structure. 0 runs none;
     * a p-value needs 19.
     */
    runs: number;
  };
  alignment: {
    /** A latent × category pair counts as significant below this Benjamini–Hochberg q. */
    q: number;
  };
}

/** The paper's pruning, section 3: users with three ratings, items with five, categories on forty items. */
export const PAPER_PRUNE: PruneConfig = { minUserRatings: 3, minItemRatings: 5, minCategoryItems: 40 };

/** The configuration of a preset, before anything is changed. */
export function presetConfig(preset: "paper" | "calibrated"): LabConfig {
  const { seed: _seed, ...planted } = PLANTED_DEFAULTS;
  const { seed: _ials, ...ials } = IALS_DEFAULTS;
  const { seed: _sgd, ...sgd } = BCE_SGD_DEFAULTS;
  return {
    preset,
    seed: 42,
    data: { kind: "planted", ...planted },
    split: { kind: "random", trainShare: 0.8, maxUsers: 400_000 },
    mf: preset === "paper" ? { kind: "bce-sgd", ...sgd } : { kind: "ials", ...ials },
    sae: saePreset(preset),
    scores: { sample: 5000, noiseTrained: preset === "paper" },
    rewired: { runs: 0 },
    alignment: { q: 0.01 },
  };
}
