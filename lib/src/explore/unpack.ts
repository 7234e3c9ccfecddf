import {
  type ItemRow,
  LABEL_FIELDS,
  type LabelDetail,
  type LatentDetail,
  type PackedDetails,
  type PackedItems,
} from "./form";

/* What the page's script makes of packed blocks; tests read pages by the same. */

/** The latents of a block. */
export function unpackedDetails({ labels, parts, steps, shares, ...columns }: PackedDetails): LatentDetail[] {
  return labels.map((own, row): LatentDetail => {
    const plain = Object.entries(columns).flatMap(([field, values]) => {
      const value = values[row];
      // Of these null says something.
      return value === null && !["score", "popularity"].includes(field) ? [] : [[field, value]];
    });
    const found = Object.fromEntries(plain) as Omit<LatentDetail, "labels" | "strongest" | "fifths">;
    let place = 0;
    const all = steps[row].map((step, index): [number, number] => {
      place += step;
      return [place, (shares[row][index] * found.most) / 1000];
    });
    let to = 0;
    const [strongest, ...fifths] = parts[row].map((count) => {
      to += count;
      return all.slice(to - count, to);
    });
    return { ...found, labels: own.map(labelOf), strongest, fifths };
  });
}

const labelOf = (values: readonly unknown[]): LabelDetail =>
  Object.fromEntries(
    LABEL_FIELDS.flatMap((field, index) => (values[index] === null ? [] : [[field, values[index]]])),
  ) as unknown as LabelDetail;

/** The items of a block. */
export const unpackedItems = ({ ids, titles, categories }: PackedItems): ItemRow[] =>
  ids.map((id, index) => [id, titles[index], categories[index]]);
