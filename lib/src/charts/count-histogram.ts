import { COLORS, type Figure, figure, short, WIDTH } from "./figure";

/** How many users (or items) have so many interactions. */
export interface CountRow {
  count: number;
  rows: number;
}

/** One bar: counts from `from` to `to`, both included. */
interface Bin {
  from: number;
  to: number;
  rows: number;
}

/** Edges grow by a tenth at least, and by one where counts are small: no empty bar between whole numbers. */
function binned(counts: readonly CountRow[]): Bin[] {
  const bins: Bin[] = [];
  for (const { count, rows } of counts) {
    const last = bins[bins.length - 1];
    if (last !== undefined && count <= last.to) last.rows += rows;
    else bins.push({ from: count, to: Math.max(count, Math.floor(count * 1.1)), rows });
  }
  return bins;
}

/**
 * Interactions per user or per item, both axes logarithmic (the paper's figures 2 and 3). The slider is a threshold: the
 * line below the title says how many are left with at least so many, and what share of the interactions they hold.
 */
export function countHistogram(input: { of: "user" | "item"; counts: readonly CountRow[] }): Figure {
  const counts = input.counts.filter(({ count }) => count > 0);
  const rows = sum(counts.map((row) => row.rows));
  const interactions = sum(counts.map((row) => row.count * row.rows));
  const most = counts.length > 0 ? counts[counts.length - 1].count : 1;
  const what = `${input.of}s`;
  const text = `${what} with an interaction: ${rows.toLocaleString("en")}; ${short(interactions / rows)} interactions each on average, at most ${most.toLocaleString("en")}.`;
  return figure(
    {
      name: `interactions-per-${input.of}`,
      title: `Interactions per ${input.of}`,
      subtitle: [
        text,
        "Move the threshold: the blue part has at least so many. A bar spans a tenth of its count, at least one whole number.",
        "",
      ],
      text,
    },
    {
      params: [
        {
          name: "least",
          value: Math.min(10, most),
          bind: { input: "range", min: 1, max: Math.max(2, Math.min(100, most)), step: 1, name: "at least " },
        },
      ],
      width: WIDTH,
      height: 240,
      layer: [
        {
          data: { values: binned(counts).map((bin) => ({ ...bin, left: bin.from - 0.5, right: bin.to + 0.5 })) },
          mark: { type: "rect", stroke: "white", strokeWidth: 0.5 },
          encoding: {
            x: {
              field: "left",
              type: "quantitative",
              scale: { type: "log", nice: false },
              axis: axis(`interactions of one ${input.of}`),
            },
            x2: { field: "right" },
            y: { field: "rows", type: "quantitative", scale: { type: "log", domainMin: 0.7 }, axis: axis(what) },
            y2: { datum: 0.7 },
            color: { condition: { test: "datum.from >= least", value: COLORS.ours }, value: "#cccccc" },
            tooltip: [
              { field: "from", title: "interactions from" },
              { field: "to" },
              { field: "rows", title: what, format: "," },
            ],
          },
        },
        {
          data: { values: counts },
          transform: [
            { filter: "datum.count >= least" },
            { calculate: "datum.count * datum.rows", as: "held" },
            {
              aggregate: [
                { op: "sum", field: "rows", as: "left" },
                { op: "sum", field: "held", as: "held" },
              ],
            },
            {
              calculate: `format(datum.left, ',') + ' ${what} (' + format(datum.left / ${rows}, '.1%') + ') with ' + format(datum.held / ${interactions}, '.1%') + ' of the interactions'`,
              as: "label",
            },
          ],
          mark: {
            type: "text",
            align: "left",
            baseline: "bottom",
            fontSize: 13,
            fontWeight: "bold",
            color: COLORS.ours,
          },
          encoding: { x: { value: 0 }, y: { value: -4 }, text: { field: "label" } },
        },
      ],
    },
  );
}

function axis(title: string): Record<string, unknown> {
  return { title, format: ",", tickCount: 6, labelOverlap: true };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
