import { test } from "uvu";
import * as assert from "uvu/assert";
import { funnelStep } from "../../lib/src/records/dataset";
import { columnCounts, csrFromPairs, rowCounts, rowOf, transposeCsr } from "../../lib/src/records/interactions";
import { gatherRows, scatterRows } from "../../lib/src/records/matrix";

test("pairs in any order make ascending rows, one that repeats is kept once, an empty row stays", () => {
  const csr = csrFromPairs(3, 4, [2, 0, 2, 0, 2], [3, 1, 0, 0, 3]);
  assert.equal(
    [[...csr.indptr], [...csr.indices]],
    [
      [0, 2, 2, 4],
      [0, 1, 0, 3],
    ],
  );
  assert.equal([...rowOf(csr, 2)], [0, 3]);
  assert.equal(
    [[...rowCounts(csr)], [...columnCounts(csr)]],
    [
      [2, 0, 2],
      [2, 1, 0, 1],
    ],
  );
});

test("a transpose has columns as rows, and twice is the matrix again", () => {
  const csr = csrFromPairs(2, 3, [0, 0, 1], [0, 2, 2]);
  const turned = transposeCsr(csr);
  assert.equal([turned.rows, turned.cols, [...turned.indptr], [...turned.indices]], [3, 2, [0, 1, 1, 3], [0, 0, 1]]);
  assert.equal(transposeCsr(turned), csr);
});

test("rows are gathered in the order asked for, and put back in their places among zeros", () => {
  const matrix = Float32Array.of(1, 2, 3, 4, 5, 6);
  const rows = Int32Array.of(2, 0);
  const gathered = gatherRows(matrix, 2, rows);
  assert.equal([...gathered], [5, 6, 1, 2]);
  assert.equal([...scatterRows(gathered, 2, rows, 3)], [1, 2, 0, 0, 5, 6]);
});

test("a step of the funnel has its density: of all cells, the share that is filled; 0 where there is none", () => {
  assert.equal(funnelStep("read", 4, 5, 10, "all"), {
    ...{ step: "read", users: 4, items: 5, interactions: 10, density: 0.5, note: "all" },
  });
  assert.equal(funnelStep("read", 0, 5, 0), { step: "read", users: 0, items: 5, interactions: 0, density: 0 });
});

test.run();
