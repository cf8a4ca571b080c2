/** One model of the experiment: its tangent plane as the server computes it, and what it makes of each change. */

import { Alert } from "../kit/controls.js";
import { digitCanvas, paint, paintAt, shape } from "../kit/digits.js";
import { element, formatNumber, modelTag, subscript } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { column, row as inRow, picture, text, title } from "../kit/png.js";
import { paintDifference } from "../maths/errors_map.js";
import { Batch } from "../nn/batch.js";
import { askTangent } from "../server/latent_ask.js";
import { NoAnswer } from "../server/load.js";
import { get } from "../state/parameters.js";
import { PlaneParts } from "./plane.js";
import { row, Trial, turned } from "./trial.js";

/** @typedef {import("./trial.js").Change} Change */

const PICTURES = 9;
// In a picture to keep.
const BIG = 140;
const GAP = 12;
const LINE = 20;
const NUMBERS_TITLE = "How far the reconstruction moves, in % of the change; and how much of that points the same way";
const NONE = "–";

export class Side {
  /**
   * @param {import("../kit/mount.js").ModelData} data
   * @param {import("../nn/nn.js").Model} model
   * @param {object} view
   * @param {(direction: number) => void} view.pick
   * @param {() => void} view.takePlanes there is another plane, or none
   * @param {() => Promise<void>} view.ask for the planes anew
   */
  constructor(data, model, view) {
    this.name = data.name;
    /** The code that is pinned, if one is. @type {number[] | null} */
    this.pinned = null;
    this.view = view;
    this.colour = "";
    this.trial = new Trial(model);
    this.half = new Half(data, () => void view.ask());
    this.parts = new PlaneParts(data, model.latentDim, (direction) => view.pick(direction));
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

  /** @param {import("../hand/tray.js").Chosen | null} digit null: the pinned code */
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
    this.view.takePlanes();
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
    const { pixels } = trial.model.shape;
    const ways = outside.length / pixels;
    const along = trial.change(row(left, direction, pixels), a);
    const off = trial.change(row(outside, (get("off") - 1) % ways, pixels), a);
    half.show(trial, along, off, get("change") === "changes");
    this.walk.show(trial.z, row(right, direction, z.length), singular[direction], direction, a);
    this.parts.current = direction;
  }

  close() {
    this.asking?.abort();
  }
}

class Walk {
  /** @param {import("../nn/nn.js").Model} model */
  constructor(model) {
    this.batch = new Batch(model, PICTURES);
    this.codes = new Float32Array(PICTURES * model.latentDim);
    this.title = element("h3", {}, "Walk on it");
    this.canvas = element("canvas", {
      class: "walk",
      role: "img",
      width: PICTURES * shape.width,
      height: shape.height,
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
    steps.forEach((_, k) => paintAt(this.canvas, row(pictures, k, shape.pixels), k * shape.width, 0));
  }

  /** @param {boolean} isHidden */
  set hidden(isHidden) {
    this.title.hidden = this.canvas.hidden = isHidden;
  }
}

/** What a model is shown, what it gives back, and how far that moves. */
class Half {
  /** @param {import("../kit/mount.js").ModelData} model @param {() => void} onAgain asks for the plane anew */
  constructor({ name, label }, onAgain) {
    this.name = name;
    this.same = new Column(name, "same", "Unchanged", "Unchanged");
    this.along = new Column(name, "along", "Along: shape", "Along the manifold");
    this.off = new Column(name, "off", "Off: noise", "Off the manifold");
    this.columns = [this.same, this.along, this.off];
    this.onAgain = onAgain;
    this.alert = new Alert();
    this.dimension = element("span", { class: "name" });
    this.trial = element("div", { class: "trial" }, ...this.columns.flatMap(({ parts }) => parts));
    this.element = element(
      "section",
      { class: "half", "aria-label": name, title: label },
      modelTag(name, {}, this.dimension),
      this.alert.element,
      this.trial,
    );
  }

  /**
   * @param {string | null} words why there is no plane; null where there is one
   * @param {boolean} [isFinal] asking again would change nothing
   */
  complain(words, isFinal = false) {
    if (words === null) this.alert.hide();
    else this.alert.show(words, isFinal ? undefined : this.onAgain);
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

  /** @param {string} colour @returns {import("../kit/png.js").Cell} */
  cell(colour) {
    const words = `${this.name} · ${this.dimension.textContent}`;
    const columns = this.columns.map((one) => one.cell);
    return column([title(words, colour), inRow(columns, GAP)]);
  }

  /** @returns {string} for who does not see */
  get summary() {
    const { problem } = this.alert;
    return `${this.name}: ${problem || `${this.along.moves.textContent} along the manifold, ${this.off.moves.textContent} off it.`}`;
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

  /** @param {Float32Array} shown [pixels], any numbers @param {Float32Array} back [pixels] in [0, 1] */
  paint(shown, back) {
    paint(
      this.input,
      shown.map((value) => Math.min(1, Math.max(0, value))),
    );
    paint(this.output, back);
  }

  /** @param {Change} change */
  paintChange({ added, moved }) {
    paintDifference(this.input, added);
    paintDifference(this.output, moved);
  }

  get cell() {
    return column([
      text(this.name, { height: LINE }),
      picture(this.input, BIG),
      text("↓ gives back", { font: "11px", height: LINE }),
      picture(this.output, BIG),
      text(this.moves.textContent, { font: "600 13px", height: LINE }),
      text(this.keeps.textContent),
    ]);
  }
}

/** @param {number} share */
const percent = (share) => (Number.isNaN(share) ? NONE : `${formatNumber(100 * share, 0)} %`);
