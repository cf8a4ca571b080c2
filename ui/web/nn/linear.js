/**
 * Sums over what is not zero. Weights lie by input: an input that is zero, as half of them are behind a ReLU and four
 * fifths in an image of a digit, then costs nothing, and four others share one pass over the outputs.
 */

/** @param {number} a @param {number} b that divides it @returns {number} V8 keeps a mere a / b, and what is counted with it, as doubles. */
export const quotient = (a, b) => (a / b) | 0;

/** Those of some numbers that are not zero, and where their weights begin. */
export class Nonzero {
  /** @param {number} most numbers */
  constructor(most) {
    this.values = new Float64Array(most);
    this.starts = new Int32Array(most);
    this.count = 0;
  }

  /**
   * @param {ArrayLike<number>} x @param {number} from @param {number} length of x's numbers, from there on
   * @param {number} step from an input's weights to the next one's
   */
  take(x, from, length, step) {
    const { values, starts } = this;
    let count = 0;
    for (let i = 0; i < length; i++) {
      const value = x[from + i];
      if (value === 0) continue;
      values[count] = value;
      starts[count++] = i * step;
    }
    this.count = count;
  }

  /**
   * Adds their sums, weighted, to `length` numbers of y.
   * @param {Float32Array} y @param {number} at where in y
   * @param {Float32Array} weight @param {number} from where the first input's weights of these sums begin
   * @param {number} length
   */
  addTo(y, at, weight, from, length) {
    const { values, starts, count } = this;
    // `| 0`: no index is a double, none is looked at for overflow.
    const end = (at + length) | 0;
    const offset = (from - at) | 0;
    let k = 0;
    for (; k + 3 < count; k += 4) {
      const x0 = values[k];
      const x1 = values[k + 1];
      const x2 = values[k + 2];
      const x3 = values[k + 3];
      const p0 = offset + starts[k];
      const p1 = offset + starts[k + 1];
      const p2 = offset + starts[k + 2];
      const p3 = offset + starts[k + 3];
      for (let o = at | 0; o < end; o++) {
        y[o] +=
          weight[(p0 + o) | 0] * x0 + weight[(p1 + o) | 0] * x1 + weight[(p2 + o) | 0] * x2 + weight[(p3 + o) | 0] * x3;
      }
    }
    for (; k < count; k++) {
      const x0 = values[k];
      const p0 = offset + starts[k];
      for (let o = at | 0; o < end; o++) y[o] += weight[(p0 + o) | 0] * x0;
    }
  }
}

/** y = W x + b */
export class Linear {
  /** @param {Float32Array} weight [outputs, inputs] @param {Float32Array} bias [outputs] */
  constructor(weight, bias) {
    this.outputs = bias.length;
    this.inputs = quotient(weight.length, bias.length);
    this.bias = bias;
    /** [inputs, outputs] */
    this.weight = new Float32Array(weight.length);
    for (let o = 0; o < this.outputs; o++) {
      for (let i = 0; i < this.inputs; i++) this.weight[i * this.outputs + o] = weight[o * this.inputs + i];
    }
    this.nonzero = new Nonzero(this.inputs);
    this.y = new Float32Array(this.outputs);
  }

  /** @param {ArrayLike<number>} x [inputs] @returns {Float32Array} [outputs], overwritten by the next call */
  forward(x) {
    const { inputs, outputs, weight, bias, nonzero, y } = this;
    y.set(bias);
    nonzero.take(x, 0, inputs, outputs);
    nonzero.addTo(y, 0, weight, 0, outputs);
    return y;
  }
}
