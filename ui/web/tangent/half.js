/** One model's half of the experiment: what it is shown, what it gives back, and how far that moves. */

import { digitCanvas, paint } from "../kit/digits.js";
import { button, element, formatNumber, modelTag } from "../kit/dom.js";
import { paintDifference } from "../maths/errors_map.js";
import { PIXELS } from "../nn/nn.js";

/** @typedef {import("./trial.js").Change} Change */

const NUMBERS_TITLE = "How far the reconstruction moves, in % of the change; and how much of that points the same way";
const NONE = "–";
const blank = new Float32Array(PIXELS);
const inside = new Float32Array(PIXELS);

export class Half {
  /** @param {import("../kit/mount.js").ModelData} model @param {() => void} onAgain asks for the plane anew */
  constructor({ name, label }, onAgain) {
    this.name = name;
    this.same = new Column(name, "same", "Unchanged", "Unchanged");
    this.along = new Column(name, "along", "Along: shape", "Along the manifold");
    this.off = new Column(name, "off", "Off: noise", "Off the manifold");
    this.columns = [this.same, this.along, this.off];
    this.words = element("p");
    this.again = button("Try again", onAgain);
    this.lack = element("div", { class: "lack-of-plane", hidden: true }, this.words, this.again);
    this.dimension = element("span", { class: "name" });
    this.trial = element("div", { class: "trial" }, ...this.columns.flatMap(({ parts }) => parts));
    this.element = element(
      "section",
      { class: "half", "aria-label": name, title: label },
      modelTag(name, {}, this.dimension),
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

  /** @param {import("../server/latent_ask.js").AskedTangent} plane */
  describe({ singular, z, effectiveRank }) {
    const words = `effective rank ${formatNumber(effectiveRank, 1)} of ${z.length}`;
    this.dimension.textContent = words;
    this.dimension.title = `${words}, of the metric JᵀJ; ${singular.length} singular values of J above 0`;
  }

  /**
   * @param {import("./trial.js").Trial} trial
   * @param {Change} along @param {Change} off
   * @param {boolean} showsChanges signed differences in place of pictures
   */
  show(trial, along, off, showsChanges) {
    this.same.paint(trial.x, trial.before);
    for (const [column, change] of /** @type {[Column, Change][]} */ ([
      [this.along, along],
      [this.off, off],
    ])) {
      if (showsChanges) column.paintChange(change);
      else column.paint(change.shown, change.back);
      column.moves.textContent = `moves ${percent(change.moves)}`;
    }
    this.along.keeps.textContent = `${percent(along.keeps)} this way`;
  }

  /** @returns {string} for who does not see */
  get summary() {
    return this.lack.hidden
      ? `${this.name}: ${this.along.summary} along the manifold, ${this.off.summary} off it.`
      : `${this.name}: ${this.words.textContent}`;
  }
}

class Column {
  /** @param {string} model @param {string} kind @param {string} name @param {string} title in full */
  constructor(model, kind, name, title) {
    this.name = name;
    const canvas = (/** @type {string} */ part, /** @type {string} */ label) =>
      digitCanvas({ role: "img", "data-model": model, "data-trial": `${kind} ${part}`, "aria-label": label });
    this.input = canvas("shown", `${title}: what ${model} is shown`);
    this.output = canvas("back", `${title}: what ${model} gives back`);
    this.moves = element("b");
    this.keeps = element("span");
    this.parts = [
      element("h3", { title }, name),
      this.input,
      element("span", { class: "gives" }, "↓ gives back"),
      this.output,
      element("p", { class: "numbers", "data-numbers": kind, title: NUMBERS_TITLE }, this.moves, this.keeps),
    ];
  }

  /** @param {Float32Array} shown [784], any numbers @param {Float32Array} back [784] in [0, 1] */
  paint(shown, back) {
    shown.forEach((value, i) => (inside[i] = Math.min(1, Math.max(0, value))));
    paint(this.input, inside);
    paint(this.output, back);
  }

  /** @param {Change} change */
  paintChange({ added, moved }) {
    paintDifference(this.input, added, blank);
    paintDifference(this.output, moved, blank);
  }

  get summary() {
    return this.moves.textContent ?? "";
  }
}

/** @param {number} share */
const percent = (share) => (Number.isNaN(share) ? NONE : `${formatNumber(100 * share, 0)} %`);
