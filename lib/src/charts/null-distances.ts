import { type Figure, figure, short, WIDTH } from "./figure";
import { intervalPoints } from "./interval-points";

/** How far a figure lies from one of its nulls. */
export interface NullDistance {
  /** The question that it is asked for. */
  question: string;
  /** Its answer, for the panel's title. */
  answer: string;
  null: string;
  difference: number;
  /** 95 % interval, where it is known. */
  low?: number;
  high?: number;
  /** False: shown, and no part of the answer. */
  counts: boolean;
}

const COLORS_OF = { above: "#0072B2", below: "#D55E00", "too close to call": "#999999" } as const;

/**
 * Distance to every null, a panel a question: an interval that crosses the line at 0 is too close to call.
 *
 * @param unasked questions without any distance: a sentence of each stands below the title, also where there is no other
 */
export function nullDistances(
  rows: readonly NullDistance[],
  unasked: readonly Pick<NullDistance, "question" | "answer">[] = [],
): Figure {
  const questions = [...new Set(rows.map(({ question }) => question))];
  const silent = unasked.map(({ question, answer }) => `${question}: ${answer}, there is no null to compare with`);
  const shown = rows.map((row) => ({
    ...row,
    side: (row.low ?? 0) > 0 ? "above" : (row.high ?? 0) < 0 ? "below" : "too close to call",
    name: row.counts ? row.null : `(${row.null})`,
    interval:
      row.low === undefined || row.high === undefined ? "unknown" : `${row.low.toFixed(4)} to ${row.high.toFixed(4)}`,
  }));
  const panel = (question: string): Record<string, unknown> => {
    const values = shown.filter((row) => row.question === question);
    const y = { field: "name", type: "nominal", sort: null, axis: { title: null } };
    const color = {
      field: "side",
      type: "nominal",
      scale: { domain: Object.keys(COLORS_OF), range: Object.values(COLORS_OF) },
      legend: { title: null, orient: "top" },
    };
    return {
      title: { text: `${question}: ${values[0].answer}`, anchor: "start", fontSize: 12, fontWeight: "bold" },
      width: WIDTH - 150,
      height: { step: 22 },
      data: { values },
      layer: [
        { mark: { type: "rule", color: "#888888" }, encoding: { x: { datum: 0 } } },
        ...intervalPoints({
          ...{ y, color, value: "difference", title: "ours minus the null's, with its 95 % interval" },
          tooltip: [
            { field: "null" },
            { field: "difference", format: ".4f" },
            { field: "interval", title: "95 % interval" },
            { field: "side", title: "ours is" },
          ],
          known: values.some(({ low }) => low !== undefined),
        }),
      ],
    };
  };
  return figure(
    {
      name: "null-distances",
      title: "How far from every null",
      subtitle: [
        "An interval that crosses 0 is too close to call. In brackets: shown, and no part of the answer.",
        ...silent.map((sentence) => `${sentence}.`),
      ],
      text: [
        ...questions.map((question) => {
          const own = shown.filter((row) => row.question === question);
          const parts = own.map((row) => `${row.name} ${short(row.difference)}`);
          return `${question}: ${own[0].answer} (${parts.join(", ")}).`;
        }),
        ...silent.map((sentence) => `${sentence}.`),
      ].join(" "),
    },
    questions.length > 0
      ? { vconcat: questions.map(panel), spacing: 22, resolve: { scale: { color: "shared" } } }
      : {
          ...{
            width: WIDTH,
            height: 22,
            data: { values: [{ what: "No null was run: there is no distance to show." }] },
          },
          mark: { type: "text", align: "left", fontSize: 12 },
          encoding: { text: { field: "what" }, x: { value: 0 } },
        },
  );
}
