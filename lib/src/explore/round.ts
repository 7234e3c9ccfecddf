/** A number as a page holds it: three digits. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

/** The same; null for one that is not finite, or not there. */
export const orNone = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : rounded(value);
