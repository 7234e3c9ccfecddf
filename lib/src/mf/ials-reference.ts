import { unsolved } from "../kernels/ials";
import type { Csr } from "../records/interactions";

// Alternating least squares as it stands in the paper (Hu, Koren and Volinsky 2008), in plain loops and double precision: what
// the kernel of `kernels/ials.ts` is held to.

/**
 * One exact half-sweep: solve every row of `out` [rows, d] with `fixed` [cols, d] held. For row x,
 * (FᵀF + alpha·Σ_{j∈x} f_j f_jᵀ + reg·I) p = (1 + alpha)·Σ_{j∈x} f_j. A row without interactions becomes zeros.
 *
 * @throws Error naming the row whose system has no solution in numbers
 */
export function ialsHalfSweep(
  csr: Csr,
  fixed: Float64Array,
  d: number,
  alpha: number,
  reg: number,
  out: Float64Array,
): void {
  solveRows(csr, fixed, gramMatrix(fixed, d), d, alpha, reg, out);
}

/** FᵀF, [d, d], of a matrix [n, d]. */
export function gramMatrix(matrix: Float64Array, d: number): Float64Array {
  const gram = new Float64Array(d * d);
  for (let offset = 0; offset < matrix.length; offset += d)
    for (let f = 0; f < d; f++) {
      const left = matrix[offset + f];
      for (let g = 0; g <= f; g++) gram[f * d + g] += left * matrix[offset + g];
    }
  for (let f = 0; f < d; f++) for (let g = 0; g < f; g++) gram[g * d + f] = gram[f * d + g];
  return gram;
}

function solveRows(
  csr: Csr,
  fixed: Float64Array,
  gram: Float64Array,
  d: number,
  alpha: number,
  reg: number,
  out: Float64Array,
): void {
  const { indptr, indices } = csr;
  const a = new Float64Array(d * d);
  const b = new Float64Array(d);
  const x = new Float64Array(d);
  for (let row = 0; row < csr.rows; row++) {
    const [start, end] = [indptr[row], indptr[row + 1]];
    if (start === end) {
      out.fill(0, row * d, (row + 1) * d);
      continue;
    }
    a.set(gram);
    b.fill(0);
    for (let f = 0; f < d; f++) a[f * d + f] += reg;
    for (let p = start; p < end; p++) {
      const offset = indices[p] * d;
      for (let f = 0; f < d; f++) {
        const value = fixed[offset + f];
        const weighted = alpha * value;
        b[f] += (1 + alpha) * value;
        for (let g = 0; g <= f; g++) a[f * d + g] += weighted * fixed[offset + g];
      }
    }
    x.set(b);
    if (!solveCholesky(a, x, d)) throw unsolved(row, end - start, a.every(Number.isFinite));
    out.set(x, row * d);
  }
}

/**
 * Solve a·x = b in place for a symmetric positive definite `a` [d, d] (lower triangle read); x replaces b.
 *
 * @returns whether it could be solved; if not, `a` and `b` are left half-way
 */
export function solveCholesky(a: Float64Array, b: Float64Array, d: number): boolean {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j];
      for (let k = 0; k < j; k++) sum -= a[i * d + k] * a[j * d + k];
      if (i === j) {
        // NaN fails this too.
        if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) return false;
        a[i * d + i] = Math.sqrt(sum);
      } else a[i * d + j] = sum / a[j * d + j];
    }
  }
  for (let i = 0; i < d; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= a[i * d + k] * b[k];
    b[i] = sum / a[i * d + i];
  }
  for (let i = d - 1; i >= 0; i--) {
    let sum = b[i];
    for (let k = i + 1; k < d; k++) sum -= a[k * d + i] * b[k];
    b[i] = sum / a[i * d + i];
  }
  return true;
}

/**
 * The objective Σ_{u,i} c_ui (x_ui − ⟨p_u, q_i⟩)² + reg (‖P‖² + ‖Q‖²) over all pairs, gaps included, without the
 * dense matrix: Σ s² over all pairs is ⟨PᵀP, QᵀQ⟩ (Hu, Koren and Volinsky 2008, equation 3).
 *
 * @param users [users, d] @param items [items, d]
 */
export function ialsObjective(
  csr: Csr,
  users: Float64Array,
  items: Float64Array,
  d: number,
  alpha: number,
  reg: number,
): number {
  const [gramUsers, gramItems] = [gramMatrix(users, d), gramMatrix(items, d)];
  let sum = 0;
  for (let cell = 0; cell < d * d; cell++) sum += gramUsers[cell] * gramItems[cell];
  for (let f = 0; f < d; f++) sum += reg * (gramUsers[f * d + f] + gramItems[f * d + f]);
  for (let user = 0; user < csr.rows; user++)
    for (let p = csr.indptr[user]; p < csr.indptr[user + 1]; p++) {
      let score = 0;
      for (let f = 0; f < d; f++) score += users[user * d + f] * items[csr.indices[p] * d + f];
      sum += (1 + alpha) * (1 - score) ** 2 - score ** 2;
    }
  return sum;
}
