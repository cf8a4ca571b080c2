/** The mean codes of the ten classes of a set, and what leads from one class to another. */

export const CLASSES = 10;

export class ClassMeans {
  /**
   * @param {ArrayLike<number>} codes E[z|x] of each digit, [N, dim], row by row
   * @param {number} dim
   * @param {ArrayLike<number>} labels [N], 0 to 9
   */
  constructor(codes, dim, labels) {
    /** How many digits of each class there are. */
    this.counts = new Array(CLASSES).fill(0);
    const means = Array.from({ length: CLASSES }, () => new Float64Array(dim));
    for (let row = 0, at = 0; row < labels.length; row++, at += dim) {
      const mean = means[labels[row]];
      this.counts[labels[row]] += 1;
      for (let i = 0; i < dim; i++) mean[i] += codes[at + i];
    }
    means.forEach((mean, label) => mean.forEach((sum, i) => (mean[i] = sum / this.counts[label])));
    /** [dim] in double precision; null of a class without digits. @type {(Float64Array | null)[]} */
    this.means = means.map((mean, label) => (this.counts[label] ? mean : null));
  }

  /** @param {number} label @returns {boolean} whether the set has digits of the class */
  has(label) {
    return this.counts[label] > 0;
  }

  /**
   * The attribute vector of Larsen et al. (2016), *Autoencoding beyond pixels using a learned similarity metric*, as
   * `vae_core.spaces.paths.attribute` has it.
   * @param {number} from @param {number} to classes that the set has
   * @returns {Float32Array} [dim], mean code of `to` minus mean code of `from`
   * @throws {RangeError} a class has no digits
   */
  attribute(from, to) {
    const [start, end] = [this.mean(from), this.mean(to)];
    return Float32Array.from(end, (value, i) => value - start[i]);
  }

  /** @param {number} label @returns {Float64Array} [dim] @throws {RangeError} the class has no digits */
  mean(label) {
    const mean = this.means[label];
    if (!mean) throw new RangeError(`There is no ${label} among these digits.`);
    return mean;
  }

  /** @param {ArrayLike<number>} z [dim] @returns {number} the class whose mean code is nearest by Euclidean distance */
  nearest(z) {
    let best = Infinity;
    let found = -1;
    this.means.forEach((mean, label) => {
      if (!mean) return;
      let square = 0;
      for (let i = 0; i < mean.length; i++) square += (z[i] - mean[i]) ** 2;
      if (square >= best) return;
      best = square;
      found = label;
    });
    return found;
  }
}
