import { requireData, requireInput } from "../base/errors";
import { quote } from "../base/quote";
import type { Alignment } from "../metrics/alignment";
import { type Axis, requireSides } from "../records/axis";

/** A latent that was chosen for a category, with what the choice rests on and how it holds up. */
export interface ChosenLatent {
  latent: number;
  /** On the half that it was chosen on. */
  napA: number;
  /** On the other half. */
  napB: number;
}

/**
 * The latents that pick a category out best on half A, best first: at most `count`, and none below `least` but the best.
 *
 * @throws MissingData when the category was not tested
 */
export function latentsFor(
  alignment: Pick<Alignment, "matrix">,
  category: string,
  options: { count?: number; least?: number } = {},
): ChosenLatent[] {
  const { count = 6, least = 0.05 } = options;
  const { latents, categories, napA, napB } = alignment.matrix;
  const column = categories.indexOf(category);
  requireData(
    column >= 0,
    `${quote(category)} was not tested: it needs enough items in both halves, and may not be nearly everything; ${
      categories.length === 0
        ? "the data has none that has"
        : `tested are ${categories
            .slice(0, 8)
            .map((name) => quote(name))
            .join(", ")}${categories.length > 8 ? ", …" : ""}`
    }.`,
  );
  const all = latents.map((latent, row): ChosenLatent => {
    const index = row * categories.length + column;
    return { latent, napA: napA[index], napB: napB[index] };
  });
  all.sort((a, b) => b.napA - a.napA || a.latent - b.latent);
  return all.slice(0, count).filter((chosen, rank) => rank === 0 || chosen.napA >= least);
}

/**
 * The latents that pick out the items of one side of an axis best on half A, as {@link latentsFor} does for a category.
 *
 * @param alignment of the latents with the axis' sides
 * @throws MissingData where the data has no such axis, or the side has too few items in a half; InputError for a side that is none
 */
export function latentsForSide(
  axis: Axis,
  alignment: Pick<Alignment, "matrix">,
  side: string,
  options: { count?: number; least?: number } = {},
): ChosenLatent[] {
  requireSides(axis);
  requireInput(
    axis.sides.includes(side),
    `The axis ${quote(axis.name)} has no side ${quote(side)}: its sides are ${axis.sides.map((name) => quote(name)).join(", ")}.`,
  );
  return latentsFor(alignment, side, options);
}
