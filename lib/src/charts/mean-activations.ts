import { COLORS, type Figure, figure, short, WIDTH } from "./figure";

/** A latent by how strongly it is active, with its label where it has one. */
export interface MeanActivation {
  latent: number;
  /** Mean over the items that count. */
  mean: number;
  /** Share of these that fire it, in per cent. */
  share: number;
  label?: string;
  /** Detection of the label; absent where it was not tested. */
  auroc?: number;
}

const NAMED = "label names a concept";
const UNNAMED = "no clear concept";

/** Figure 13 of the paper: each latent's mean activation, the highest first. */
export function meanActivations(rows: readonly MeanActivation[]): Figure {
  const shown = sorted(rows);
  return figure(
    {
      name: "mean-activations",
      title: "Mean activation of every latent, sorted",
      subtitle:
        "Over all items that count. Point at a bar to see which latent it is; the slider leaves out the least active ones.",
      text: `The most active latent is ${shown[0].latent} (mean ${short(shown[0].mean)}), the least active ${shown[shown.length - 1].latent} (${short(shown[shown.length - 1].mean)}).`,
    },
    {
      data: { values: shown },
      width: WIDTH,
      height: 240,
      params: [
        {
          name: "shown",
          value: shown.length,
          bind: { input: "range", min: 1, max: shown.length, step: 1, name: "latents shown " },
        },
      ],
      transform: [{ filter: "datum.rank <= shown" }],
      mark: { type: "bar", color: COLORS.trained },
      encoding: {
        x: {
          field: "rank",
          type: "ordinal",
          axis: { title: "latents, most active first", labels: false, ticks: false },
        },
        y: { field: "mean", type: "quantitative", axis: { title: "mean activation" } },
        tooltip: [
          { field: "latent" },
          { field: "mean", format: ".4f", title: "mean activation" },
          { field: "share", format: ".1f", title: "% of items that fire it" },
        ],
      },
    },
  );
}

/** Figure 14 of the paper: the same with labels; the slider hides those that predict less. */
export function labelledActivations(rows: readonly MeanActivation[], noConcept: string): Figure {
  const shown = sorted(rows).map((row) => ({
    ...row,
    name: `${row.latent} · ${row.label ?? "no label"}`,
    kind: row.label === undefined || row.label === noConcept ? UNNAMED : NAMED,
    tested: row.auroc ?? 0,
    detection: row.auroc === undefined ? "not tested" : row.auroc.toFixed(3),
  }));
  const named = shown.filter(({ kind }) => kind === NAMED);
  const best = [...named].sort((a, b) => b.tested - a.tested).slice(0, 3);
  return figure(
    {
      name: "labelled-activations",
      title: "Mean activation of every latent, with its label",
      subtitle: "The slider hides labels whose detection on unseen items is lower; 0.5 is luck.",
      text: `${named.length} of ${shown.length} latents have a label that names a concept. Best detection: ${
        best.map(({ name, detection }) => `${name} (${detection})`).join(", ") || "none"
      }.`,
    },
    {
      data: { values: shown },
      width: WIDTH - 250,
      height: { step: 15 },
      params: [
        { name: "least", value: 0, bind: { input: "range", min: 0, max: 1, step: 0.05, name: "least detection " } },
      ],
      transform: [{ filter: "datum.tested >= least" }],
      mark: { type: "bar" },
      encoding: {
        y: {
          field: "name",
          type: "nominal",
          sort: { field: "mean", order: "descending" },
          axis: { title: null, labelLimit: 300 },
        },
        x: {
          field: "mean",
          type: "quantitative",
          // Laid by all bars, so that it stands still while the slider moves.
          scale: { domain: [0, Math.max(...shown.map(({ mean }) => mean), Number.MIN_VALUE)] },
          axis: { title: "mean activation" },
        },
        color: {
          field: "kind",
          type: "nominal",
          scale: { domain: [NAMED, UNNAMED], range: [COLORS.trained, "#bbbbbb"] },
          legend: { title: null, orient: "top" },
        },
        tooltip: [
          { field: "latent" },
          { field: "name", title: "label" },
          { field: "mean", format: ".4f", title: "mean activation" },
          { field: "detection" },
        ],
      },
    },
  );
}

const sorted = (rows: readonly MeanActivation[]): (MeanActivation & { rank: number })[] =>
  [...rows].sort((a, b) => b.mean - a.mean || a.latent - b.latent).map((row, at) => ({ ...row, rank: at + 1 }));
