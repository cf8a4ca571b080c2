/** PSNR and SSIM of all pictures, in slices: they take longer than the pictures, and are read more slowly. */

export class Measurements {
  /**
   * @param {HTMLElement} root is told whether its numbers are those of its pictures
   * @param {import("./engine.js").Engine} engine
   * @param {import("./grid.js").Grid} grid
   * @param {import("../kit/slices.js").Slices} slices
   */
  constructor(root, engine, grid, slices) {
    this.root = root;
    this.engine = engine;
    this.grid = grid;
    this.slices = slices;
  }

  /** The pictures have changed. */
  refresh() {
    this.root.dataset.measured = "false";
    const onEnd = (/** @type {boolean} */ isLast) => void (this.root.dataset.measured = String(isLast));
    this.slices.follow("numbers", () => this.steps(), onEnd);
  }

  /** A row at a time. */
  *steps() {
    const { engine, grid } = this;
    // Others may be shown before the round is over.
    const { count } = grid;
    for (const [k, row] of [grid.corrupted, ...grid.models].entries()) {
      const likeness = Array.from({ length: count }, (_, i) => engine.likeness(k - 1, i));
      row.tell(likeness, k ? grid.corrupted : null);
      yield;
    }
  }
}
