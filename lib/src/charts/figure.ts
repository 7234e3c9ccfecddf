/** A Vega-Lite v5 figure: data in it, nothing else needed to draw it. */
export interface Figure {
  /** Short name in kebab case, also its file name when exported. */
  name: string;
  title: string;
  /** The whole specification as JSON. */
  spec: Record<string, unknown>;
  /** One or two sentences with the main numbers, for readers without graphics. */
  text: string;
}

/** Colours that mean the same in every figure; told apart by most colour-blind readers (after Okabe and Ito). */
export const COLORS: Readonly<Record<string, string>> = {
  trained: "#0072B2",
  published: "#D55E00",
  permuted: "#999999",
  noise: "#CC79A7",
  noiseMoments: "#E69F00",
  noiseTrained: "#882255",
  untrained: "#009E73",
  rewired: "#56B4E9",
  popularity: "#999999",
  "original factors": "#555555",
  MSAE: "#0072B2",
  ours: "#0072B2",
  "noise, at the paper's size": "#CC79A7",
  "plain SAE": "#E69F00",
  "plain SAE, equal steps": "#8A5A00",
};

/** Colours of series that have no meaning of their own, in order. */
export const SERIES_COLORS: readonly string[] = [
  "#0072B2",
  "#E69F00",
  "#009E73",
  "#CC79A7",
  "#56B4E9",
  "#D55E00",
  "#999999",
];

/** Width of a figure's plot in pixels: fits a notebook page beside its axis and legend. */
export const WIDTH = 620;

/** A colour scale for named series: each keeps its own colour, others take the next free one. */
export function colorScale(names: readonly string[]): { domain: string[]; range: string[] } {
  const free = SERIES_COLORS.filter((color) => !names.some((name) => COLORS[name] === color));
  let next = 0;
  return { domain: [...names], range: names.map((name) => COLORS[name] ?? free[next++ % free.length]) };
}

/** What a figure's maker gives beside the specification. */
export interface FigureParts {
  name: string;
  title: string;
  /** How to read it: one line or several. */
  subtitle: string | string[];
  text: string;
}

/** Put title, theme and schema around a specification. */
export function figure({ name, title, subtitle, text }: FigureParts, spec: Record<string, unknown>): Figure {
  return {
    name,
    title,
    text,
    spec: {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      // By it an exported file is known as ours.
      usermeta: { generator: "MSAE Lab" },
      title: {
        text: title,
        subtitle,
        anchor: "start",
        fontSize: 15,
        subtitleFontSize: 12,
        subtitleColor: "#555",
        offset: 12,
      },
      ...spec,
      config: {
        font: "system-ui, sans-serif",
        view: { stroke: null },
        axis: { gridColor: "#eee", labelFontSize: 11, titleFontSize: 12, titleFontWeight: "normal", labelLimit: 260 },
        legend: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: "normal", labelLimit: 220 },
      },
    },
  };
}

/** Rows without those whose `field` is not a finite number, and how many those were. */
export function finiteRows<T>(rows: readonly T[], field: (row: T) => number): { rows: T[]; dropped: number } {
  const finite = rows.filter((row) => Number.isFinite(field(row)));
  return { rows: finite, dropped: rows.length - finite.length };
}

/** Any text as a part of a file's name; texts without a Latin letter or digit are all "table". */
export const kebab = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60) || "table";

/** A number for prose: three significant digits, or a dash. */
export const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "–");

/** Mean of the finite values. */
export function finiteMean(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
