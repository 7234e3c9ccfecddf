import { test } from "uvu";
import * as assert from "uvu/assert";
import { products } from "../../lib/src/base/products";
import { seededRandom } from "../../lib/src/base/random";

test("products are the plain loops' to the last bit, for any number of directions", () => {
  const random = seededRandom(1, "products");
  const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
  for (const [n, k, d] of [
    [5, 1, 1],
    [7, 4, 3],
    [6, 9, 20],
    [0, 3, 2],
  ]) {
    const [rows, directions, center, start] = [normals(n * d), normals(k * d), normals(d), normals(k)];
    const loops = (rectify: boolean, withOffsets: boolean): Float32Array =>
      Float32Array.from({ length: n * k }, (_, at) => {
        const [row, one] = [Math.floor(at / k), at % k];
        let sum = withOffsets ? start[one] : 0;
        for (let f = 0; f < d; f++)
          sum += directions[one * d + f] * (rows[row * d + f] - (withOffsets ? center[f] : 0));
        return rectify ? Math.max(0, sum) : sum;
      });
    assert.equal(products(rows, directions, d), loops(false, false));
    assert.equal(products(rows, directions, d, { center, start, rectify: true }), loops(true, true));
  }
});

test.run();
