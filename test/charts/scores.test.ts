import { test } from "uvu";
import * as assert from "uvu/assert";
import { alignmentBars } from "../../lib/src/charts/alignment-bars";
import { doseResponse } from "../../lib/src/charts/dose-response";
import { latentProfile } from "../../lib/src/charts/latent-profile";
import { rerankedList } from "../../lib/src/charts/reranked-list";
import { scoreByLatent } from "../../lib/src/charts/score-by-latent";
import { scoreHistogram } from "../../lib/src/charts/score-histogram";
import { scoreVsNull } from "../../lib/src/charts/score-vs-null";
import { type Drawn, drawsEveryRow } from "./draws";

const FIGURES: Drawn[] = [
  [
    scoreByLatent([
      {
        name: "trained",
        values: [0, 1, 2].map((latent) => ({ latent, score: latent === 1 ? Number.NaN : 0.2, low: 0.1, high: 0.3 })),
      },
      { name: "noise", values: [0, 1, 2].map((latent) => ({ latent, score: 0.1 })) },
    ]),
    /aria-roledescription="point"/g,
    5,
  ],
  [
    scoreVsNull({ perLatent: [0.2, 0.3, Number.NaN], null: [0.1, 0.2, 0.3], name: "noise" }),
    /aria-roledescription="point"/g,
    2,
  ],
  [
    scoreHistogram({ perLatent: [0.21, 0.2, 0.35], nulls: { noise: [0.11, 0.12, 0.1] } }),
    /aria-roledescription="bar"/g,
    6,
  ],
  [
    alignmentBars({
      rows: [
        { latent: 3, best: "Women", auroc: 0.9, nap: 0.7, q: 1e-9 },
        {
          latent: 4,
          best: "A category whose name is far too long to stand beside a bar without being cut off",
          auroc: 0.5,
          nap: 0.01,
          q: 0.9,
        },
      ],
      floors: { untrained: 0.2 },
      level: 0.01,
    }),
    /aria-roledescription="bar"/g,
    1,
  ],
  [
    latentProfile([
      { latent: 0, rank: 1, item: "Shoe", categories: "Women · Shoes", activation: 2 },
      { latent: 0, rank: 2, item: "Boot", categories: "Women · Shoes", activation: 1 },
      { latent: 1, rank: 1, item: "Hat", categories: "Men", activation: 1 },
    ]),
    /aria-roledescription="bar"/g,
    2,
  ],
  [
    doseResponse(
      [0, 1, 2].map((alpha) => ({
        alpha,
        change: alpha / 10,
        low: 0,
        high: 0.3,
        controlLow: -0.1,
        controlMedian: 0,
        controlHigh: 0.1,
      })),
      { tag: "women", latents: [3, 4], choice: "chosen by hand", k: 10, users: 5, controls: 25, p: 0.04 },
    ),
    /aria-roledescription="(point|area mark)"/g,
    4,
  ],
  [
    rerankedList(
      [1, 2].flatMap((alpha) =>
        [1, 2, 3].map((rank) => ({ alpha, rank, item: `item ${rank}`, tag: "women", score: 1, before: "new" })),
      ),
      "u1",
      ["women", "men"],
    ),
    /aria-roledescription="bar"/g,
    3,
  ],
  [
    scoreByLatent([
      { name: "MSAE", values: [0, 1].map((latent) => ({ latent, score: 0.2 })) },
      { name: "plain SAE", values: [0, 1].map((latent) => ({ latent, score: 0.1 })) },
    ]),
    /aria-roledescription="point"/g,
    4,
  ],
];

drawsEveryRow(FIGURES);

test("every number that could not be drawn is counted in the subtitle", () => {
  const [scores, against] = FIGURES.map(([figure]) => JSON.stringify(figure.spec));
  assert.match(scores, /1 points have no score/);
  assert.match(against, /1 latents without a score/);
});

test.run();
