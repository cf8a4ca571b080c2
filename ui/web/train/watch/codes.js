/** The codes of a thousand training digits, on their way from epoch to epoch. */

import { coordinateName, element } from "../../kit/dom.js";
import { drawAxes, drawPrior } from "../../map/layers/axes.js";
import { drawPoints } from "../../map/layers/points.js";
import { PRIOR_RADIUS } from "../../map/plane.js";
import { Viewport } from "../../map/viewport.js";
import { around } from "./history.js";

/** @typedef {import("./history.js").Epoch} Epoch */
/** @typedef {{middle: [number, number], half: number}} Home the square that holds the codes */
/** @typedef {{hidden: Set<number>, colours: string[], font: string}} Look */

const HOME = new Viewport();
const GROUND = "#0b0e14";
const RADIUS = 1.8;
// Of the codes, so many lie beyond each end of each axis.
const TAIL = 0.005;
const MARGIN = 1.08;

export class Codes {
  /** @param {() => void} onSize it is to be drawn anew */
  constructor(onSize) {
    this.canvas = element("canvas", { class: "codes", role: "img" });
    this.points = element("canvas");
    this.element = element("div", { class: "codes-place" }, this.canvas);
    /** @type {WeakMap<Epoch, Home>} */
    this.homes = new WeakMap();
    this.plane = {
      xs: new Float32Array(),
      ys: new Float32Array(),
      labels: /** @type {Uint8Array} */ (new Uint8Array()),
    };
    this.observer = new ResizeObserver(() => this.measure() && onSize());
    this.observer.observe(this.canvas);
  }

  measure() {
    const side = Math.round(this.canvas.clientWidth * window.devicePixelRatio);
    if (!side || side === this.canvas.width) return false;
    for (const canvas of [this.canvas, this.points]) canvas.width = canvas.height = side;
    return true;
  }

  /**
   * @param {import("./history.js").History} history of two codes @param {number} at in epochs
   * @param {boolean} isVae @param {Look} look
   */
  draw({ epochs, labels }, at, isVae, { hidden, colours, font }) {
    const { canvas } = this;
    const size = canvas.clientWidth;
    const found = around(epochs, at);
    const from = found?.before.codes;
    if (!size || !labels || !from) return;
    const { before, after } = found;
    const to = after.codes ?? from;
    const share = after.codes ? found.share : 0;
    const home = between(this.homeOf(before, isVae), this.homeOf(after, isVae), share);
    this.place(from, to, share, home);
    this.plane.labels = labels;
    const ratio = canvas.width / size;
    drawPoints(this.points, this.plane, HOME, hidden, colours, Math.round(RADIUS * ratio * 10) / 10);
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = GROUND;
    g.fillRect(0, 0, size, size);
    g.drawImage(this.points, 0, 0, size, size);
    drawAxes(g, size, axesOf(home), HOME, font);
    if (isVae) {
      const place = /** @type {[number, number]} */ (home.middle.map((one) => -one / home.half));
      drawPrior(g, size, { place, radius: PRIOR_RADIUS / home.half }, HOME, font);
    }
    const words = `Codes of ${labels.length} training digits after epoch ${Math.round(at)}`;
    if (canvas.getAttribute("aria-label") !== words) canvas.setAttribute("aria-label", words);
    canvas.dataset.epoch = String(Math.round(at));
  }

  /** @param {Float32Array} from @param {Float32Array} to [M, 2] @param {number} share @param {Home} home */
  place(from, to, share, { middle, half }) {
    const count = from.length / 2;
    if (this.plane.xs.length !== count)
      [this.plane.xs, this.plane.ys] = [new Float32Array(count), new Float32Array(count)];
    const { xs, ys } = this.plane;
    for (let n = 0; n < count; n++) {
      xs[n] = (from[2 * n] + share * (to[2 * n] - from[2 * n]) - middle[0]) / half;
      ys[n] = (from[2 * n + 1] + share * (to[2 * n + 1] - from[2 * n + 1]) - middle[1]) / half;
    }
  }

  /** @param {Epoch} epoch @param {boolean} isVae of which N(0, I) is in view, too @returns {Home} */
  homeOf(epoch, isVae) {
    const known = this.homes.get(epoch);
    if (known || !epoch.codes) return known ?? { middle: [0, 0], half: 1 };
    const least = isVae ? PRIOR_RADIUS : 0;
    const ranges = [0, 1].map((axis) => {
      const ordered = /** @type {Float32Array} */ (epoch.codes).filter((_, i) => i % 2 === axis).sort();
      const cut = Math.floor(TAIL * ordered.length);
      const [low, high] = [ordered[cut], ordered[ordered.length - 1 - cut]];
      return isVae ? [Math.min(low, -least), Math.max(high, least)] : [low, high];
    });
    const middle = /** @type {[number, number]} */ (ranges.map(([low, high]) => (low + high) / 2));
    const half = (MARGIN * Math.max(...ranges.map(([low, high]) => high - low))) / 2 || 1;
    this.homes.set(epoch, { middle, half });
    return { middle, half };
  }

  close() {
    this.observer.disconnect();
  }
}

/** @param {Home} a @param {Home} b @param {number} share @returns {Home} */
function between(a, b, share) {
  const mix = (/** @type {number} */ from, /** @type {number} */ to) => from + share * (to - from);
  return { middle: [mix(a.middle[0], b.middle[0]), mix(a.middle[1], b.middle[1])], half: mix(a.half, b.half) };
}

/** @param {Home} home @returns {Parameters<typeof drawAxes>[2]} */
const axesOf = ({ middle, half }) => ({
  axisNames: [coordinateName(0), coordinateName(1)],
  unit: ([x, y]) => [middle[0] + half * x, middle[1] + half * y],
});
