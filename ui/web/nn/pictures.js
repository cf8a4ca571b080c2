/** Layers of pictures that have no kernel of weights. Pixels lie with their channels next to each other. */

import { ModelError } from "./errors.js";

/** @typedef {import("./layers.js").LayerData} LayerData */
/** @typedef {readonly number[]} Size [channels, height, width], or [units], as a picture of one pixel */

/** The largest number of each window, or their mean. */
export class Pooling {
  /** @param {LayerData} layer "max_pooling" or "average_pooling" @param {Size} input @param {Size} output */
  constructor({ type, kernel, stride, padding }, [channels, height, width], [, rows, columns]) {
    this.inputs = channels * height * width;
    this.outputs = channels * rows * columns;
    this.isMax = type === "max_pooling";
    this.channels = channels;
    this.width = width;
    this.area = kernel[0] * kernel[1];
    this.rows = ranges(rows, height, kernel[0], stride[0], padding[0]);
    this.columns = ranges(columns, width, kernel[1], stride[1], padding[2]);
    this.y = new Float32Array(this.outputs);
  }

  /** @param {ArrayLike<number>} x [inputs] @returns {Float32Array} [outputs], overwritten by the next call */
  forward(x) {
    const { rows, columns, width, channels, isMax, area, y } = this;
    let place = 0;
    for (const [top, bottom] of rows) {
      for (const [left, right] of columns) {
        for (let channel = 0; channel < channels; channel++) {
          let most = -Infinity;
          let sum = 0;
          for (let row = top; row < bottom; row++) {
            for (let column = left; column < right; column++) {
              const value = x[(row * width + column) * channels + channel];
              if (value > most) most = value;
              sum += value;
            }
          }
          y[place++] = isMax ? most : sum / area;
        }
      }
    }
    return y;
  }
}

/**
 * @param {number} windows @param {number} side @param {number} kernel @param {number} stride @param {number} before
 * padding
 * @returns {[from: number, to: number][]} of each window, without its padding
 */
const ranges = (windows, side, kernel, stride, before) =>
  Array.from({ length: windows }, (_, i) => {
    const start = i * stride - before;
    return [Math.max(0, start), Math.min(side, start + kernel)];
  });

/** Each pixel as a rectangle of the same. */
export class Upsampling {
  /** @param {LayerData} layer @param {Size} input */
  constructor({ factor }, [channels, height, width]) {
    this.inputs = channels * height * width;
    this.outputs = this.inputs * factor[0] * factor[1];
    this.factor = factor;
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.y = new Float32Array(this.outputs);
  }

  /** @param {ArrayLike<number>} x [inputs] @returns {Float32Array} [outputs], overwritten by the next call */
  forward(x) {
    const { height, width, channels, y } = this;
    const [down, across] = this.factor;
    const length = width * across * channels;
    for (let row = 0; row < height; row++) {
      const start = row * down * length;
      let place = start;
      for (let pixel = row * width; pixel < (row + 1) * width; pixel++) {
        for (let k = 0; k < across; k++) {
          for (let channel = 0; channel < channels; channel++) y[place++] = x[pixel * channels + channel];
        }
      }
      for (let k = 1; k < down; k++) y.copyWithin(start + k * length, start, start + length);
    }
    return y;
  }
}

/** Each channel times its own number, plus its own. */
export class Affine {
  /** @param {number} size how many numbers @param {Float32Array} weight [channels] @param {Float32Array} bias [channels] */
  constructor(size, weight, bias) {
    this.inputs = this.outputs = size;
    this.weight = weight;
    this.bias = bias;
    this.y = new Float32Array(size);
  }

  /** @param {ArrayLike<number>} x [inputs] @returns {Float32Array} [outputs], overwritten by the next call */
  forward(x) {
    const { weight, bias, y } = this;
    for (let place = 0; place < y.length; ) {
      for (let channel = 0; channel < weight.length; channel++, place++) {
        y[place] = x[place] * weight[channel] + bias[channel];
      }
    }
    return y;
  }
}

/** The class of the picture, joined to each pixel: of so many numbers that of the class is 1, the others are 0. */
export class Label {
  /** @param {LayerData} layer @param {Size} input */
  constructor({ classes }, [channels, height = 1, width = 1]) {
    this.classes = classes;
    this.channels = channels;
    this.inputs = channels * height * width;
    this.outputs = (channels + classes) * height * width;
    this.y = new Float32Array(this.outputs);
  }

  /**
   * @param {ArrayLike<number>} x [inputs] @param {number} label
   * @returns {Float32Array} [outputs], overwritten by the next call
   * @throws {ModelError} there is no such class
   */
  forward(x, label) {
    const { classes, channels, y } = this;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new ModelError(`the label is ${label}; it must be a whole number from 0 to ${classes - 1}`);
    }
    y.fill(0);
    for (let pixel = 0, place = 0; place < y.length; pixel++, place += channels + classes) {
      for (let channel = 0; channel < channels; channel++) y[place + channel] = x[pixel * channels + channel];
      y[place + channels + label] = 1;
    }
    return y;
  }
}

/** What lies row by row, column by column: brings the channels of a pixel together, or apart. */
export class Turned {
  /** @param {number} rows @param {number} columns of what goes in */
  constructor(rows, columns) {
    this.inputs = this.outputs = rows * columns;
    this.rows = rows;
    this.columns = columns;
    this.y = new Float32Array(rows * columns);
  }

  /** @param {ArrayLike<number>} x [rows, columns] @returns {Float32Array} [columns, rows], overwritten by the next call */
  forward(x) {
    const { rows, columns, y } = this;
    for (let row = 0, place = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) y[column * rows + row] = x[place++];
    }
    return y;
  }
}
