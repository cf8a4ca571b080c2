/** Where a beta lies among the models of the ladder, to be dragged. */

import { element } from "../../kit/dom.js";
import { Plot } from "../../kit/plot.js";
import { shortly } from "./text.js";

/** @typedef {{name: string, beta: number | null}} Rung null of the KL term alone */

export const LEAST = 1e-3;
export const MOST = 1e3;
const AXIS = { label: "β", from: LEAST, to: MOST, scale: /** @type {const} */ ("log") };
// Of a strip of height 1.
const RUNGS = 0.22;
const HAND = 0.72;
// How far words are from what they name.
const BESIDE = 1.6;
// Arrow keys: 50 steps to ten times as much.
export const STEP = 10 ** 0.02;

export class Ladder {
  /** @param {(beta: number) => void} onBeta by hand @param {() => void} onRest */
  constructor(onBeta, onRest) {
    this.beta = 1;
    const take = (/** @type {number} */ beta) => {
      // The next key may come before this is shown.
      this.beta = beta;
      onBeta(beta);
    };
    this.plot = new Plot(
      "Beta among the models of the ladder",
      AXIS,
      { label: "", from: 0, to: 1, ticks: [] },
      { height: 96 },
    );
    this.place = this.plot.handle({
      label: "Beta",
      onDrag: take,
      onStep: (across, up) => take(clamped(this.beta) * STEP ** (across + up)),
      onRest,
    });
    this.nearest = element("p", { class: "numbers-line nearest-rung" });
    this.element = element("div", { class: "ladder" }, this.plot.element, this.nearest);
    /** @type {Rung[]} */
    this.rungs = [];
  }

  /** @param {Rung[]} rungs ascending */
  open(rungs) {
    this.rungs = rungs;
    const dots = rungs.map(({ name, beta }) => ({ x: clamped(beta ?? MOST), y: RUNGS, title: name, r: 5 }));
    this.plot.dots("rungs", dots);
    const [first, last] = [rungs[0], rungs.at(-1)];
    this.plot.words("first", LEAST * BESIDE, RUNGS, first?.beta === 0 ? "0" : "", "end");
    this.plot.words("last", MOST / BESIDE, RUNGS, last?.beta === null ? "KL only" : "", "end last");
  }

  /** @param {number} beta */
  show(beta) {
    this.beta = beta;
    const x = clamped(beta);
    const words = `β = ${shortly(beta)}`;
    const isRight = x > 1;
    this.place({ value: words, x, y: HAND, now: beta });
    const arrow = beta < LEAST ? `← ${words}` : beta > MOST ? `${words} →` : words;
    this.plot.words("beta", isRight ? x / BESIDE : x * BESIDE, HAND, arrow, isRight ? "value last" : "value");
    const near = nearest(this.rungs, beta);
    this.nearest.textContent = near
      ? `Nearest model of the ladder: ${near.name}${near.beta === null ? "" : `, β ${shortly(near.beta)}`}`
      : "";
  }

  close() {
    this.plot.close();
  }
}

/** @param {number} beta @returns {number} inside the axis */
export const clamped = (beta) => Math.min(MOST, Math.max(LEAST, beta));

/** @param {Rung[]} rungs @param {number} beta @returns {Rung | undefined} the ends only from beyond the axis */
function nearest(rungs, beta) {
  if (beta < LEAST && rungs[0]?.beta === 0) return rungs[0];
  if (beta > MOST && rungs.at(-1)?.beta === null) return rungs.at(-1);
  const apart = (/** @type {Rung} */ rung) => Math.abs(Math.log(Number(rung.beta) / clamped(beta)));
  return rungs.filter(({ beta }) => beta).sort((a, b) => apart(a) - apart(b))[0];
}
