import { type Figure, figure, short, WIDTH } from "./figure";

/** One latent's best category, measured on half B. */
export interface AlignmentBar {
  latent: number;
  best: string;
  auroc: number;
  nap: number;
  q: number;
}

/** Each latent's best category; a slider leaves out those below a chosen nAP, dashed lines are the floors. */
export function alignmentBars(input: {
  rows: readonly AlignmentBar[];
  /** Mean best nAP of encoders that learned nothing. */
  floors: Readonly<Record<string, number>>;
  level: number;
}): Figure {
  const { rows, level } = input;
  const shown = [...rows]
    .sort((a, b) => b.nap - a.nap)
    .map((row) => ({
      ...row,
      name: `${row.latent} · ${row.best}`,
      verdict: row.q < level ? `q < ${level}` : "not significant",
    }));
  const floors = Object.entries(input.floors).map(([name, nap]) => ({ name, nap }));
  // Laid by all values, so that it stands still while the slider moves, and stands where that hides every bar.
  const ends = [...shown, ...floors].map(({ nap }) => nap);
  const scale = { domain: [Math.min(0, ...ends), Math.max(0.01, ...ends)] };
  const y = { field: "name", type: "nominal", sort: { field: "nap", order: "descending" }, axis: { title: null } };
  return figure(
    {
      name: "alignment",
      title: "The category that each latent picks out best",
      subtitle: [
        "Chosen on half A of the items, measured on half B. nAP: 0 = luck, 1 = perfect. The slider hides weaker latents.",
        `Dashed: mean over categories of the best nAP without learning: ${floors.map(({ name, nap }) => `${name} ${short(nap)}`).join(" · ")}.`,
      ],
      text: `Best: ${shown
        .slice(0, 3)
        .map(({ name, nap, auroc }) => `${name} (nAP ${short(nap)}, AUROC ${short(auroc)})`)
        .join(", ")}.`,
    },
    {
      width: WIDTH - 170,
      height: { step: 15 },
      params: [
        { name: "least", value: 0.05, bind: { input: "range", min: 0, max: 0.9, step: 0.05, name: "least nAP " } },
      ],
      layer: [
        {
          data: { values: shown },
          transform: [{ filter: "datum.nap >= least" }],
          mark: { type: "bar" },
          encoding: {
            y,
            x: { field: "nap", type: "quantitative", scale, axis: { title: "nAP on half B" } },
            color: {
              field: "verdict",
              type: "nominal",
              scale: { domain: [`q < ${level}`, "not significant"], range: ["#0072B2", "#bbbbbb"] },
              legend: { title: null, orient: "top" },
            },
            tooltip: [
              { field: "latent" },
              { field: "best" },
              { field: "auroc", format: ".3f", title: "AUROC" },
              { field: "nap", format: ".3f", title: "nAP" },
              { field: "q", format: ".1e" },
            ],
          },
        },
        {
          data: { values: floors },
          mark: { type: "rule", strokeDash: [4, 3], color: "#D55E00" },
          encoding: {
            x: { field: "nap", type: "quantitative", scale },
            tooltip: [{ field: "name" }, { field: "nap", format: ".3f" }],
          },
        },
      ],
    },
  );
}
