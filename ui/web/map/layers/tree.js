/** A k-d tree (Bentley, 1975) over points in three dimensions. */

const AXES = 3;
const LEAF = 12;

export class Tree {
  /**
   * @param {Float64Array[]} axes three of [N], which it rearranges
   * @param {number} k how many neighbours to look for, at most N
   */
  constructor(axes, k) {
    this.axes = axes;
    this.count = axes[0].length;
    /** Which point is where. */
    this.order = Uint32Array.from({ length: this.count }, (_, n) => n);
    /** Of the point in the middle of each range: the axis along which it parts the range. */
    this.parting = new Uint8Array(this.count);
    this.squares = new Float64Array(k);
    this.found = new Uint32Array(k);
  }

  /** Sorts the points into the tree, which is of no use before. @yields after each range */
  *build() {
    const ranges = [[0, this.count]];
    for (let range = ranges.pop(); range; range = ranges.pop()) {
      const [low, high] = range;
      if (high - low <= LEAF) continue;
      const middle = (low + high) >> 1;
      const axis = this.widest(low, high);
      this.parting[middle] = axis;
      this.select(low, high - 1, middle, this.axes[axis]);
      ranges.push([low, middle], [middle + 1, high]);
      yield;
    }
  }

  /** @param {number} low @param {number} high @returns {number} the axis along which the range is the widest */
  widest(low, high) {
    let [best, width] = [0, -1];
    for (let a = 0; a < AXES; a++) {
      const axis = this.axes[a];
      let [least, most] = [Infinity, -Infinity];
      for (let n = low; n < high; n++) {
        if (axis[n] < least) least = axis[n];
        if (axis[n] > most) most = axis[n];
      }
      if (most - least > width) [best, width] = [a, most - least];
    }
    return best;
  }

  /**
   * Hoare's quickselect: nothing before `middle` is greater along the axis, nothing behind it smaller.
   * @param {number} low @param {number} high the last @param {number} middle @param {Float64Array} axis
   */
  select(low, high, middle, axis) {
    while (low < high) {
      const pivot = axis[(low + high) >> 1];
      let [i, j] = [low, high];
      while (i <= j) {
        while (axis[i] < pivot) i++;
        while (axis[j] > pivot) j--;
        if (i <= j) this.swap(i++, j--);
      }
      if (middle <= j) high = j;
      else if (middle >= i) low = i;
      else return;
    }
  }

  /** @param {number} i @param {number} j */
  swap(i, j) {
    const { order } = this;
    for (const axis of this.axes) {
      const value = axis[i];
      axis[i] = axis[j];
      axis[j] = value;
    }
    const n = order[i];
    order[i] = order[j];
    order[j] = n;
  }

  /**
   * @param {number[]} query three
   * @returns {Uint32Array} [k], the nearest points, nearest first; overwritten by the next call
   */
  nearest(query) {
    this.squares.fill(Infinity);
    this.search(0, this.count, query);
    return this.found;
  }

  /** @param {number} low @param {number} high @param {number[]} query */
  search(low, high, query) {
    if (high - low <= LEAF) {
      for (let n = low; n < high; n++) this.consider(n, query);
      return;
    }
    const middle = (low + high) >> 1;
    const axis = this.parting[middle];
    const beyond = query[axis] - this.axes[axis][middle];
    if (beyond < 0) this.search(low, middle, query);
    else this.search(middle + 1, high, query);
    if (beyond * beyond >= this.squares[this.squares.length - 1]) return;
    this.consider(middle, query);
    if (beyond < 0) this.search(middle + 1, high, query);
    else this.search(low, middle, query);
  }

  /** @param {number} n @param {number[]} query */
  consider(n, [u, v, w]) {
    const { squares, found } = this;
    const [us, vs, ws] = this.axes;
    const square = (us[n] - u) ** 2 + (vs[n] - v) ** 2 + (ws[n] - w) ** 2;
    let k = squares.length - 1;
    if (square >= squares[k]) return;
    for (; k > 0 && squares[k - 1] > square; k--) {
      squares[k] = squares[k - 1];
      found[k] = found[k - 1];
    }
    squares[k] = square;
    found[k] = this.order[n];
  }
}
