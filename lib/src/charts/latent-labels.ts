import { type Figure, figure, WIDTH } from "./figure";
import { itemBars } from "./item-bars";

/** What is known of a latent: its label and how that was borne out. */
export interface LabelledLatent {
  latent: number;
  /** Lines to read: "label: Women › Sandals", "description: …". */
  lines: string[];
  items: { item: string; categories: string; activation: number }[];
}

/** One latent at a time: its label with all that is known of it, and the items that it was written from. The slider chooses. */
export function latentLabels(latents: readonly LabelledLatent[]): Figure {
  const lines = latents.flatMap(({ latent, lines: own }) => own.map((line, row) => ({ latent, row, line })));
  const items = latents.flatMap(({ latent, items: own }) =>
    own.map(({ item, ...rest }, row) => ({ latent, item: `${row + 1}. ${item}`, ...rest })),
  );
  const last = Math.max(...latents.map(({ latent }) => latent));
  return figure(
    {
      name: "latent-labels",
      title: "A latent, its label, and the items that the label was written from",
      subtitle: "Move the slider to choose the latent; one without a label does not fire.",
      text: `Labels of ${latents.length} latents, each with description, confidence, evidence, scores and its strongest items.`,
    },
    {
      params: [
        {
          name: "latent",
          value: latents[0].latent,
          bind: { input: "range", min: 0, max: last, step: 1, name: "latent " },
        },
      ],
      spacing: 12,
      vconcat: [
        {
          width: WIDTH,
          height: { step: 17 },
          data: { values: lines },
          transform: [{ filter: "datum.latent == latent" }],
          mark: { type: "text", align: "left", baseline: "middle", fontSize: 12, limit: WIDTH },
          encoding: {
            x: { value: 0 },
            y: { field: "row", type: "ordinal", axis: null },
            text: { field: "line" },
            tooltip: [{ field: "line", title: "in full" }],
          },
        },
        {
          width: WIDTH - 270,
          height: { step: 18 },
          data: { values: items },
          transform: [{ filter: "datum.latent == latent" }],
          ...itemBars("item"),
        },
      ],
    },
  );
}
