/** ln p(x) as it climbs above the ELBO, and where the picture stands among digits of the set. */

import { digitName, shape } from "../../kit/digits.js";
import { formatNumber, roundUp } from "../../kit/dom.js";
import { Plot } from "../../kit/plot.js";
import { Evidence } from "../../maths/evidence.js";
import { rounded } from "../../maths/grey.js";

/** @typedef {import("../../server/digit_set.js").DigitSet} DigitSet */

const PLACES = 150;
// Of the height, for the words at the lines.
const ROOM = 0.16;
const LEAST_SPAN = 2;

const AMONG = { height: 150, kind: "among" };
const DOT = 3;
const NEAR = 12;
const AT_LEAST = 12;
const PARTS = 6;
const CLASSES = Array.from({ length: 10 }, (_, label) => label);
// Of each digit of the set; what matters is whether it lies tens of nats away.
const DRAWS = 8;

/** @param {number} value above 0 @returns {number} a round number that is as large, and little larger */
export function ceiling(value) {
  const step = roundUp(value / PARTS);
  return Math.ceil(value / step) * step;
}

/** @param {number} count */
export const grouped = (count) => count.toLocaleString("en");

export class Climb {
  /** @param {string} model @param {number} most draws @param {number} height in pixels */
  constructor(model, most, height) {
    this.most = most;
    this.ticks = [1, 10, 100, 1000, 10_000].filter((tick) => tick < most).concat(most);
    /** At which draws it is drawn, close to each other where there are few. */
    this.places = [...new Set(Array.from({ length: PLACES }, (_, i) => Math.round(most ** (i / (PLACES - 1)))))];
    const label = `ln p(x) of the picture by ${model}, from more and more draws`;
    this.plot = new Plot(label, this.across, axis(-1, 0), { height });
    this.begin();
  }

  get across() {
    return {
      label: "draws",
      from: 1,
      to: this.most,
      scale: /** @type {const} */ ("log"),
      ticks: this.ticks,
      format: grouped,
    };
  }

  /** Another picture: the axis follows it. */
  begin() {
    this.low = Infinity;
    this.high = -Infinity;
  }

  /** @param {Evidence} found */
  show({ running, elbo, count, logEvidence }) {
    const { plot } = this;
    const draws = [...this.places.filter((place) => place < count), count];
    const values = draws.map((place) => running.estimate[place - 1]);
    const errors = draws.map((place) => running.standardError[place - 1] || 0);
    const above = values.map((value, i) => value + errors[i]);
    const below = values.map((value, i) => value - errors[i]);
    this.low = Math.min(this.low, elbo, ...below);
    this.high = Math.max(this.high, elbo, ...above);
    this.fit();
    plot.area("gap", draws, values, elbo, "gap");
    plot.area("error", draws, above, below, "error");
    plot.rule("elbo", { y: elbo });
    plot.line("estimate", draws, values);
    plot.words("elbo words", this.most, elbo, `ELBO ${formatNumber(elbo)}`, "under");
    plot.words("estimate words", count, Math.max(logEvidence, elbo), "ln p(x)", "over");
  }

  fit() {
    const span = Math.max(LEAST_SPAN, this.high - this.low);
    const step = roundUp(span / 8);
    const from = Math.floor((this.low - ROOM * span) / step) * step;
    const to = Math.ceil((this.high + ROOM * span) / step) * step;
    const { y } = this.plot;
    if (y?.from !== from || y.to !== to) this.plot.axes(this.across, axis(from, to));
  }
}

/** @param {number} from @param {number} to */
const axis = (from, to) => ({ label: "nats", from, to });

/** The ELBO of the first digits of the set, class by class, and that of the picture. */
export class Among {
  /** @param {import("../../nn/batch.js").Batch} batch @param {number} seed @param {(row: number) => void} onPick */
  constructor(batch, seed, onPick) {
    this.evidence = new Evidence(batch, seed, DRAWS);
    this.onPick = onPick;
    /** @type {{row: number, label: number, elbo: number}[]} */
    this.digits = [];
    /** Of which pixels these are; empty as long as there are none. */
    this.pixels = "";
    this.isShown = false;
    const { name } = batch.model;
    this.plot = new Plot(`The ELBO of digits of the set by ${name}`, { label: "", from: -1, to: 0 }, this.up, AMONG);
    this.plot.svg.addEventListener("click", (event) => this.pick(event));
  }

  get up() {
    return { label: shape.isDigit ? "digit" : "class", from: 9.6, to: -0.6, ticks: CLASSES };
  }

  /** @param {DigitSet} set @param {"grey" | "binary"} pixels @returns {Generator<void>} */
  *steps(set, pixels) {
    const { evidence } = this;
    const found = [];
    for (const row of set.firstTen.flat()) {
      const x = set.pixels(row);
      const label = set.label(row);
      evidence.begin(pixels === "binary" ? rounded(x) : x, label, label);
      while (!evidence.isDone) {
        evidence.step();
        yield;
      }
      found.push({ row, label, elbo: evidence.elbo });
    }
    this.digits = found.filter(({ elbo }) => Number.isFinite(elbo));
    this.pixels = pixels;
    this.isShown = false;
  }

  /** @param {number} elbo of the picture */
  show(elbo) {
    const { plot, digits } = this;
    this.fit([elbo, ...digits.map((digit) => digit.elbo)]);
    if (!this.isShown) {
      const dots = digits.map((digit) => ({
        x: digit.elbo,
        y: digit.label,
        r: DOT,
        title: `${digitName(digit.label, digit.row)}: ${formatNumber(digit.elbo, 1)}`,
      }));
      plot.dots("digits", dots);
      this.isShown = true;
    }
    plot.rule("picture", { x: elbo }, "x");
  }

  /** @param {number[]} elbos to be seen */
  fit(elbos) {
    const [low, high] = [Math.min(...elbos), Math.max(...elbos)];
    const step = roundUp(Math.max(AT_LEAST, high - low) / PARTS);
    const [from, to] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
    const { x } = this.plot;
    if (x?.from !== from || x.to !== to) this.plot.axes({ label: "ELBO, nats", from, to }, this.up);
  }

  /** @param {MouseEvent} event near a digit takes it in hand */
  pick({ clientX, clientY }) {
    const { plot } = this;
    const { left, top } = plot.svg.getBoundingClientRect();
    const away = (/** @type {{elbo: number, label: number}} */ { elbo, label }) =>
      Math.hypot(plot.px(elbo) - (clientX - left), plot.py(label) - (clientY - top));
    const [nearest] = this.digits.toSorted((a, b) => away(a) - away(b));
    if (nearest && away(nearest) < NEAR) this.onPick(nearest.row);
  }
}
