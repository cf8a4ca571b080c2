/** A slider whose stops are the rungs of the ladder: it goes anywhere between them, and comes to rest on one. */

import { guardFinger } from "../../gestures/finger.js";
import { stepOnLine } from "../../kit/controls.js";
import { element } from "../../kit/dom.js";

/** @typedef {import("./rungs.js").Rung} Rung */

const GLIDE_MS = 260;
const STEP = 0.001;

export class LadderSlider {
  /** @param {() => void} onMove there is another place to paint @param {(rung: number) => void} onRung nearest to it now */
  constructor(onMove, onRung) {
    this.onMove = onMove;
    this.onRung = onRung;
    /** Where it is, in rungs. */
    this.at = 0;
    /** @type {{from: number, to: number, start: number} | null} */
    this.glide = null;
    /** @type {Rung[]} */
    this.rungs = [];
    this.input = element("input", {
      type: "range",
      min: 0,
      step: STEP,
      "aria-label": "beta, the weight of the KL term",
      onchange: () => this.go(this.nearest),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.onKey(event),
    });
    guardFinger(this.input, (value) => {
      this.glide = null;
      this.move(value);
    });
    this.scale = element("div", { class: "scale", "aria-hidden": "true" });
    this.element = element(
      "div",
      { class: "ladder-slider" },
      element("span", { class: "name", "aria-hidden": "true" }, "β"),
      element("div", {}, this.input, this.scale),
    );
  }

  /** @param {Rung[]} rungs @param {number} at the one it stands on */
  build(rungs, at) {
    this.rungs = rungs;
    const last = Math.max(1, rungs.length - 1);
    this.input.max = String(last);
    this.element.hidden = rungs.length < 2;
    this.scale.replaceChildren(
      ...rungs.map((rung, i) =>
        element(
          "span",
          { class: rung.beta && rung.beta !== 1 ? "" : "main", style: `left: ${(100 * i) / last}%` },
          rung.mark,
        ),
      ),
    );
    this.glide = null;
    this.move(at);
  }

  get nearest() {
    return Math.round(this.at);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const steps = stepOnLine(event);
    if (!steps) return;
    event.preventDefault();
    event.stopPropagation();
    const from = this.glide?.to ?? this.nearest;
    this.go(Math.min(this.rungs.length - 1, Math.max(0, from + steps)));
  }

  /** @param {number} to a rung, gliding where motion is welcome */
  go(to) {
    if (to === this.at) return;
    this.onRung(to);
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.glide = isStill ? null : { from: this.at, to, start: performance.now() };
    if (isStill) this.move(to);
    else this.onMove();
  }

  /** @param {number} at in rungs */
  move(at) {
    this.at = at;
    const rung = this.nearest;
    this.input.value = String(at);
    this.input.setAttribute("aria-valuetext", this.rungs[rung].title);
    if (!this.glide) this.onRung(rung);
    this.onMove();
  }

  /** Goes on with a glide: once a frame. */
  advance() {
    const { glide } = this;
    if (!glide) return;
    const share = Math.min(1, (performance.now() - glide.start) / GLIDE_MS);
    if (share === 1) this.glide = null;
    this.move(share === 1 ? glide.to : glide.from + (glide.to - glide.from) * share * share * (3 - 2 * share));
  }
}
