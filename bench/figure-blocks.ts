import { PUBLISHED, PUBLISHED_LATENTS, PUBLISHED_REDUCTION } from "../lib/src/lab/published";
import type { CardFigures, Figures, SetFigures } from "./figures-of-card";

/** A number as the docs show it: fixed digits, no zero before the point. */
const short = (value: number | undefined, digits = 3): string => {
  if (value === undefined) return "not run";
  const text = Math.abs(value).toFixed(digits).replace(/^0\./, ".");
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** One row for each preset of each set. */
const byRun = (figures: Figures, cells: (run: CardFigures, set: SetFigures) => string[]): string[][] =>
  Object.entries(figures.sets).flatMap(([name, set]) =>
    Object.entries(set.presets).map(([preset, run]) => [`\`${preset}\`, ${name}`, ...cells(run, set)]),
  );

const count = (value: number): string => value.toLocaleString("en-US");

const epochs = Object.keys(PUBLISHED.msaeLoss).map(Number);

/** The text of every marked block, by its name. */
export function blocks(figures: Figures): Record<string, string> {
  const { min, max } = PUBLISHED.monosemanticity;
  const { noiseTrained } = figures;
  const bare = epochs.map(() => "");
  return {
    sets: table(
      ["data", "users", "items", "interactions", "computed on"],
      Object.entries(figures.sets).map(([name, set]) => [
        name,
        ...[set.users, set.items, set.interactions].map(count),
        set.made,
      ]),
    ),
    score: table(
      ["run", "mean score", "`noise`", "`noiseMoments`", "`rewired`", "correlation with `noise`, latent by latent"],
      [
        [
          `published: ${short(min)} to ${short(max)}`,
          `of ${PUBLISHED_LATENTS}: ${short(publishedMean())}`,
          "",
          "",
          "",
          "",
        ],
        ...byRun(figures, ({ score, nulls }) => [
          short(score),
          ...["noise", "noiseMoments", "rewired"].map((name) => short(nulls[name]?.mean)),
          short(nulls.noise.correlation, 2),
        ]),
      ],
    ),
    answers: table(
      ["run", "score", "meaning", "added value", "rewired runs"],
      byRun(figures, ({ answers, rewiredRuns }) => [
        ...Object.values(answers).map((answer) => (answer === "undecided" ? "undecided: a null was not run" : answer)),
        String(rewiredRuns),
      ]),
    ),
    alignment: table(
      ["run", "mean best nAP", "its floors", "significant pairs", "those of the floors"],
      byRun(figures, ({ alignment }) => {
        if (!alignment) return ["no categories", "", "", ""];
        const floors = Object.entries(alignment.floors);
        return [
          short(alignment.meanBestNap),
          floors.map(([name, floor]) => `\`${name}\` ${short(floor.meanBestNap)}`).join(", "),
          `${count(alignment.significant)} of ${count(alignment.pairs)}`,
          floors.map(([name, floor]) => `\`${name}\` ${count(floor.significant)}`).join(", "),
        ];
      }),
    ),
    ranking: table(
      ["run", "NDCG@10", "popularity's", "AUC", "popularity's"],
      [
        [
          "published, rebuilt by the MSAE",
          short(PUBLISHED.msae.ndcgAt10, 4),
          "not given",
          short(PUBLISHED.msae.auc),
          "not given",
        ],
        ...byRun(figures, ({ ndcgAt10, auc }) => [
          ...[ndcgAt10.ours, ndcgAt10.popularity].map((value) => short(value, 4)),
          ...[auc.ours, auc.popularity].map((value) => short(value)),
        ]),
      ],
    ),
    "noise-trained": table(
      ["", ...epochs.map((epoch) => `epoch ${epoch}`), "scores"],
      [
        [
          "published, in its reduction",
          ...epochs.map((epoch) => short(PUBLISHED.msaeLoss[epoch])),
          `${short(min)} to ${short(max)}`,
        ],
        [
          "trained on noise, in that reduction",
          ...epochs.map((epoch) => short(noiseTrained.loss[epoch])),
          `${short(noiseTrained.score.min)} to ${short(noiseTrained.score.max)}`,
        ],
        [
          "published, mean per step",
          ...epochs.map((epoch) => short(PUBLISHED.msaeLoss[epoch] / PUBLISHED_REDUCTION)),
          "",
        ],
        ["trained on noise, mean per step", ...epochs.map((epoch) => short(noiseTrained.lossPerStep[epoch])), ""],
        [
          "trained on noise, correlation of score and index",
          ...bare,
          short(noiseTrained.score.correlationWithIndex, 2),
        ],
      ],
    ),
  };
}

function publishedMean(): number {
  const values = Object.values(PUBLISHED.monosemanticity.perLatent);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const BLOCK = /<!-- figures:([a-z-]+) -->\n[\s\S]*?<!-- \/figures -->/g;

/** A page with its marked blocks written anew. @throws Error naming a block that does not exist */
export function withBlocks(page: string, texts: Readonly<Record<string, string>>): string {
  return page.replace(BLOCK, (_, name: string) => {
    if (!(name in texts))
      throw new Error(`There is no block of figures ${name}: it is one of ${Object.keys(texts).join(", ")}.`);
    return `<!-- figures:${name} -->\n${texts[name]}\n<!-- /figures -->`;
  });
}

/** A page without its marked blocks. */
export const withoutBlocks = (page: string): string => page.replace(BLOCK, "");

/** The source lib/src/lab/ours.ts. */
export function oursSource({ noiseTrained: { loss, score } }: Figures): string {
  const byEpoch = epochs.map((epoch) => `${epoch}: ${Number(loss[epoch].toFixed(4))}`).join(", ");
  const [low, high] = [score.min, score.max].map((value) => Number(value.toFixed(4)));
  return `/**
 * Figures of ours at the paper's shape, which a notebook has no time to compute. Written by \`npm run figures\`; do not edit.
 * \`noiseTrained\`: an MSAE with the paper's settings, trained on noise of the paper's shape (bench/noise-trained.ts); its loss by epoch
 * in the published reduction, and its least and highest score.
 */
export const OURS: {
  noiseTrained: { loss: Readonly<Record<number, number>>; score: { min: number; max: number } };
} = {
  noiseTrained: { loss: { ${byEpoch} }, score: { min: ${low}, max: ${high} } },
};
`;
}
