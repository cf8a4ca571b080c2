/** Pointers that are down on the desk: what they move is one step of undo, and none where the browser takes them away. */

const KEY_GESTURE_MS = 600;
const ENDS = ["pointerup", "pointercancel", "blur"];

/** @typedef {import("../state/z.js").Z} Z */
/** @typedef {{mark: import("../state/z.js").Mark, waiting: boolean}} Situation */

export class Presses {
  /**
   * @param {HTMLElement} root
   * @param {import("../gestures/rest.js").Rest} hand
   * @param {() => Z | null} state null before the models are here
   * @param {() => void} onRewound z is what it was before the press
   */
  constructor(root, hand, state, onRewound) {
    this.root = root;
    this.hand = hand;
    this.state = state;
    this.onRewound = onRewound;
    /** @type {(Situation | undefined)[]} before each of the last two presses */
    this.before = [];
    this.timer = 0;
    // On the way down: what the press itself changes belongs to it.
    root.addEventListener("pointerdown", this.onPress, true);
    for (const type of ENDS) window.addEventListener(type, this.onEnd, true);
  }

  /** The models are others now. */
  forget() {
    this.before = [];
  }

  /** Call at a double click: its two presses are as if they had not been. */
  takeBackDouble() {
    if (this.before[0]) this.state()?.rewind(this.before[0].mark);
  }

  /** Where keys move something, each one that comes soon belongs to the same step. */
  endGestureSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => !this.hand.held && this.state()?.endGesture(), KEY_GESTURE_MS);
  }

  onPress = () => {
    const { hand } = this;
    const state = this.state();
    state?.endGesture();
    this.before = [this.before[1], state ? { mark: state.mark(), waiting: hand.waiting } : undefined];
    hand.hold();
  };

  onEnd = (/** @type {Event} */ event) => {
    const { hand } = this;
    if (!hand.held) return;
    const state = this.state();
    const before = this.before[1];
    // The browser scrolls the page with the finger.
    if (event.type === "pointercancel" && before && state?.rewind(before.mark)) {
      hand.waiting = before.waiting;
      this.onRewound();
    }
    state?.endGesture();
    hand.release();
  };

  stop() {
    clearTimeout(this.timer);
    this.root.removeEventListener("pointerdown", this.onPress, true);
    for (const type of ENDS) window.removeEventListener(type, this.onEnd, true);
  }
}
