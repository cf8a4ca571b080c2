/** One of the three maps: the digits' codes and N(0, I); below, the place that is looked at, decoded draws, the loss. */

import { stepInPlane } from "../../kit/controls.js";
import { digitCanvas, paint, paintAt, shape } from "../../kit/digits.js";
import { coordinateName, element, formatNumber, formatScaled } from "../../kit/dom.js";
import { glossed } from "../../kit/glosses.js";
import { drawPrior } from "../../map/layers/axes.js";
import { drawPoints, radiusOf } from "../../map/layers/points.js";
import { drawMarks } from "../../map/marks.js";
import { Viewport } from "../../map/viewport.js";

/** @typedef {import("../../map/viewport.js").Place} Place */
/** @typedef {import("./rungs.js").Rung} Rung */
/** @typedef {import("./rungs.js").Between} Between */
/** @typedef {{hidden: Set<number>, colours: string[], font: string}} Look */

const HOME = new Viewport();
const GROUND = "#0b0e14";
const MEAN = 7;
const COLUMNS = 8;
/** Pictures of draws below each map. */
export const DRAWS = 2 * COLUMNS;
const STEP = 1 / 20;
const LARGE_STEP = 1 / 4;
const NOTHING = "\u00a0";
const UNKNOWN = "…";

export class LadderMap {
  /**
   * @param {string} kind a class name
   * @param {(place: Place) => void} onPlace that a pointer is at
   * @param {(across: number, up: number) => void} onStep by a key
   */
  constructor(kind, onPlace, onStep) {
    const id = `ladder-${kind}`;
    this.onPlace = onPlace;
    this.onStep = onStep;
    /** Of which what is decoded is shown. @type {Rung | null} */
    this.rung = null;
    /** @type {Place | null} */
    this.place = null;
    /** @type {Float32Array[] | null} */
    this.eps = null;
    this.size = 0;
    this.codes = element("canvas");
    this.title = element("b");
    this.canvas = element("canvas", {
      class: "codes",
      tabindex: 0,
      role: "application",
      "aria-describedby": id,
      onpointermove: (/** @type {PointerEvent} */ event) => this.point(event),
      onpointerdown: (/** @type {PointerEvent} */ event) => this.point(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.onKey(event),
    });
    this.where = element("p", { class: "where", id }, NOTHING);
    this.picture = digitCanvas({ role: "img", "aria-describedby": id });
    this.bill = new Bill();
    this.samples = element("canvas", {
      class: "samples",
      role: "img",
      width: COLUMNS * shape.width,
      height: (DRAWS / COLUMNS) * shape.height,
    });
    this.element = element(
      "figure",
      { class: `rung ${kind}` },
      element("h3", {}, this.title),
      this.canvas,
      this.where,
      element("div", { class: "beside" }, this.picture, this.bill.element),
      this.samples,
    );
  }

  /** Takes the size that the page gives it. @returns {boolean} whether it is another one */
  measure() {
    const size = this.canvas.clientWidth;
    const side = Math.round(size * window.devicePixelRatio);
    if (!side || (side === this.canvas.width && size === this.size)) return false;
    this.size = size;
    for (const canvas of [this.canvas, this.codes]) canvas.width = canvas.height = side;
    return true;
  }

  /** @param {PointerEvent} event */
  point({ offsetX, offsetY }) {
    this.onPlace(HOME.at([offsetX, offsetY], this.size));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const way = stepInPlane(event);
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? LARGE_STEP : STEP;
    this.onStep(way[0] * step, -way[1] * step);
  }

  /** @param {Between} codes where they are now @param {Look} look */
  drawCodes(codes, { hidden, colours }) {
    const radius = Math.round(radiusOf(codes, HOME) * window.devicePixelRatio * 10) / 10;
    drawPoints(this.codes, codes, HOME, hidden, colours, radius);
  }

  /** @param {Between} codes drawn before @param {Place} place @param {Look} look */
  drawMap({ prior }, place, { font }) {
    const { size, canvas } = this;
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const ratio = canvas.width / size;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = GROUND;
    g.fillRect(0, 0, size, size);
    g.drawImage(this.codes, 0, 0, size, size);
    drawPrior(g, size, prior, HOME, font);
    // Over the mark of its mean: all codes may lie there.
    g.save();
    g.beginPath();
    g.arc(...HOME.pixel(prior.place, size), MEAN, 0, 2 * Math.PI);
    g.clip();
    g.drawImage(this.codes, 0, 0, size, size);
    g.restore();
    const pointer = { place, words: "", thumb: null };
    drawMarks(g, HOME, size, { lines: [], ends: [], pin: null, hand: null, pointer, colour: "", font });
  }

  /**
   * What a rung decodes there, and of the draws; what was decoded before stays until its decoder is here.
   * @param {Rung} rung @param {Place} place @param {Float32Array[]} eps [DRAWS][2]
   */
  decode(rung, place, eps) {
    this.name(rung);
    const { model } = rung;
    if (!model) return this.say(`loading ${rung.name} …`);
    const isOther = rung !== this.rung;
    const z = rung.code(place);
    if (isOther || place !== this.place) paint(this.picture, model.decode(z));
    if (isOther || eps !== this.eps) {
      eps.forEach((one, k) => {
        const [column, row] = [k % COLUMNS, Math.floor(k / COLUMNS)];
        paintAt(this.samples, model.decode(one), column * shape.width, row * shape.height);
      });
    }
    if (isOther) {
      this.picture.dataset.model = rung.name;
      this.picture.setAttribute("aria-label", `Decoded by ${rung.name} at the cross`);
      this.samples.setAttribute("aria-label", `${DRAWS} draws from N(0, I), decoded by ${rung.name}`);
    }
    this.say(Array.from(z, (value, d) => `${coordinateName(d)} ${formatScaled(value, rung.plane.half)}`).join(" · "));
    [this.rung, this.place, this.eps] = [rung, place, eps];
  }

  /** @param {Rung} rung */
  name(rung) {
    this.bill.show(rung);
    if (this.title.textContent === rung.title) return;
    this.title.textContent = rung.title;
    this.title.title = rung.name;
    this.canvas.setAttribute("aria-label", `Map of ${rung.name}: arrow keys move the cross on all three`);
  }

  /** @param {string} words */
  say(words) {
    if (this.where.textContent !== words) this.where.textContent = words;
  }
}

/** What the loss of a rung is made of, as a bill. */
class Bill {
  constructor() {
    const row = (/** @type {string} */ words, /** @type {string[]} */ ...keys) => {
      const value = element("dd", {}, UNKNOWN);
      return { parts: [element("dt", {}, ...glossed(words, ...keys)), value], value };
    };
    this.rows = [
      row("squared error", "squared-error"),
      row("KL, nats", "kl", "nat"),
      row("sum"),
      row("active codes", "active", "code"),
    ];
    this.element = element("dl", { class: "bill" }, ...this.rows.flatMap(({ parts }) => parts));
  }

  /** @param {Rung} rung */
  show(rung) {
    const { standing, plane } = rung;
    const [error, kl] = rung.weights;
    const texts = standing
      ? [
          `${error} × ${formatNumber(standing.distortion, 1)}`,
          `${kl} × ${formatNumber(standing.rate)}`,
          formatNumber(rung.loss(standing), 1),
          `${standing.active} of ${plane.dim}`,
        ]
      : this.rows.map(() => UNKNOWN);
    this.rows.forEach(({ value }, i) => {
      if (value.textContent !== texts[i]) value.textContent = texts[i];
    });
  }
}
