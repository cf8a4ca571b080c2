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
    this.isStale = false;
    this.isRunning = false;
  }

  /** The pictures have changed; a drag that goes on starves nothing. */
  refresh() {
    this.isStale = true;
    if (this.isRunning) return;
    this.isRunning = true;
    this.root.dataset.measured = "false";
    this.slices.start("numbers", this.steps(), () => undefined);
  }

  /** A row at a time, and once more where the pictures have changed on the way. */
  *steps() {
    const { engine, grid } = this;
    while (this.isStale) {
      this.isStale = false;
      // Others may be shown before the round is over.
      const { count } = grid;
      for (const [k, row] of [grid.corrupted, ...grid.models].entries()) {
        const found = Array.from({ length: count }, (_, i) => engine.likeness(k - 1, i));
        row.tell(found, k ? grid.corrupted : null);
        yield;
      }
    }
    this.isRunning = false;
    this.root.dataset.measured = "true";
  }
}
