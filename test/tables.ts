import * as assert from "uvu/assert";

/** A table is what it should be, column by column in their order and cell by cell; numbers may differ by rounding alone. */
export function sameTable(found: readonly object[], expected: readonly Readonly<Record<string, unknown>>[]): void {
  assert.is(found.length, expected.length, `rows: ${JSON.stringify(found)}`);
  found.forEach((row, at) => {
    assert.equal(Object.keys(row), Object.keys(expected[at]), `columns of row ${at + 1}`);
    for (const [column, cell] of Object.entries(row)) {
      const wanted = expected[at][column];
      const where = `row ${at + 1}, "${column}": ${String(cell)} in place of ${String(wanted)}`;
      if (typeof cell === "number" && typeof wanted === "number" && Number.isFinite(wanted))
        assert.ok(Math.abs(cell - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)), where);
      else assert.equal(cell, wanted, where);
    }
  });
}

/** The rows that a figure's specification holds, those of its panels and layers one after the other. */
export function specRows(spec: unknown): Record<string, unknown>[] {
  const {
    data,
    layer = [],
    hconcat = [],
    vconcat = [],
  } = spec as {
    data?: { values: Record<string, unknown>[] };
    layer?: unknown[];
    hconcat?: unknown[];
    vconcat?: unknown[];
  };
  return [...(data?.values ?? []), ...[...layer, ...hconcat, ...vconcat].flatMap(specRows)];
}
