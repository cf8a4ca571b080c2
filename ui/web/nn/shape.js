/** The size of a picture: what a model takes and gives, and what a set has. Pixels go channel by channel, row by row. */
export class Shape {
  /** @param {readonly number[]} sizes channels, 1 or 3, height and width */
  constructor([channels, height, width]) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    /** Of one channel. */
    this.area = height * width;
    /** How many numbers a picture is. */
    this.pixels = channels * this.area;
  }

  /** @returns {string} "3 x 32 x 32" */
  toString() {
    return `${this.channels} x ${this.height} x ${this.width}`;
  }

  /** Whether it is that of digits in MNIST's format, which can be drawn, uploaded and written into a link. */
  get isDigit() {
    return String(this) === String(DIGIT);
  }
}

/** MNIST's format, and that of a model whose config, of version 1, says nothing of it. */
export const DIGIT = new Shape([1, 28, 28]);
