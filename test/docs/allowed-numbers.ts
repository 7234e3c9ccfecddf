import { PUBLISHED, PUBLISHED_REDUCTION } from "../../lib/src/lab/published";
import { BCE_SGD_DEFAULTS } from "../../lib/src/mf/bce-sgd";
import { betaAt, MSAE_DEFAULTS } from "../../lib/src/sae/msae";
import { PLAIN_SAE_DEFAULTS } from "../../lib/src/sae/plain";

/** Every number in a record, at any depth. */
function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}

const { data, rawData, fitted, stepsPerEpoch, msaeLoss } = PUBLISHED;
const density = ({ users, items, interactions }: typeof rawData): number => interactions / (users * items);

/**
 * What was published, and what follows from it by arithmetic. Such a figure may stand in a paragraph that says whose it is.
 */
export const PUBLISHED_NUMBERS: readonly number[] = [
  ...numbersOf(PUBLISHED),
  // Doses are the names of their shares.
  ...Object.keys(PUBLISHED.womensShare).map(Number).filter(Number.isFinite),
  100 * density(rawData),
  100 * density(data),
  PUBLISHED_REDUCTION,
  ...Object.values(msaeLoss).map((loss) => loss / PUBLISHED_REDUCTION),
  stepsPerEpoch.plainSae / stepsPerEpoch.msae,
  fitted.trainPositives / fitted.users,
  data.interactions / 1e6,
  rawData.interactions / 1e6,
  PUBLISHED.womensShare["1.5"] - PUBLISHED.womensShare.original,
];

/** A number that is nobody's result: a setting, a limit or a definition. */
export interface Allowed {
  /** File, and the number as it is written there. */
  file: string;
  written: string;
  /** Why it may stand there. */
  why: string;
  /** The value in the code, where it is a setting: the number is wrong when it changes. */
  value?: number;
}

/** Numbers that mean the same wherever they stand. */
export const EVERYWHERE: readonly Omit<Allowed, "file">[] = [{ written: "95 %", why: "level of every interval" }];

export const ALLOWED: readonly Allowed[] = [
  { file: "notebooks/00-start-here.ipynb", written: "0.5", why: "AUROC of luck, by definition" },
  { file: "docs/glossary.md", written: ".5", why: "AUROC of luck, by definition" },
  { file: "docs/card.md", written: ".5", why: "AUC of luck, by definition" },
  { file: "docs/card.md", written: ".2", why: "the intruder by luck: one in five" },
  { file: "docs/card.md", written: ".693", why: "log loss of luck, by definition", value: Math.LN2 },
  { file: "docs/card.md", written: ".8", why: "threshold of latentsAbove8" },
  { file: "docs/card.md", written: "99 %", why: "where classes of size are cut" },
  { file: "docs/card.md", written: "99.9 %", why: "where classes of size are cut" },
  {
    file: "notebooks/02-matrix-factorization.ipynb",
    written: ".005",
    why: "the paper's rate",
    value: BCE_SGD_DEFAULTS.lr,
  },
  {
    file: "notebooks/02-matrix-factorization.ipynb",
    written: ".01",
    why: "the paper's λ",
    value: BCE_SGD_DEFAULTS.reg,
  },
  {
    file: "notebooks/02-matrix-factorization.ipynb",
    written: ".1",
    why: "rate of the example by hand, as in its cell",
  },
  {
    file: "docs/as-published-and-as-it-should-be.md",
    written: ".005",
    why: "the paper's rate",
    value: BCE_SGD_DEFAULTS.lr,
  },
  { file: "notebooks/03-msae.ipynb", written: "0.3", why: "the paper's weight of l1", value: MSAE_DEFAULTS.wL1 },
  { file: "notebooks/03-msae.ipynb", written: "0.003", why: "the paper's weight of kl", value: MSAE_DEFAULTS.wKl },
  { file: "notebooks/03-msae.ipynb", written: "0.1", why: "the paper's ρ", value: MSAE_DEFAULTS.rho },
  { file: "notebooks/03-msae.ipynb", written: "4.75", why: "β of the last epoch", value: betaAt(29, MSAE_DEFAULTS) },
  {
    file: "notebooks/04-sae-against-msae.ipynb",
    written: "2.6",
    why: "the paper's weight of mse",
    value: PLAIN_SAE_DEFAULTS.wMse,
  },
  {
    file: "notebooks/04-sae-against-msae.ipynb",
    written: "0.7",
    why: "the paper's weight of kl",
    value: PLAIN_SAE_DEFAULTS.wKl,
  },
  { file: "notebooks/04-sae-against-msae.ipynb", written: ".05", why: "the paper's ρ", value: PLAIN_SAE_DEFAULTS.rho },
  { file: "data/README.md", written: "8 MB", why: "longest line that is read" },
  { file: "data/README.md", written: "2.0M", why: "users of the data set, as its own page states them" },
  { file: "data/README.md", written: "825.9K", why: "items of the data set, as its own page states them" },
  { file: "data/README.md", written: "2.5M", why: "ratings of the data set, as its own page states them" },
  { file: "README.md", written: "20.10", why: "version of Node" },
  { file: "environment.md", written: "2 GB", why: "disk that the set-up of the native engine checks for" },
  { file: "environment.md", written: "12 GB", why: "the same with --gpu" },
  { file: "environment.md", written: "3 GB", why: "disk that the set-up asks to free" },
];
