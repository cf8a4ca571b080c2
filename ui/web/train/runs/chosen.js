/** Which run is watched, and which are compared with it; the link says so once a hand has chosen. */

import { get, put } from "../../state/parameters.js";

/** @typedef {import("../server.js").Summary} Summary */

// Two codes, which can be seen move: the page is alive before anything has been trained.
const FIRST = "vae-2";
const BETWEEN = "~";

export class Chosen {
  /** @param {(names: string[]) => void} onChange @param {() => void} onHand */
  constructor(onChange, onHand) {
    this.onChange = onChange;
    this.onHand = onHand;
    this.run = get("run");
    this.against = get("against").split(BETWEEN).filter(Boolean);
    /** @type {Set<string>} */
    this.known = new Set();
    this.told = "";
  }

  /** @param {Summary[]} runs as they are: where nobody has chosen one, or it has gone, the newest of one's own that was trained */
  offer(runs) {
    const names = new Set(runs.map(({ name }) => name));
    const isGone = (/** @type {string} */ name) => this.known.has(name) && !names.has(name);
    // One that was just asked for may not be in the list yet.
    if (!this.run || isGone(this.run) || (!this.known.size && !names.has(this.run))) {
      // A net that was imported says nothing of its training.
      const own = runs.find(({ ships, epochs }) => !ships && epochs > 0);
      this.run = (own ?? runs.find(({ name }) => name === FIRST) ?? runs[0])?.name ?? "";
      if (get("run")) put("run", this.run);
    }
    this.against = this.against.filter((name) => names.has(name) && name !== this.run);
    this.known = names;
    this.tell();
  }

  /** @param {string} name @returns {boolean} whether the link, or a hand, wants it shown */
  isAsked(name) {
    return get("run") === name || this.against.includes(name);
  }

  /** @param {string} name */
  watch(name) {
    this.run = name;
    this.against = this.against.filter((one) => one !== name);
    this.keep();
  }

  /** @param {string} name @param {boolean} isCompared */
  compare(name, isCompared) {
    this.against = this.against.filter((one) => one !== name);
    if (isCompared) this.against.push(name);
    this.keep();
  }

  /** @param {string[]} names as they were */
  return([run, ...against]) {
    this.run = run;
    this.against = against;
    this.keep();
  }

  get names() {
    return [this.run, ...this.against].filter(Boolean);
  }

  /** @param {string} name @param {string} to */
  rename(name, to) {
    this.known.add(to);
    if (this.run === name) this.run = to;
    this.against = this.against.map((one) => (one === name ? to : one));
    this.keep();
  }

  keep() {
    put("run", this.run);
    put("against", this.against.join(BETWEEN));
    this.tell();
    this.onHand();
  }

  tell() {
    const { names } = this;
    if (names.join(BETWEEN) === this.told) return;
    this.told = names.join(BETWEEN);
    this.onChange(names);
  }
}
