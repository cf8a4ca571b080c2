/** When what of the desk is painted: what the hand moves in the next frame, the rest as there is time. */

// Of the 16.7 ms of a frame, what the pictures beside the hand's way may take.
const SLICE_MS = 4;

export class Painting {
  /** @param {import("./desk.js").DeskView} desk */
  constructor(desk) {
    this.desk = desk;
    /** z is another than on the screen. */
    this.isStale = false;
    this.frame = 0;
  }

  /** Everything that depends on z is to be painted. @param {boolean} [keepStrip] but the strip shows the same */
  invalidate(keepStrip = false) {
    const { state, sides, strip } = this.desk;
    if (!state) return;
    if (!keepStrip) strip.invalidate(sides, state);
    this.isStale = true;
    this.schedule();
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  paint() {
    const { state, sides, pictures, sliders, strip, toolbar, samples, digit } = this.desk;
    if (!state) return;
    if (this.isStale) {
      this.isStale = false;
      pictures.update(sides, state.z);
      digit.compare();
      sliders.update(sides, state);
      strip.mark(state);
      toolbar.refresh();
    }
    const deadline = performance.now() + SLICE_MS;
    if (strip.work(sides, state, deadline) || samples.work(deadline)) this.schedule();
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }
}
