/** A walk on the manifold itself, along one direction both ways, as a row of pictures. */

import { paintAt, SIZE } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { Batch } from "../nn/batch.js";
import { PIXELS } from "../nn/nn.js";
import { row } from "./trial.js";

const PICTURES = 9;
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

export class Walk {
  /** @param {import("../nn/nn.js").Model} model */
  constructor(model) {
    this.batch = new Batch(model, PICTURES);
    this.codes = new Float32Array(PICTURES * model.latentDim);
    this.title = element("h3", {}, "Walk on it");
    this.canvas = element("canvas", {
      class: "walk",
      role: "img",
      width: PICTURES * SIZE,
      height: SIZE,
      "aria-label": `Decoded by ${model.name} along the direction, both ways`,
    });
  }

  /**
   * @param {Float32Array} z [latentDim] from where
   * @param {Float32Array} right [latentDim] the code's side of the direction @param {number} singular its value
   * @param {number} direction from 0 @param {number} a how far it goes each way, to first order
   */
  show(z, right, singular, direction, a) {
    const index = [...String(direction + 1)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");
    const words = `Walk on it: z − a v${index} / s${index} to z + a v${index} / s${index}`;
    if (this.title.textContent !== words) this.title.replaceChildren(...glossed(words, "z"));
    const steps = Array.from({ length: PICTURES }, (_, k) => (((2 * k) / (PICTURES - 1) - 1) * a) / singular);
    this.codes.set(steps.flatMap((step) => Array.from(z, (value, d) => value + step * right[d])));
    const pictures = this.batch.decode(this.codes);
    steps.forEach((_, k) => paintAt(this.canvas, row(pictures, k, PIXELS), k * SIZE, 0));
  }

  /** @param {boolean} isHidden */
  set hidden(isHidden) {
    this.title.hidden = this.canvas.hidden = isHidden;
  }
}
