/**
 * Convolutions, transposed or not. Pixels lie with their channels next to each other, [height, width, channels].
 *
 * Each input pixel is added, weighted, to the output pixels that it reaches: what is zero in it is found once for all of
 * them, and where they lie next to each other one pass serves them all.
 */

import { Nonzero, quotient } from "./linear.js";

/** @typedef {import("./layers.js").LayerData} LayerData */
/** @typedef {Int32Array} Runs of an input, in threes: where its weights begin, where their outputs do, how many there are */
/** @typedef {(input: number, tap: number) => number} Place along an axis; beside the output, or no whole number, if none */

export class Convolution {
  /**
   * @param {LayerData} layer "convolution" or "transposed_convolution"
   * @param {readonly number[]} input channels, height, width @param {readonly number[]} output channels, height, width
   * @param {Float32Array} weight as PyTorch has it @param {Float32Array} bias [channels]
   */
  constructor(layer, [channels, height, width], [made, rows, columns], weight, bias) {
    const { kernel, groups } = layer;
    this.inputs = channels * height * width;
    this.outputs = made * rows * columns;
    this.groups = groups;
    /** Channels of a group, in and out. */
    this.taken = quotient(channels, groups);
    this.made = quotient(made, groups);
    /** From the weights of an input channel to the next one's. */
    this.step = kernel[1] * this.made;
    this.group = kernel[0] * this.taken * this.step;
    /** [groups, kernel rows, channels in, kernel columns, channels out], rows and columns as the output has them */
    this.weight = repacked(layer, weight, this.taken, this.made);
    this.bias = bias;
    this.rows = runs(placeOf(layer, 0), height, rows, kernel[0], {
      weights: this.taken * this.step,
      outputs: columns * made,
      joined: false,
    });
    this.columns = runs(placeOf(layer, 1), width, columns, kernel[1], {
      weights: this.made,
      outputs: made,
      joined: groups === 1,
    });
    this.nonzero = new Nonzero(this.taken);
    this.y = new Float32Array(this.outputs);
  }

  /** @param {ArrayLike<number>} x [inputs] @returns {Float32Array} [outputs], overwritten by the next call */
  forward(x) {
    const { rows, columns, groups, taken, made, step, nonzero, bias, y } = this;
    y.set(bias);
    for (let n = bias.length; n < y.length; n *= 2) y.copyWithin(n, 0, n);
    let from = 0;
    for (const down of rows) {
      for (const across of columns) {
        for (let group = 0; group < groups; group++, from += taken) {
          nonzero.take(x, from, taken, step);
          this.add(down, across, group * this.group, group * made);
        }
      }
    }
    return y;
  }

  /**
   * Adds an input pixel, which `nonzero` has.
   * @param {Runs} down @param {Runs} across @param {number} weights where those of its group begin
   * @param {number} channel the first of its group
   */
  add(down, across, weights, channel) {
    const { nonzero, weight, y } = this;
    for (let i = 0; i < down.length; i += 3) {
      const from = weights + down[i];
      const at = channel + down[i + 1];
      for (let j = 0; j < across.length; j += 3) {
        nonzero.addTo(y, at + across[j + 1], weight, from + across[j], across[j + 2]);
      }
    }
  }
}

/**
 * @param {LayerData} layer @param {number} axis 0 down, 1 across
 * @returns {Place} of taps in the order in which their outputs lie
 */
function placeOf({ type, kernel, stride, dilation, padding }, axis) {
  const [last, by, apart, before] = [kernel[axis] - 1, stride[axis], dilation[axis], padding[2 * axis]];
  return type === "convolution"
    ? (input, tap) => (input + before - apart * (last - tap)) / by
    : (input, tap) => by * input + apart * tap - before;
}

/**
 * @param {Place} place @param {number} inputs along the axis @param {number} outputs @param {number} taps
 * @param {{weights: number, outputs: number, joined: boolean}} sizes of a tap's weights and of an output, and whether
 * those of taps that lie next to each other do, too
 * @returns {Runs[]} of each input
 */
function runs(place, inputs, outputs, taps, sizes) {
  return Array.from({ length: inputs }, (_, input) => {
    /** @type {number[][]} */
    const found = [];
    for (let tap = 0; tap < taps; tap++) {
      const output = place(input, tap);
      if (!Number.isInteger(output) || output < 0 || output >= outputs) continue;
      const run = [tap * sizes.weights, output * sizes.outputs, sizes.weights];
      const last = found.at(-1);
      const follows = last && last[0] + last[2] === run[0] && last[1] + last[2] === run[1];
      if (sizes.joined && follows) last[2] += sizes.weights;
      else found.push(run);
    }
    return Int32Array.from(found.flat());
  });
}

/**
 * @param {LayerData} layer @param {Float32Array} weight [channels out, taken, height, width], or of a transposed
 * convolution [channels in, made, height, width]
 * @param {number} taken channels of a group @param {number} made
 * @returns {Float32Array} [groups, height, taken, width, made], a convolution's rows and columns in reverse order
 */
function repacked({ type, kernel, groups }, weight, taken, made) {
  const isTransposed = type === "transposed_convolution";
  const [height, width] = kernel;
  const found = new Float32Array(weight.length);
  let place = 0;
  for (let group = 0; group < groups; group++) {
    for (let row = 0; row < height; row++) {
      for (let i = 0; i < taken; i++) {
        for (let column = 0; column < width; column++) {
          for (let o = 0; o < made; o++) {
            const pair = isTransposed ? (group * taken + i) * made + o : (group * made + o) * taken + i;
            const tap = row * width + column;
            found[place++] = weight[pair * height * width + (isTransposed ? tap : height * width - 1 - tap)];
          }
        }
      }
    }
  }
  return found;
}
