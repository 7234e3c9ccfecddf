import { colorScale, type Figure, figure, short, WIDTH } from "./figure";
import { intervalPoints } from "./interval-points";

/** What one test gave for the labels of one encoder: the mean over latents with its interval. */
export interface LabelTest {
  /** "against random items" */
  test: string;
  /** "trained", or a null's name. */
  series: string;
  mean: number;
  low: number;
  high: number;
  /** What luck gives. */
  luck: number;
}

/** Labels beside their nulls, a panel a test; the grey line is luck. */
export function labelTests(rows: readonly LabelTest[]): Figure {
  const tests = [...new Set(rows.map(({ test }) => test))];
  const series = [...new Set(rows.map((row) => row.series))];
  const scale = colorScale(series);
  const panel = (test: string): Record<string, unknown> => {
    const values = rows.filter((row) => row.test === test);
    const y = { field: "series", type: "nominal", sort: series, axis: { title: null } };
    const color = { field: "series", type: "nominal", scale, legend: null };
    return {
      title: { text: test, anchor: "start", fontSize: 12, fontWeight: "bold" },
      width: WIDTH - 150,
      height: { step: 22 },
      data: { values },
      layer: [
        { mark: { type: "rule", color: "#888888" }, encoding: { x: { datum: values[0].luck } } },
        ...intervalPoints({
          ...{ y, color, value: "mean", title: "mean over latents, with its 95 % interval", domain: [0, 1] },
          tooltip: [
            { field: "series", title: "labels of" },
            { field: "mean", format: ".3f" },
            { field: "low", format: ".3f" },
            { field: "high", format: ".3f" },
          ],
        }),
      ],
    };
  };
  return figure(
    {
      name: "label-tests",
      title: "Do labels predict unseen items? Ours beside labels that cannot mean anything",
      subtitle: "Grey line: luck. What counts is the distance to the nulls.",
      text: tests
        .map((test) => {
          const own = rows.filter((row) => row.test === test);
          return `${test}: ${own.map((row) => `${row.series} ${short(row.mean)}`).join(", ")} (luck ${own[0].luck}).`;
        })
        .join(" "),
    },
    { vconcat: tests.map(panel), spacing: 22, resolve: { scale: { color: "shared" } } },
  );
}
