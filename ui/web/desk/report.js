/** Tells Python where z has come to rest; never while a pointer is down. */

const SETTLE_MS = 300;
// Reports whose echo may still be on its way back from Python.
const REMEMBERED = 32;
// What comes before the click that leaves the page, by pointer and by keys. Streamlit sends with the next timer: what a
// click itself, or the key that makes one, reported would come after the page change, and lead back.
export const DEEDS = ["pointerdown", "focusin"];

/** @typedef {{left: number[], right: number[] | null}} ZReport as the link keeps it; right is null where it equals left */

export class Reporter {
  /**
   * @param {HTMLElement} root of the component: what happens there leaves no page
   * @param {() => ZReport} read
   * @param {(report: ZReport) => void} send
   */
  constructor(root, read, send) {
    this.root = root;
    this.read = read;
    this.send = send;
    this.held = false;
    this.waiting = false;
    this.timer = 0;
    /** @type {string[]} */
    this.sent = [];
    // On the way down, or Streamlit would have left before.
    for (const type of DEEDS) window.addEventListener(type, this.onDeed, true);
  }

  onDeed = (/** @type {Event} */ event) => {
    if (this.waiting && !this.held && !event.composedPath().includes(this.root)) this.report();
  };

  /** z has changed. */
  touch() {
    this.waiting = true;
    clearTimeout(this.timer);
    if (!this.held) this.timer = setTimeout(() => this.report(), SETTLE_MS);
  }

  hold() {
    this.held = true;
    clearTimeout(this.timer);
  }

  release() {
    this.held = false;
    if (this.waiting) this.touch();
  }

  report() {
    this.waiting = false;
    clearTimeout(this.timer);
    const report = this.read();
    const text = fingerprint(report.left, report.right);
    if (text === this.sent.at(-1)) return;
    this.know(text);
    this.send(report);
  }

  /** @param {string} text a fingerprint that needs no report, as Python has it */
  know(text) {
    this.sent = [...this.sent.filter((other) => other !== text), text].slice(-REMEMBERED);
  }

  /** @param {string} text @returns {boolean} */
  knows(text) {
    return this.sent.includes(text);
  }

  stop() {
    clearTimeout(this.timer);
    for (const type of DEEDS) window.removeEventListener(type, this.onDeed, true);
  }
}

/** @param {number[] | null} left @param {number[] | null} right @returns {string} equal for equal z */
export const fingerprint = (left, right) => JSON.stringify([left, right]);
