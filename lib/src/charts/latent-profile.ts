import { type Figure, figure, WIDTH } from "./figure";
import { itemBars } from "./item-bars";

/** One of a latent's strongest items. */
export interface ProfileRow {
  latent: number;
  rank: number;
  item: string;
  categories: string;
  activation: number;
}

/** A latent's strongest items; the slider chooses the latent. */
export function latentProfile(rows: readonly ProfileRow[]): Figure {
  const last = rows.reduce((largest, { latent }) => Math.max(largest, latent), 0);
  const perLatent = rows.reduce((most, { rank }) => Math.max(most, rank), 0);
  return figure(
    {
      name: "latent-profile",
      title: "The items that activate a latent most",
      subtitle: "Move the slider to choose the latent; an empty chart is a latent that no item activates.",
      text: `The ${perLatent} strongest items of each of ${last + 1} latents.`,
    },
    {
      data: { values: rows },
      params: [
        {
          name: "latent",
          value: rows[0]?.latent ?? 0,
          bind: { input: "range", min: 0, max: last, step: 1, name: "latent " },
        },
      ],
      transform: [{ filter: "datum.latent == latent" }, { calculate: "datum.rank + '. ' + datum.item", as: "label" }],
      width: WIDTH - 270,
      height: { step: 20 },
      ...itemBars("label"),
    },
  );
}
