/** Rate and distortion of every rung, and the line of equal loss through the one that is looked at. */

import { formatNumber, svg } from "../../kit/dom.js";
import { Plot } from "../../kit/plot.js";

/** @typedef {import("./rungs.js").Rung} Rung */
/** @typedef {import("./rungs.js").Standing} Standing */
/** @typedef {Rung & {standing: Standing}} Known */

// Beyond this many nats, and this many times the error of the best, the rest would be a line along two edges.
const MOST_NATS = 16;
const MOST_ERROR = 2;
const ROOM = 0.06;

export class LadderCurve {
  constructor() {
    const [x, y] = [axis("rate: KL, nats", 0, 1), axis("distortion: squared error", 0, 1)];
    this.plot = new Plot("Rate and distortion of the ladder", x, y, { height: 320, kind: "curve" });
    this.dot = svg("circle", { class: "dot-mark now", r: 6 });
    /** @type {Known[]} */
    this.rungs = [];
    /** Whose line of equal loss is drawn. @type {Known | null} */
    this.nearest = null;
    /** Where it is cut. */
    this.most = { rate: 1, distortion: 1, least: 0 };
  }

  /** Until it is known what there is to draw. */
  clear() {
    this.rungs = [];
    this.plot.element.setAttribute("data-lacks", "");
  }

  /** @param {Rung[]} rungs whose standings are known */
  build(rungs) {
    this.rungs = /** @type {Known[]} */ (rungs);
    this.plot.element.removeAttribute("data-lacks");
    const errors = this.rungs.map(({ standing }) => standing.distortion);
    const rates = this.rungs.map(({ standing }) => standing.rate);
    const best = Math.min(...errors);
    const within = (/** @type {number[]} */ values, /** @type {number} */ most) =>
      Math.max(...values.filter((value) => value <= most));
    const top = within(errors, MOST_ERROR * best);
    const span = top - best || 1;
    this.most = {
      rate: (1 + ROOM) * within(rates, MOST_NATS) || 1,
      distortion: top + 2 * ROOM * span,
      least: best - 2 * ROOM * span,
    };
    const { rate, distortion, least } = this.most;
    const { plot } = this;
    plot.axes(axis("rate: KL, nats", 0, rate), axis("distortion: squared error", least, distortion));
    const places = this.rungs.map(({ standing }) => this.cut(standing));
    const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
    plot.line("loss", [], [], "equal");
    this.nearest = null;
    plot.line("ladder", xs, ys, "ladder-line");
    this.nameEnds();
    plot.dots(
      "rungs",
      this.rungs.map(({ title, standing }, i) => ({ ...places[i], r: 3, title: `${title}: ${numbers(standing)}` })),
    );
  }

  /** What an end of the ladder has beyond the edge. */
  nameEnds() {
    const { plot, most } = this;
    for (const key of ["across", "up"]) plot.remove(key);
    const [first, last] = [this.rungs[0], this.rungs[this.rungs.length - 1]];
    const { rate, distortion } = first.standing;
    if (first.beta === 0 && rate > most.rate)
      plot.words("across", most.rate, distortion, `β = 0: ${formatNumber(rate, 0)} →`, "across");
    if (last.standing.distortion > most.distortion) {
      plot.words("up", 0, most.distortion, `${last.title} ${formatNumber(last.standing.distortion, 0)} ↑`, "up");
    }
  }

  /** @param {Standing} standing @returns {{x: number, y: number}} at the edge where it lies beyond */
  cut({ rate, distortion }) {
    return { x: Math.min(rate, this.most.rate), y: Math.min(distortion, this.most.distortion) };
  }

  /** @param {number} at in rungs */
  show(at) {
    const { plot, rungs } = this;
    if (!rungs.length) return;
    const [from, to, nearest] = [Math.floor(at), Math.ceil(at), Math.round(at)].map((i) => rungs[i]);
    const [a, b] = [this.cut(from.standing), this.cut(to.standing)];
    const share = at - Math.floor(at);
    const [x, y] = [a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)];
    plot.place("now", this.dot, () => {
      this.dot.setAttribute("cx", plot.px(x).toFixed(2));
      this.dot.setAttribute("cy", plot.py(y).toFixed(2));
    });
    if (nearest === this.nearest) return;
    this.nearest = nearest;
    plot.line("loss", ...this.equalLoss(nearest), "equal");
  }

  /** @param {Known} rung @returns {[number[], number[]]} both ends of the line, inside the axes */
  equalLoss(rung) {
    const { rate, distortion, least } = this.most;
    const [error, kl] = rung.weights;
    const loss = rung.loss(rung.standing);
    if (!error)
      return [
        [loss, loss],
        [least, distortion],
      ];
    const rates = kl ? [Math.max(0, (loss - distortion) / kl), Math.min(rate, (loss - least) / kl)] : [0, rate];
    return [rates, rates.map((one) => loss - kl * one)];
  }
}

/** @param {string} label @param {number} from @param {number} to @returns {import("../../kit/plot.js").Axis} */
const axis = (label, from, to) => ({ label, from, to });

/** @param {Standing} standing */
const numbers = ({ rate, distortion }) => `${formatNumber(rate)} nats, squared error ${formatNumber(distortion)}`;
