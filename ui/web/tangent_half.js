/** One model's half of the experiment: what it is shown, what it gives back, and how much of the change that keeps. */

import { digitCanvas, paint } from "./digits.js";
import { element, formatNumber } from "./dom.js";
import { paintDifference } from "./errors_map.js";
import { PIXELS } from "./nn.js";

/** @typedef {import("./tangent_trial.js").Change} Change */
/** @typedef {import("./tangent_trial.js").Walk} Walk */

const NUMBERS_TITLE = "Of the change's length: kept in its own direction · moved in all";
const NOTHING = "\u00a0";
const NONE = "–";
const blank = new Float32Array(PIXELS);
const inside = new Float32Array(PIXELS);

export class Half {
  /** @param {import("./desk_view.js").ModelData} model @param {() => void} onAgain asks for the plane anew */
  constructor({ name, label }, onAgain) {
    this.name = name;
    this.along = new Column(name, "along", "Along the manifold");
    this.off = new Column(name, "off", "Off the manifold");
    this.step = element("span", { class: "gives" });
    this.origin = digitCanvas({ role: "img", "data-walk": "from", "aria-label": `Decoded by ${name} where it starts` });
    this.walk = digitCanvas({ role: "img", "data-walk": "to", "aria-label": `Decoded by ${name} where it ends` });
    this.words = element("p");
    const again = element("button", { type: "button", onclick: onAgain }, "Try again");
    this.again = again;
    this.lack = element("div", { class: "lack-of-plane", hidden: true }, this.words, again);
    this.dimension = element("span", { class: "name" });
    this.trial = element(
      "div",
      { class: "trial" },
      ...this.along.parts,
      ...this.off.parts,
      element("h3", {}, "Walk on it"),
      this.origin,
      this.step,
      this.walk,
      element("p", { class: "numbers" }, NOTHING),
    );
    this.element = element(
      "section",
      { class: "half", "aria-label": name, title: label },
      element("span", { class: "tag" }, element("i", { class: "dot" }), element("b", {}, name), this.dimension),
      this.lack,
      this.trial,
    );
  }

  /**
   * @param {string | null} words why there is no plane; null where there is one, or one is on its way
   * @param {boolean} [isFinal] asking again would change nothing
   */
  complain(words, isFinal = false) {
    this.lack.hidden = words === null;
    this.again.hidden = isFinal;
    this.words.textContent = words;
    this.element.toggleAttribute("data-lacks", words !== null);
  }

  /** @param {import("./latent_ask.js").AskedTangent} plane */
  describe({ singular, z, effectiveDimension }) {
    const words = `effective dimension ${formatNumber(effectiveDimension, 1)} of ${z.length}`;
    this.dimension.textContent = words;
    this.dimension.title = `${words}; ${singular.length} singular values above 0`;
  }

  /** @param {number} direction from 0 */
  aim(direction) {
    this.step.textContent = `↓ z + a v${subscript(direction)} / s${subscript(direction)}`;
  }

  /**
   * @param {Change} along @param {Change} off @param {Walk} walk
   * @param {boolean} showsChanges signed differences in place of pictures
   */
  show(along, off, { from, to }, showsChanges) {
    this.along.show(along, showsChanges);
    this.off.show(off, showsChanges);
    paint(this.origin, from);
    if (showsChanges) paintDifference(this.walk, to, from);
    else paint(this.walk, to);
  }

  /** @returns {string} for who does not see */
  get summary() {
    return this.lack.hidden
      ? `${this.name}: ${this.along.summary} along the manifold, ${this.off.summary} off it.`
      : `${this.name}: ${this.words.textContent}`;
  }
}

class Column {
  /** @param {string} model @param {string} kind @param {string} title */
  constructor(model, kind, title) {
    this.title = title;
    const canvas = (/** @type {string} */ part, /** @type {string} */ label) =>
      digitCanvas({ role: "img", "data-model": model, "data-trial": `${kind} ${part}`, "aria-label": label });
    this.input = canvas("shown", `${title}: what ${model} is shown`);
    this.output = canvas("back", `${title}: what ${model} gives back`);
    this.keeps = element("b");
    this.moves = element("span");
    this.parts = [
      element("h3", {}, title),
      this.input,
      element("span", { class: "gives" }, "↓ gives back"),
      this.output,
      element("p", { class: "numbers", "data-numbers": kind, title: NUMBERS_TITLE }, this.keeps, this.moves),
    ];
  }

  /** @param {Change} change @param {boolean} showsChanges */
  show({ shown, back, moved, keeps, moves, added }, showsChanges) {
    if (showsChanges) {
      paintDifference(this.input, added, blank);
      paintDifference(this.output, moved, blank);
    } else {
      shown.forEach((value, i) => (inside[i] = Math.min(1, Math.max(0, value))));
      paint(this.input, inside);
      paint(this.output, back);
    }
    this.keeps.textContent = `keeps ${percent(keeps)}`;
    this.moves.textContent = `moves ${percent(moves)}`;
  }

  get summary() {
    return this.keeps.textContent ?? "";
  }
}

/** @param {number} share */
const percent = (share) => (Number.isNaN(share) ? NONE : `${formatNumber(100 * share, 0)} %`);

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** @param {number} index from 0 @returns {string} from 1 */
export const subscript = (index) => [...String(index + 1)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");
