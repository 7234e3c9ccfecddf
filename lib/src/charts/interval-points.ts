/** What points with intervals are drawn by. */
export interface IntervalPoints {
  /** Encodings of the row that a point stands in, and of its colour. */
  y: Record<string, unknown>;
  color: Record<string, unknown>;
  /** Field of the point; its interval is from `low` to `high`. */
  value: string;
  title: string;
  tooltip: readonly Record<string, unknown>[];
  /** Ends of the axis; default: as the values lie. */
  domain?: readonly [number, number];
  /** False: no value has an interval, and there is nothing that an axis could be laid by. */
  known?: boolean;
}

/** Layers of points, each on its 95 % interval where it has one. */
export function intervalPoints({ y, color, value, title, tooltip, domain, known = true }: IntervalPoints): object[] {
  const interval = {
    transform: [{ filter: "isValid(datum.low)" }],
    mark: { type: "rule", strokeWidth: 3 },
    encoding: { y, color, x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
  };
  const scale = domain ? { scale: { domain } } : {};
  const x = { field: value, type: "quantitative", ...scale, axis: { title } };
  const point = { mark: { type: "point", filled: true, size: 70, opacity: 1 }, encoding: { y, color, x, tooltip } };
  return [...(known ? [interval] : []), point];
}
