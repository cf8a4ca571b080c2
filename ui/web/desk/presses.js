/** Pointers that are down on the desk: what they move is one step of undo, and none where the browser takes them away. */

const ENDS = ["pointerup", "pointercancel", "blur"];

/** @typedef {{mark: import("../state/z.js").Mark, waiting: boolean}} Situation */

export class Presses {
  /** @param {import("./desk.js").DeskView} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {(Situation | undefined)[]} before each of the last two presses */
    this.before = [];
    // On the way down: what the press itself changes belongs to it.
    desk.root.addEventListener("pointerdown", this.onPress, true);
    for (const type of ENDS) window.addEventListener(type, this.onEnd, true);
  }

  /** The models are others now. */
  forget() {
    this.before = [];
  }

  /** Call at a double click: its two presses are as if they had not been. */
  takeBackDouble() {
    if (this.before[0]) this.desk.state?.rewind(this.before[0].mark);
  }

  onPress = () => {
    const { state, hand } = this.desk;
    state?.endGesture();
    this.before = [this.before[1], state ? { mark: state.mark(), waiting: hand.waiting } : undefined];
    hand.hold();
  };

  onEnd = (/** @type {Event} */ event) => {
    const { desk } = this;
    if (!desk.hand.held) return;
    const before = this.before[1];
    // The browser scrolls the page with the finger.
    if (event.type === "pointercancel" && before && desk.state?.rewind(before.mark)) {
      desk.hand.waiting = before.waiting;
      desk.tellCoordinate();
      desk.painting.invalidate();
    }
    desk.state?.endGesture();
    desk.hand.release();
  };

  stop() {
    this.desk.root.removeEventListener("pointerdown", this.onPress, true);
    for (const type of ENDS) window.removeEventListener(type, this.onEnd, true);
  }
}
