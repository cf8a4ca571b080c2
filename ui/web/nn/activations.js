/** Functions of each number, as PyTorch has them. */

/** @typedef {"relu" | "leaky_relu" | "elu" | "silu" | "gelu" | "gelu_tanh" | "tanh" | "sigmoid" | "softplus" | "identity"} FunctionName */
/** @typedef {(x: ArrayLike<number>, y: Float32Array, slope: number) => void} Apply y = f(x), which may be one array */

/** @type {Record<FunctionName, Apply>} */
const APPLY = {
  relu(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.max(0, x[i]);
  },
  leaky_relu(x, y, slope) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] < 0 ? slope * x[i] : x[i];
  },
  elu(x, y, slope) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] < 0 ? slope * Math.expm1(x[i]) : x[i];
  },
  silu(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] / (1 + Math.exp(-x[i]));
  },
  gelu(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = 0.5 * x[i] * (1 + erf(x[i] * Math.SQRT1_2));
  },
  gelu_tanh(x, y) {
    const a = Math.sqrt(2 / Math.PI);
    for (let i = 0; i < y.length; i++) y[i] = 0.5 * x[i] * (1 + Math.tanh(a * (x[i] + 0.044715 * x[i] ** 3)));
  },
  tanh(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.tanh(x[i]);
  },
  sigmoid(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]));
  },
  softplus(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = softplus(x[i]);
  },
  identity(x, y) {
    y.set(x);
  },
};

export const FUNCTIONS = /** @type {FunctionName[]} */ (Object.keys(APPLY));

/** @param {number} x @returns {number} PyTorch, too, takes the identity above 20, where the exponential would only cost digits. */
export const softplus = (x) => (x <= 20 ? Math.log1p(Math.exp(x)) : x);

/** @param {number} x @returns {number} within 1.5e-7 (Abramowitz & Stegun, 1964, 7.1.26) */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

/** A layer that is a function of each number. */
export class Activation {
  /** @param {number} size how many numbers @param {FunctionName} name @param {number} [slope] */
  constructor(size, name, slope = 1) {
    this.inputs = this.outputs = size;
    this.apply = APPLY[name];
    this.slope = slope;
    this.y = new Float32Array(size);
  }

  /** @param {ArrayLike<number>} x [inputs] @returns {Float32Array} [outputs], overwritten by the next call */
  forward(x) {
    this.apply(x, this.y, this.slope);
    return this.y;
  }
}
