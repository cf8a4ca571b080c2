/** One model of the experiment: its tangent plane as the server computes it, and what it makes of each change. */

import { paintAt, SIZE } from "../kit/digits.js";
import { element, subscript } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { Batch } from "../nn/batch.js";
import { PIXELS } from "../nn/nn.js";
import { askTangent, NoAnswer } from "../server/latent_ask.js";
import { get } from "../state/parameters.js";
import { Half } from "./half.js";
import { PlaneParts } from "./plane.js";
import { row, Trial, turned } from "./trial.js";

export class Side {
  /**
   * @param {import("../kit/mount.js").ModelData} data
   * @param {import("../nn/nn.js").Model} model
   * @param {number[] | null} pinned code
   * @param {object} on
   * @param {(direction: number) => void} on.onPick
   * @param {() => void} on.onPlane there is another plane, or none
   * @param {() => void} on.onAgain
   */
  constructor(data, model, pinned, { onPick, onPlane, onAgain }) {
    this.name = data.name;
    this.pinned = pinned;
    this.onPlane = onPlane;
    this.colour = "";
    this.trial = new Trial(model);
    this.half = new Half(data, onAgain);
    this.parts = new PlaneParts(data, model.latentDim, onPick);
    this.walk = new Walk(model);
    /** @type {import("../server/latent_ask.js").AskedTangent | null} */
    this.plane = null;
    const { directions, chart, table } = this.parts;
    const title = element("h3", {}, ...glossed("Directions along the manifold", "manifold"));
    this.above = element("section", { class: "directions" }, title, directions.element);
    this.below = element(
      "section",
      {},
      this.walk.title,
      this.walk.canvas,
      element("h3", {}, ...glossed("Singular values of J, and the effective rank of JᵀJ", "singular")),
      chart,
      element("h3", {}, "Columns of the Jacobian"),
      table,
    );
  }

  /** @param {string} colour */
  recolour(colour) {
    this.colour = colour;
    for (const part of [this.half.element, this.above, this.below]) part.style.setProperty("--colour", colour);
  }

  /** @param {Float32Array | null} digit null: the pinned code */
  takeOrigin(digit) {
    if (digit) this.trial.takeDigit(digit);
    else this.trial.takeCode(/** @type {number[]} */ (this.pinned));
  }

  /** @param {string} digits the set @param {Promise<string> | null} stop text of a stop; null: the pinned code */
  async ask(digits, stop) {
    this.asking?.abort();
    const { signal } = (this.asking = new AbortController());
    this.half.element.setAttribute("aria-busy", "true");
    const model = this.name;
    try {
      const at = await stop;
      signal.throwIfAborted();
      const place = at === null ? { z: this.pinned ?? [] } : { at };
      const plane = await askTangent({ model, digits, ...place }, signal);
      signal.throwIfAborted();
      this.take(turned(plane, this.plane));
    } catch (error) {
      if (signal.aborted) return;
      this.take(null);
      this.half.complain(/** @type {Error} */ (error).message, error instanceof NoAnswer);
    }
    this.half.element.removeAttribute("aria-busy");
    this.onPlane();
  }

  /** @param {import("../server/latent_ask.js").AskedTangent | null} plane */
  take(plane) {
    this.plane = plane;
    this.parts.show(plane);
    this.walk.hidden = !plane;
    if (!plane) return;
    this.half.complain(null);
    this.half.describe(plane);
  }

  /** The chosen direction, or the last one there is. */
  get direction() {
    return Math.min(get("direction") - 1, (this.plane?.singular.length ?? 1) - 1);
  }

  paint() {
    const { plane, trial, half, direction } = this;
    if (!plane) return;
    const { left, right, singular, outside, z } = plane;
    const a = get("length");
    const ways = outside.length / PIXELS;
    const along = trial.change(row(left, direction, PIXELS), a);
    const off = trial.change(row(outside, (get("off") - 1) % ways, PIXELS), a);
    half.show(trial, along, off, get("change") === "changes");
    this.walk.show(trial.z, row(right, direction, z.length), singular[direction], direction, a);
    this.parts.current = direction;
  }

  close() {
    this.asking?.abort();
  }
}

const PICTURES = 9;

class Walk {
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
    const index = subscript(direction + 1);
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
