/** Tells Python where z has come to rest; never while a pointer is down. */

const SETTLE_MS = 300;
// Reports whose echo may still be on its way back from Python.
const REMEMBERED = 32;

/** @typedef {{left: number[], right: number[] | null}} ZReport three decimals; right is null where it equals left */

export class Reporter {
  /** @param {() => ZReport} read @param {(report: ZReport) => void} send */
  constructor(read, send) {
    this.read = read;
    this.send = send;
    this.held = false;
    this.waiting = false;
    this.timer = 0;
    /** @type {string[]} */
    this.sent = [];
  }

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
  }
}

/** @param {number[] | null} left @param {number[] | null} right @returns {string} equal for equal z */
export const fingerprint = (left, right) => JSON.stringify([left, right]);
