/** Errors of a whole set of digits, counted on one axis. No page, no pictures. */

const FLOOR = 1e-2;
export const BINS = 48;

/**
 * @typedef {object} Axis logarithmic
 * @property {number} low
 * @property {number} high above low
 */

/** @param {Float32Array[]} errors of each model @returns {Axis} that holds them all */
export function axisOf(errors) {
  let [low, high] = [Infinity, 0];
  for (const list of errors) {
    for (const error of list) {
      low = Math.min(low, error);
      high = Math.max(high, error);
    }
  }
  low = Math.max(FLOOR, Math.min(low, high));
  return { low: low / 1.02, high: Math.max(low, high) * 1.02 };
}

/** @param {Axis} axis @param {number} error @returns {number} where it is, 0 to 1; what lies beyond is at the end */
export function placeOf({ low, high }, error) {
  const share = Math.log(Math.max(error, FLOOR / 2) / low) / Math.log(high / low);
  return Math.min(1, Math.max(0, share));
}

/** @param {Axis} axis @param {number} error @returns {number} 0 to BINS - 1 */
const binOf = (axis, error) => Math.min(BINS - 1, Math.floor(BINS * placeOf(axis, error)));

/** @param {Axis} axis @param {number} bin @returns {[number, number]} its ends */
export function endsOf({ low, high }, bin) {
  const at = (/** @type {number} */ k) => low * (high / low) ** (k / BINS);
  return [at(bin), at(bin + 1)];
}

/** @param {Axis} axis @returns {number[]} 1, 2 and 5 times powers of ten */
export function ticksOf({ low, high }) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of [1, 2, 5]) {
      const tick = digit * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(Number(tick.toPrecision(1)));
    }
  }
  return ticks;
}

/** The errors of one model. */
export class Errors {
  /** @param {Float32Array} errors by row of the set @param {Axis} axis */
  constructor(errors, axis) {
    this.errors = errors;
    /** From the best to the worst. */
    this.order = Uint32Array.from(errors.keys()).sort((a, b) => errors[a] - errors[b] || a - b);
    this.counts = new Uint32Array(BINS);
    for (const error of errors) this.counts[binOf(axis, error)] += 1;
  }

  get median() {
    const { errors, order } = this;
    const half = order.length / 2;
    return (errors[order[Math.ceil(half) - 1]] + errors[order[Math.floor(half)]]) / 2;
  }

  /** @param {number | null} bin null for all @returns {Uint32Array} rows, from the best to the worst */
  rowsIn(bin) {
    if (bin === null) return this.order;
    let start = 0;
    for (let k = 0; k < bin; k++) start += this.counts[k];
    return this.order.subarray(start, start + this.counts[bin]);
  }
}

/**
 * @param {ArrayLike<number>} rows from the best to the worst
 * @param {number} most of each
 * @returns {number[][]} the best, those about the median and the worst; thirds where there are few
 */
export function bestMedianWorst(rows, most) {
  const all = Array.from(rows);
  const each = Math.min(most, Math.ceil(all.length / 3));
  const isFew = all.length <= 3 * most;
  const middle = isFew ? each : Math.round((all.length - each) / 2);
  const last = isFew ? 2 * each : all.length - each;
  return [all.slice(0, each), all.slice(middle, middle + each), all.slice(last)];
}
