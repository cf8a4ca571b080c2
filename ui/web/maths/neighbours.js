/** Nearest and mean codes, over all digits of a set. */

/**
 * @param {Float32Array} codes [N, dim], row by row
 * @param {number} dim
 * @param {ArrayLike<number>} target [dim]
 * @param {number} count
 * @param {number} [except] a row to leave out: the target's own
 * @returns {Int32Array} rows of the `count` codes nearest to the target by Euclidean distance, the nearest first;
 *   of two as near, the one that comes first; fewer where there are fewer
 */
export function nearest(codes, dim, target, count, except = -1) {
  const rows = new Int32Array(count).fill(-1);
  const squares = new Float64Array(count).fill(Infinity);
  const total = codes.length / dim;
  for (let row = 0, at = 0; row < total; row++, at += dim) {
    if (row === except) continue;
    let square = 0;
    // Most are given up after a few coordinates.
    for (let i = 0; i < dim && square < squares[count - 1]; i++) {
      const difference = codes[at + i] - target[i];
      square += difference * difference;
    }
    let k = count - 1;
    if (!(square < squares[k])) continue;
    for (; k > 0 && squares[k - 1] > square; k--) {
      squares[k] = squares[k - 1];
      rows[k] = rows[k - 1];
    }
    squares[k] = square;
    rows[k] = row;
  }
  const found = rows.indexOf(-1);
  return found < 0 ? rows : rows.slice(0, found);
}

/**
 * @param {ArrayLike<number>} values [N, dim], row by row
 * @param {number} dim
 * @param {ArrayLike<number>} rows at least one
 * @returns {Float32Array} [dim], the mean over these rows
 */
export function meanOf(values, dim, rows) {
  const sum = new Float64Array(dim);
  for (let k = 0; k < rows.length; k++) {
    const at = rows[k] * dim;
    for (let i = 0; i < dim; i++) sum[i] += values[at + i];
  }
  return Float32Array.from(sum, (value) => value / rows.length);
}
