/** When a hand has come to rest: never while a pointer is down, and before the visitor turns elsewhere. */

const SETTLE_MS = 300;
// What comes before the click that leaves the page, by pointer and by keys. Streamlit sends with the next timer: what a
// click itself, or the key that makes one, reported would come after the page change, and lead back.
export const DEEDS = ["pointerdown", "focusin"];

export class Rest {
  /**
   * @param {HTMLElement} root of the component: what happens there leaves no page
   * @param {() => void} onRest
   */
  constructor(root, onRest) {
    this.root = root;
    this.onRest = onRest;
    this.held = false;
    this.waiting = false;
    this.timer = 0;
    // On the way down, or Streamlit would have left before.
    for (const type of DEEDS) window.addEventListener(type, this.onDeed, true);
  }

  onDeed = (/** @type {Event} */ event) => {
    if (this.waiting && !this.held && !event.composedPath().includes(this.root)) this.rest();
  };

  /** The hand has moved something. */
  touch() {
    this.waiting = true;
    clearTimeout(this.timer);
    if (!this.held) this.timer = setTimeout(() => this.rest(), SETTLE_MS);
  }

  hold() {
    this.held = true;
    clearTimeout(this.timer);
  }

  release() {
    this.held = false;
    if (this.waiting) this.touch();
  }

  rest() {
    this.waiting = false;
    clearTimeout(this.timer);
    this.onRest();
  }

  stop() {
    clearTimeout(this.timer);
    for (const type of DEEDS) window.removeEventListener(type, this.onDeed, true);
  }
}
