// Written by `npm run settings` from the schemas; edit those.

/** Settings by dotted path, as `openLab({ set: { … } })` takes them. An architecture of your own may have others. */
export interface SettingValues {
  /** Whose settings everything that is not set has: the paper's, or factors that beat popularity and an autoencoder trained to the end. Unit: name. Default: "calibrated". Source: ours. */
  preset?: "paper" | "calibrated";
  /** Seed of every random draw. Unit: none. Default: 42. Source: arXiv 2606.29341, section 4.1. */
  seed?: number;
  /** Where the data comes from: the generator, or files. Unit: name. Default: "planted". Source: ours. */
  "data.kind"?: "planted" | "files";
  /** What the data looks like: small, dense and clean, or like the paper's raw files, with their counts, category paths and gaps. Unit: name. Default: "starter". Source: ours. */
  "data.shape"?: "starter" | "published";
  /** Users. Unit: count. Default: 2000. Source: ours. */
  "data.users"?: number;
  /** In planted: Items. Unit: count. Default: 1500. Source: ours. In files: Item metadata, in the same forms; may be the same file. Without it, items have ids only. Unit: file. Default: none. Source: yours. */
  "data.items"?: number | string;
  /** Distinct user–item pairs, hit exactly. Unit: count. Default: 30000. Source: ours. */
  "data.interactions"?: number;
  /** γ: an item's weight is (1 / popularity rank)^γ before taste; 0 makes all alike. Unit: exponent. Default: 0.6. Source: ours. */
  "data.popularityExponent"?: number;
  /** Added to the popularity rank, as a share of the items: it flattens the head (Zipf–Mandelbrot). Unit: share. Default: 0. Source: ours. */
  "data.popularityOffset"?: number;
  /** Popular items share concepts (the confound) instead of being popular by chance. Unit: yes or no. Default: false. Source: ours. */
  "data.popularityDependsOnConcepts"?: boolean;
  /** Share of interactions that follow popularity alone. Unit: share. Default: 0.1. Source: ours. */
  "data.noiseShare"?: number;
  /** Divides taste: the lower, the more a user's concepts decide. Unit: factor. Default: 1. Source: ours. */
  "data.temperature"?: number;
  /** Dimensions that the concepts' directions live in; more concepts than dimensions means superposition. Unit: count. Default: 48. Source: ours. */
  "data.directionWidth"?: number;
  /** Probability that a narrow concept of a user lies below the audience that the user likes. Unit: probability. Default: 0.8. Source: ours. */
  "data.coOccurrence"?: number;
  /** How far concepts of one name below different audiences (Shoes) point the same way. Unit: share. Default: 0.5. Source: ours. */
  "data.nameShare"?: number;
  /** Styles below each type of the Women and Men trees: 0 gives 80 concepts, 1 gives 106, 2 gives 132. Unit: count. Default: 2. Source: ours. */
  "data.stylesPerType"?: number;
  /** Most cross-cutting styles that an item carries; each number up to it is equally likely. Unit: count. Default: 2. Source: ours. */
  "data.stylesPerItem"?: number;
  /** Least narrow concepts that a user likes. Unit: count. Default: 2. Source: ours. */
  "data.minNarrowConcepts"?: number;
  /** Most narrow concepts that a user likes. Unit: count. Default: 4. Source: ours. */
  "data.maxNarrowConcepts"?: number;
  /** Mean strength of the audience a user likes; single strengths are gamma draws. Unit: log weight. Default: 1. Source: ours. */
  "data.broadStrength"?: number;
  /** Mean strength of a narrow concept. Unit: log weight. Default: 2. Source: ours. */
  "data.narrowStrength"?: number;
  /** Least interactions of a user; lowered where the total does not allow it. Unit: count. Default: 5. Source: ours. */
  "data.minUserInteractions"?: number;
  /** Least interactions of an item; lowered where the total does not allow it. Unit: count. Default: 5. Source: ours. */
  "data.minItemInteractions"?: number;
  /** Spread (log-normal σ) of the interactions beyond a user's least: the higher, the heavier the tail. Starter shape only. Unit: σ of a logarithm. Default: 1. Source: ours. */
  "data.countSpread"?: number;
  /** What items are told apart by: names of categories, or whole words in them, by side, as in { women: ["Women"], men: ["Men"] }; or { column: "gender" }, a column of the item metadata, with sides made of its values where they are named. The first side that fits counts. Without it: women and men, by words of category names. Unit: names. Default: none. Source: arXiv 2606.29341, section 5.3. */
  "data.axis"?: Record<string, string[] | string>;
  /** Interactions: CSV, TSV, `::`-separated text, JSON lines or Parquet, plain or gzipped. Unit: file. Default: none. Source: yours. */
  "data.ratings"?: string;
  /** Column of the ratings that has the user; 1, 2, … in a file without a header. Guessed where it is not named. Unit: column. Default: none. Source: the files. */
  "data.columns.user"?: string;
  /** Column that has the item, in both files. Guessed where it is not named. Unit: column. Default: none. Source: the files. */
  "data.columns.item"?: string;
  /** Column of the ratings that has the rating; any is a positive unless a threshold is set. Guessed where it is not named. Unit: column. Default: none. Source: the files. */
  "data.columns.rating"?: string;
  /** Column of the ratings that has the time, a number or a date. Guessed where it is not named. Unit: column. Default: none. Source: the files. */
  "data.columns.time"?: string;
  /** Column of the metadata that holds the categories, and what separates those of an item where they are one text; or a list of several columns, whose names are all an item's. Guessed where it is not named. Unit: column. Default: none. Source: the files. */
  "data.categories"?: { column: string; separator?: string } | { column: string; separator?: string }[];
  /** Ratings below it are no positives; where nothing is set, any rating is one, as in the paper. Unit: rating. Default: none. Source: ours. */
  "data.filter.minRating"?: number;
  /** Ratings before it are left out: a date such as "2015-01-01", or a number in the unit of the file. Unit: time. Default: none. Source: ours. */
  "data.filter.from"?: string | number;
  /** Ratings at or after it are left out. Unit: time. Default: none. Source: ours. */
  "data.filter.until"?: string | number;
  /** Which rating counts when a user rated an item more than once; without times, the highest. Unit: name. Default: "latest". Source: ours. */
  "data.filter.repeats"?: "latest" | "earliest" | "highest";
  /** Category names are cleaned of HTML entities, single letters, store names and notices; the paper does not. Unit: yes or no. Default: none. Source: arXiv 2606.29341, section 3. */
  "data.cleanCategories"?: boolean;
  /** Greatest share of a file's rows that may be bad before the run stops. Unit: share. Default: 0.01. Source: ours. */
  "data.maxRejected"?: number;
  /** Users with fewer ratings are dropped, counted over ratings and held-out file; 0 or 1 keeps everything, the default where there is a held-out file. Unit: ratings. Default: 3. Source: arXiv 2606.29341, section 3. */
  "data.prune.minUserRatings"?: number;
  /** Items with fewer ratings are dropped, counted over ratings and held-out file; 0 or 1 keeps everything, the default where there is a held-out file. Unit: ratings. Default: 5. Source: arXiv 2606.29341, section 3. */
  "data.prune.minItemRatings"?: number;
  /** Category names on fewer metadata items are dropped, and then the items that have lost all their names. Unit: items. Default: 40. Source: arXiv 2606.29341, section 3. */
  "data.prune.minCategoryItems"?: number;
  /** Only items of this main_category are kept, or with false of any; where nothing is set, AMAZON FASHION if most rows have it. Unit: name, or false. Default: none. Source: arXiv 2606.29341, section 3. */
  "data.prune.mainCategory"?: string | false;
  /** The two rating thresholds are repeated until nothing changes (a k-core); the paper takes one pass, with counts on the raw table. Unit: yes or no. Default: none. Source: arXiv 2606.29341, section 3. */
  "data.prune.iterate"?: boolean;
  /** Which positives are held out: at random over all (the paper), each user's last one, or the latest of all; the last two need times. Unit: name. Default: "random". Source: arXiv 2606.29341, section 4.1. */
  "split.kind"?: "random" | "leave-last-out" | "time";
  /** Share of the positives that is fitted on; the rest is held out. Of no meaning to leave-last-out. Unit: share. Default: 0.8. Source: arXiv 2606.29341, section 4.1. */
  "split.trainShare"?: number;
  /** At most this many users are drawn before the split. Unit: users. Default: 400000. Source: arXiv 2606.29341, section 4.1. */
  "split.maxUsers"?: number;
  /** File of the interactions that are held out, in place of a draw; columns and filter are those of the ratings. What the ratings hold beside them is fitted on, and nothing is pruned unless data.prune is set. Unit: file. Default: none. Source: yours. */
  "split.heldOut"?: string;
  /** Where the factors come from: iALS, SGD on the binary cross-entropy, or a fit elsewhere. Unit: name. Default: "ials"; paper: "bce-sgd". Source: ours; bce-sgd is the paper's, section 4.1. */
  "mf.kind"?: "ials" | "bce-sgd" | "given";
  /** Width of the factorization: numbers in a factor. Unit: count. Default: 20. Source: arXiv 2606.29341, section 4.1. */
  "mf.d"?: number;
  /** Confidence of an interaction is 1 + alpha; of a gap, 1. Set by hand, it is held; absent, it is chosen by the tuning, or 40 where mf.tune is false. Unit: factor. Default: none. Source: Hu, Koren and Volinsky 2008, section 4. */
  "mf.alpha"?: number;
  /** In ials: L2 penalty on both factor matrices. Set by hand, it is held; absent, it is chosen by the tuning, or 1 where mf.tune is false. Unit: factor. Default: none. Source: ours, by ranking on the clothing-sized set. In bce-sgd: L2 penalty on factors and biases, applied with every row's update. Unit: factor. Default: 0.01. Source: arXiv 2606.29341, section 4.1. */
  "mf.reg"?: number;
  /** Sweeps over users and then items at most: the fit ends earlier where it has converged. Unit: count. Default: 100. Source: ours, by ranking on the clothing-sized set. */
  "mf.iterations"?: number;
  /** The fit has converged when a sweep lowers the objective by less than this share of all that it has been lowered since factors of zero; 0 never ends it early. Unit: share. Default: 0.00005. Source: ours, by ranking on the clothing-sized set. */
  "mf.tolerance"?: number;
  /** In ials: Standard deviation of the items' normal start. Any small one does: users are solved first, exactly. Unit: factor. Default: 0.01. Source: the scale of implicit's start. In bce-sgd: Standard deviation of the normal start of both factor matrices; biases start at 0. From a start of 0 the factors never move. Unit: factor. Default: 0.1. Source: the published code. */
  "mf.initScale"?: number;
  /** Choose mf.alpha and mf.reg on a validation part of the train split, as far as they are not set by hand. False keeps what is set. Unit: yes or no. Default: true. Source: ours. */
  "mf.tune"?: boolean;
  /** Learning rate: how far a unit of gradient moves a parameter. Unit: factor. Default: 0.005. Source: arXiv 2606.29341, section 4.1. */
  "mf.lr"?: number;
  /** Passes over all pairs. Unit: count. Default: 10. Source: arXiv 2606.29341, section 4.1. */
  "mf.epochs"?: number;
  /** Pairs whose updates are computed from the same factors and then added up. Unit: pairs. Default: 1024. Source: arXiv 2606.29341, section 4.1. */
  "mf.batch"?: number;
  /** `batches`: over all pairs in random order, one batch after another, as the paper. `blocks`: a sixteenth of the users with a sixteenth of the items at a time, in batches of these, sixteen such blocks at once on as many threads as there are; the parts are drawn anew each epoch. Unit: name. Default: "batches". Source: arXiv 2606.29341, section 4.1. */
  "mf.schedule"?: "batches" | "blocks";
  /** Folder of factors that were fitted elsewhere: factors.safetensors, users.txt and items.txt. Unit: folder. Default: none. Source: yours. */
  "mf.folder"?: string;
  /** Greatest share of the data's users, or items, that may have no row in the factors. Unit: share. Default: 0.5. Source: ours. */
  "mf.maxMissing"?: number;
  /** Architecture of the autoencoder. Unit: name. Default: "msae". Source: ours. */
  "sae.architecture"?: "msae" | "plain" | (string & Record<never, never>);
  /** Latents of the autoencoder. Unit: count. Default: 50. Source: arXiv 2606.29341, section 4.2. */
  "sae.k"?: number;
  /** In msae: Nested prefix lengths, ascending, the last equal to k. Unit: latents. Default: [5,10,15,20,25,30,35,40,45,50]. Source: arXiv 2606.29341, section 2.4. In plain: Nested prefix lengths, ascending, the last equal to k. Unit: latents. Default: [50]. Source: arXiv 2606.29341, section 2.4. */
  "sae.prefixes"?: number[];
  /** Learning rate of Adam: about how far a weight moves in a step. Unit: weight a step. Default: 0.002; paper: 0.0001. Source: arXiv 2606.29341, section 4.2. */
  "sae.lr"?: number;
  /** Share of the first moment that a step of Adam keeps. Unit: share. Default: 0.9. Source: Kingma and Ba 2015. */
  "sae.beta1"?: number;
  /** Share of the second moment that a step of Adam keeps. Unit: share. Default: 0.999. Source: Kingma and Ba 2015. */
  "sae.beta2"?: number;
  /** Added to the root of Adam's second moment. Unit: gradient. Default: 1e-8. Source: Kingma and Ba 2015. */
  "sae.epsilon"?: number;
  /** Passes over the shorter side, or over the users where the architecture says so. Unit: count. Default: 30. Source: arXiv 2606.29341, section 4.2. */
  "sae.epochs"?: number;
  /** Rows of users, and as many rows of items, in a step. Unit: rows. Default: 256. Source: arXiv 2606.29341, section 4.2. */
  "sae.batch"?: number;
  /** In msae: Weight of the reconstruction, summed over prefixes. Unit: factor. Default: 3.7183641805732095. Source: arXiv 2606.29341, section 4.2, found by search. In plain: Weight of the reconstruction. Unit: factor. Default: 2.6. Source: the published code. */
  "sae.wMse"?: number;
  /** In msae: Weight of the mean absolute activation. Unit: factor. Default: 0.3. Source: arXiv 2606.29341, section 4.2. In plain: Weight of the mean absolute activation. Unit: factor. Default: 0.00001. Source: the published code. */
  "sae.wL1"?: number;
  /** In msae: Weight of the KL divergence of mean activations from rho. Unit: factor. Default: 0.003. Source: arXiv 2606.29341, section 4.2. In plain: Weight of the KL divergence of mean activations from rho. Unit: factor. Default: 0.7. Source: the published code. */
  "sae.wKl"?: number;
  /** In msae: Target mean activation of a latent. Unit: activation. Default: 0.1. Source: arXiv 2606.29341, section 4.2. In plain: Target mean activation of a latent. Unit: activation. Default: 0.05. Source: the published code. */
  "sae.rho"?: number;
  /** Weight of the inner-product term in the epoch after the last: β(e) = max(0, betaEnd · (e − betaWarmup)/(epochs − betaWarmup)), e from 0. Unit: factor. Default: 5. Source: arXiv 2606.29341, section 4.2. */
  "sae.betaEnd"?: number;
  /** Epochs during which the inner-product term is off. Unit: epochs. Default: 10. Source: arXiv 2606.29341, section 4.2. */
  "sae.betaWarmup"?: number;
  /** true: the decoder is the encoder's W, transposed. false: it has rows of its own, which start as the encoder's and are held to no length; a latent is read by its row of W and written by its row of the decoder. Unit: yes or no. Default: true. Source: arXiv 2606.29341, section 4.2. */
  "sae.tied"?: boolean;
  /** Least optimiser steps: on small data the epochs, and what grows with them, are stretched alike to reach it; 0 never stretches. Unit: steps. Default: 1500; paper: 0. Source: ours; 0 in the preset paper. */
  "sae.minSteps"?: number;
  /** Weight of the inner-product term, the same in every epoch. Unit: factor. Default: 10. Source: the published code. */
  "sae.wInner"?: number;
  /** Items of the sampled score, as in the paper; the exact score is over all items. Unit: items. Default: 5000. Source: arXiv 2606.29341, section 4.3. */
  "scores.sample"?: number;
  /** The autoencoder is also trained on noise and that is put beside the scores; takes as long as the training itself. Unit: yes or no. Default: false; paper: true. Source: ours. */
  "scores.noiseTrained"?: boolean;
  /** Whole pipelines on the same data (split, factors, autoencoder): the first with the run's seed, each further one with a seed of its own. The verdict's intervals cover their spread, which with 1 is unknown; below 5 they are wide. Each seed tunes alpha and reg by itself, and rewired runs take turns with what each chose, so that runs that were fitted alike are compared. What is not drawn (a held-out file, a split by time, given factors) stays the same. Unit: count. Default: 1. Source: ours. */
  "seeds.runs"?: number;
  /** Whole pipelines on rewired data, each with seeds of its own: the null that decides between spectrum and structure. 0 runs none; a p-value needs 19. Unit: count. Default: 0. Source: ours. */
  "rewired.runs"?: number;
  /** Folders of factors that were fitted elsewhere to data without structure, one a run of the null: they stand in place of rewiring and fitting. Unit: folders. Default: []. Source: yours. */
  "rewired.factors"?: string[];
  /** A latent × category pair counts as significant below this Benjamini–Hochberg q. Unit: share of false discoveries. Default: 0.01. Source: ours. */
  "alignment.q"?: number;
  /** Items of half A, those with the highest activations, that a latent's label is written from. Unit: items. Default: 25. Source: arXiv 2606.29341, section 4.4. */
  "labels.items"?: number;
  /** A category or word counts in an offline label below this Benjamini–Hochberg q. Unit: share of false discoveries. Default: 0.05. Source: ours. */
  "labels.q"?: number;
  /** An offline label names no category or word that is on a smaller share of the latent's items. Unit: share. Default: 0.3. Source: ours. */
  "labels.coverage"?: number;
  /** Items of half B that a label is tested on: half of them fire the latent highly, half do not fire it. Unit: items. Default: 40. Source: ours. */
  "labels.tested"?: number;
  /** Share of half B's items, those with the highest activations, that count as high; never fewer items than a test needs of them. Unit: share. Default: 0.01. Source: ours. */
  "labels.top"?: number;
  /** Parts of equal size that the items that fire a latent are cut into by their activation. Unit: count. Default: 4. Source: ours. */
  "labels.quantiles"?: number;
  /** Rounds of the intruder test of a latent: four of its items, and one that does not fire it. Unit: rounds. Default: 5. Source: arXiv 2507.08473. */
  "labels.intruders"?: number;
  /** How often the labels are dealt out to other latents, for the null of shuffled labels. Unit: count. Default: 5. Source: ours. */
  "labels.shuffles"?: number;
  /** Most runs on rewired data whose latents are labelled and tested too, the first ones: each has as many latents of its own as ours. Unit: runs. Default: 5. Source: ours. */
  "labels.runs"?: number;
  /** Labels that people wrote, which stand in place of others: JSON lines, see docs/labels.md. It is never written to. Unit: file. Default: none. Source: yours. */
  "labels.edits"?: string;
  [path: string]: unknown;
}
