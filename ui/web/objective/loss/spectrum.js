/** PCA's spectrum of a set, and the threshold above which a linear VAE keeps a component, to be dragged. */

import { Plot } from "../../kit/plot.js";
import { VARIANCE } from "../../maths/linear.js";
import { clamped, LEAST, MOST, STEP } from "./ladder.js";
import { shortly } from "./text.js";

const FEWEST = 40;
const HALF = 0.4;
// Where the handle is, over the number of components; and of words, their variance, and how far above a line they are.
const RIGHT = 0.95;
const GAP = 0.03;
const WORDS = 40;
const LIFT = 1.6;

export class Spectrum {
  /** @param {(beta: number) => void} onBeta by hand @param {() => void} onRest */
  constructor(onBeta, onRest) {
    /** @type {Float64Array} */
    this.variances = new Float64Array();
    this.count = 0;
    this.beta = 1;
    const take = (/** @type {number} */ beta) => {
      // The next key may come before this is shown.
      this.beta = beta;
      onBeta(beta);
    };
    this.plot = new Plot("Variance of the principal components", this.x, this.y, { height: 236, kind: "spectrum" });
    this.place = this.plot.handle({
      label: "Threshold of survival",
      onDrag: (_, y) => take(y / VARIANCE),
      onStep: (across, up) => take(clamped(this.beta) * STEP ** (across + up)),
      onRest,
    });
  }

  get x() {
    return { label: "principal component", from: 0.5, to: this.count + 0.5 };
  }

  /** @returns {import("../../kit/plot.js").Axis} */
  get y() {
    const most = 10 ** Math.ceil(Math.log10(Math.max(MOST, this.variances[0] ?? 0)));
    return { label: "variance λ", from: LEAST, to: most, scale: "log" };
  }

  /** @param {Float64Array} variances descending */
  open(variances) {
    this.variances = variances;
    this.count = 0;
  }

  /** @param {number} beta @param {number} latentDim @param {number | null} active null where there is no threshold */
  show(beta, latentDim, active) {
    this.beta = beta;
    const count = Math.min(this.variances.length, Math.max(FEWEST, 2 * latentDim));
    if (count !== this.count) {
      this.count = count;
      this.plot.axes(this.x, this.y);
    }
    const codes = Math.min(latentDim, count);
    this.bars("lost", active ?? 0, codes);
    this.bars("beyond", codes, count);
    this.bars("active", 0, active ?? 0);
    this.plot.rule("codes", { x: codes + 0.5 });
    const isLeft = codes < count / 2;
    const at = codes + 0.5 + (isLeft ? 0.01 : -0.01) * count;
    this.plot.words("number", at, WORDS, `${latentDim} code${latentDim > 1 ? "s" : ""}`, isLeft ? "" : "last");
    if (active === null) {
      this.plot.remove("threshold");
      this.plot.remove("words");
      this.plot.remove("handle Threshold of survival");
      return;
    }
    const y = Math.min(MOST, Math.max(LEAST, beta * VARIANCE));
    const words = `β/2 = ${shortly(beta * VARIANCE)}`;
    this.plot.rule("threshold", { y });
    this.plot.words("words", (RIGHT - GAP) * count, y * LIFT, `survives above ${words}`, "last");
    this.place({ value: words, x: RIGHT * count, y, now: beta * VARIANCE });
  }

  /** Components as bars, one path for all. @param {string} kind @param {number} from @param {number} to */
  bars(kind, from, to) {
    /** @type {number[]} */
    const xs = [];
    /** @type {number[]} */
    const ys = [];
    for (let i = from; i < to; i++) {
      const y = Math.max(LEAST, this.variances[i]);
      xs.push(i + 1 - HALF, i + 1 - HALF, i + 1 + HALF, i + 1 + HALF);
      ys.push(LEAST, y, y, LEAST);
    }
    this.plot.area(kind, xs, ys, LEAST, kind);
  }

  close() {
    this.plot.close();
  }
}
