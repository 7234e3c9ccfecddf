import { COLORS, type Figure, figure, short, WIDTH } from "./figure";

/** One row, its latents, and what each prefix of them rebuilds. */
export interface RowWalkInput {
  /** What the row stands for, in words. */
  label: string;
  /** [d] */
  original: ArrayLike<number>;
  /** [k] */
  latents: ArrayLike<number>;
  prefixes: readonly { prefix: number; rebuilt: ArrayLike<number>; missing: number }[];
}

/** A row's latents above, the row and its reconstruction from the first m of them below; the slider moves m. */
export function rowWalk({ label, original, latents, prefixes }: RowWalkInput): Figure {
  const [first, last] = [prefixes[0].prefix, prefixes[prefixes.length - 1].prefix];
  const gaps = prefixes.map(({ prefix }, index) => (index === 0 ? prefix : prefix - prefixes[index - 1].prefix));
  const step = gaps.reduce(greatestDivisor);
  const active = Array.from(latents).filter((value) => value > 0).length;
  // Between two prefixes the slider stays at the smaller one.
  const ends = prefixes.map(({ prefix }, index) => prefixes[index + 1]?.prefix ?? prefix + 1);
  const shown = { filter: "datum.prefix <= m && m < datum.end" };
  const points = prefixes.flatMap(({ prefix, rebuilt }, index) =>
    Array.from(rebuilt, (value, f) => ({ prefix, end: ends[index], dimension: f + 1, value, original: original[f] })),
  );
  const values = points.flatMap((point) => [point.value, point.original]);
  const domain = [Math.min(...values), Math.max(...values)];
  const dimension = { field: "dimension", type: "ordinal", axis: { title: "dimension of the row", labelAngle: 0 } };
  return figure(
    {
      name: "row-walk",
      title: `${label}: its latents, and what the first m of them rebuild`,
      subtitle: [
        "Move the slider. Above: the latents that fire, those of the prefix in blue. Below: bars are the row, points its",
        `reconstruction from the first m latents. ${active} of ${latents.length} latents fire.`,
      ],
      text: prefixes.map(({ prefix, missing }) => `first ${prefix} latents: ${short(missing)} missing`).join(", "),
    },
    {
      params: [
        { name: "m", value: first, bind: { input: "range", min: first, max: last, step, name: "first m latents " } },
      ],
      vconcat: [
        {
          data: { values: Array.from(latents, (activation, latent) => ({ latent, activation })) },
          width: WIDTH - 20,
          height: 90,
          mark: { type: "bar", width: { band: 0.8 } },
          encoding: {
            x: {
              field: "latent",
              type: "ordinal",
              axis: { title: "latent", labelAngle: 0, labelOverlap: true },
            },
            y: { field: "activation", type: "quantitative", axis: { title: "activation", tickCount: 3 } },
            color: { condition: { test: "datum.latent < m", value: COLORS.trained }, value: "#ccc" },
            tooltip: [{ field: "latent" }, { field: "activation", format: ".3f" }],
          },
        },
        {
          data: { values: points },
          transform: [shown],
          width: WIDTH - 20,
          height: 170,
          encoding: { x: dimension },
          layer: [
            {
              mark: { type: "bar", color: "#ddd", width: { band: 0.8 } },
              encoding: {
                y: { field: "original", type: "quantitative", scale: { domain }, axis: { title: "value" } },
                tooltip: [{ field: "dimension" }, { field: "original", format: ".3f" }],
              },
            },
            {
              mark: { type: "point", filled: true, size: 45, color: COLORS.trained, opacity: 1 },
              encoding: {
                y: { field: "value", type: "quantitative", scale: { domain } },
                tooltip: [
                  { field: "dimension" },
                  { field: "original", format: ".3f" },
                  { field: "value", format: ".3f", title: "rebuilt" },
                ],
              },
            },
          ],
        },
        {
          data: {
            values: prefixes.map(({ prefix, missing }, index) => ({ prefix, end: ends[index], missing })),
          },
          width: WIDTH - 20,
          height: 18,
          layer: [
            {
              mark: { type: "bar", color: "#eee" },
              transform: [shown],
              encoding: { x: { datum: 1, type: "quantitative" } },
            },
            {
              mark: { type: "bar", color: COLORS.published, clip: true },
              transform: [shown],
              encoding: {
                x: {
                  field: "missing",
                  type: "quantitative",
                  scale: { domain: [0, 1] },
                  axis: { title: "share of the row's squared length that is missing", format: "%" },
                },
                tooltip: [{ field: "prefix" }, { field: "missing", format: ".3f" }],
              },
            },
            {
              mark: { type: "text", align: "right", dx: -6, fontWeight: "bold" },
              transform: [shown],
              encoding: { x: { datum: 1, type: "quantitative" }, text: { field: "missing", format: ".1%" } },
            },
          ],
        },
      ],
    },
  );
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));
