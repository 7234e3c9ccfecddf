import { COLORS, type Figure, figure, short, WIDTH } from "./figure";

/** One engine's training: its name, milliseconds a step, and the mean loss of every epoch. */
export interface EngineLosses {
  engine: string;
  millisecondsPerStep: number;
  losses: readonly number[];
}

/** Two trainings that should be one: the first as a broad line, the second as points that have to lie on it. */
export function engineLosses(readable: EngineLosses, fast: EngineLosses): Figure {
  const named = ({ engine, millisecondsPerStep }: EngineLosses): string =>
    `${engine}, ${short(millisecondsPerStep)} ms a step`;
  const names = [named(readable), named(fast)];
  const values = [readable, fast].flatMap(({ losses }, which) =>
    losses.map((loss, index) => ({ epoch: index + 1, engine: names[which], loss })),
  );
  const times = short(readable.millisecondsPerStep / fast.millisecondsPerStep);
  const only = (which: number): Record<string, unknown> => ({ filter: { field: "engine", equal: names[which] } });
  return figure(
    {
      name: "engine-losses",
      title: `The same losses, ${times} times faster`,
      subtitle:
        "Same start, same batches. The points are the second training: they should lie on the line of the first.",
      text: `${names.join("; ")}: ${times} times faster, loss ${short(readable.losses[readable.losses.length - 1])} and ${short(fast.losses[fast.losses.length - 1])} in the end.`,
    },
    {
      data: { values },
      width: WIDTH - 60,
      height: 220,
      encoding: {
        x: { field: "epoch", type: "quantitative", axis: { title: "epoch", tickMinStep: 1 } },
        y: { field: "loss", type: "quantitative", scale: { zero: false }, axis: { title: "mean loss per step" } },
        color: {
          field: "engine",
          type: "nominal",
          sort: null,
          scale: { domain: names, range: [COLORS["plain SAE"], COLORS.MSAE] },
          legend: { title: null, orient: "top" },
        },
        tooltip: [{ field: "engine" }, { field: "epoch" }, { field: "loss", format: ".6f" }],
      },
      layer: [
        { transform: [only(0)], mark: { type: "line", strokeWidth: 9, opacity: 0.45, strokeCap: "round" } },
        { transform: [only(1)], mark: { type: "point", filled: true, size: 45 } },
      ],
    },
  );
}
