import { COLORS, type Figure, figure, short, WIDTH } from "./figure";

/** Unexplained variance by prefix length. */
export function fvuByPrefix(input: {
  prefixes: readonly number[];
  fvuPerPrefix: readonly number[];
  l0: number;
  dead: number;
}): Figure {
  const { prefixes, fvuPerPrefix, l0, dead } = input;
  return figure(
    {
      name: "fvu",
      title: "Variance of the items that the first m latents leave unexplained",
      subtitle: `FVU: 0 = rebuilt perfectly, 1 = no better than the mean item. ${short(l0)} latents are active on an item on average, ${dead} are dead.`,
      text: prefixes.map((prefix, index) => `${prefix} latents: FVU ${short(fvuPerPrefix[index])}`).join(", "),
    },
    {
      data: { values: prefixes.map((prefix, index) => ({ prefix, fvu: fvuPerPrefix[index] })) },
      width: WIDTH,
      height: 200,
      mark: { type: "line", point: { size: 60, color: COLORS.trained }, color: COLORS.trained },
      encoding: {
        x: { field: "prefix", type: "quantitative", axis: { title: "latents used (m)", values: [...prefixes] } },
        y: { field: "fvu", type: "quantitative", axis: { title: "FVU" } },
        tooltip: [{ field: "prefix" }, { field: "fvu", format: ".3f", title: "FVU" }],
      },
    },
  );
}
