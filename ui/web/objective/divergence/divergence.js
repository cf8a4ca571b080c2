/** Two Gaussians to be dragged, and the divergence of one from the other in three ways. */

import { listenForKeys } from "../../gestures/keys.js";
import { Base } from "../../kit/base.js";
import { actionButton } from "../../kit/controls.js";
import { button, element, svg } from "../../kit/dom.js";
import { component } from "../../kit/mount.js";
import { Plot } from "../../kit/plot.js";
import plot from "../../kit/styles/plot.css";
import { isDark } from "../../kit/theme.js";
import { curves, density, gaussian, integrate, kl, monteCarlo, STANDARD, spaced } from "../../maths/gaussians.js";
import { field, normals } from "../../maths/seeded_noise.js";
import { get, put } from "../../state/parameters.js";
import objective from "../objective.css";
import { Bell } from "./bell.js";
import divergence from "./divergence.css";
import { Estimates, inNats } from "./estimates.js";

/** @typedef {import("../../kit/axis.js").Axis} Axis */
/** @typedef {import("../../maths/gaussians.js").Gaussian} Gaussian */
/** @typedef {{colour: {light: string, dark: string}, seed: number}} DivergenceData see ui/objective/divergence.py */

const DRAWS = 1000;
const OPENS_WITH = gaussian(1, 0.5);
/** @type {readonly (readonly [name: string, of: Gaussian, title: string])[]} */
const PRESETS = [
  ["shifted", gaussian(2, 1), "As wide as Q, and beside it: the same either way"],
  ["too narrow", gaussian(0, 0.2), "Where P has mass, Q has some too; the other way round that is not so"],
  ["too wide", gaussian(0, 3), "P has mass where Q has nearly none"],
];
// To either side of 0: the least that has room for both bells.
const REACHES = [6, 9, 12, 18, 24, 40];
const BELL = 3;
// Axes end at one of these, times a power of ten, and go on from a curve's peak by so much: its name stands there.
const ENDS = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.4, 8, 10];
const ROOM = 1.16;
const RUG = 6;
// Of a curve over the whole axis, and once more over each bell, which may be narrow.
const POINTS = 121;
const CLOSE = 6;

/** @extends {Base<DivergenceData, void>} */
class View extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    const axis = { from: 0, to: 1 };
    this.densities = new Plot(
      "Densities of P and Q",
      { label: "", ...axis },
      { label: "density", ...axis },
      { height: 240 },
    );
    this.integrand = new Plot(
      "p ln(p / q)",
      { label: "x", ...axis },
      { label: "p ln(p / q)", ...axis },
      { height: 230 },
    );
    const hand = {
      plot: this.densities,
      onChange: () => this.schedule(),
      onRest: () => this.fit(),
      onRefuse: (/** @type {string} */ words) => this.alert.show(words),
    };
    const toStandard = button("Q = N(0, 1)", () => this.q.take(STANDARD), { title: "Q as the prior of a VAE" });
    // P's handles come last, and lie above.
    this.q = new Bell("Q", "target", STANDARD, hand, [toStandard]);
    const presets = PRESETS.map(([name, of, title]) => button(name, () => this.p.take(of), { title }));
    this.p = new Bell("P", "gaussian", OPENS_WITH, hand, presets);
    this.forward = new Estimates("D(P ‖ Q)", "P", "forward");
    this.backward = new Estimates("D(Q ‖ P)", "Q", "backward");
    const draw = {
      name: "Draw again",
      key: "m",
      title: "Another thousand draws for Monte Carlo",
      run: () => this.redraw(),
    };
    this.above = element("b", { class: "above" });
    this.below = element("b", { class: "below" });
    this.area = element("span");
    const areas = element("p", { class: "areas" }, "Area ", this.above, " − ", this.below, " = ", this.area);
    root.replaceChildren(
      element(
        "div",
        { class: "divergence" },
        element("div", { class: "figures" }, this.densities.element, areas, this.integrand.element),
        element(
          "div",
          { class: "panel" },
          this.p.element,
          this.q.element,
          this.alert.element,
          this.forward.element,
          this.backward.element,
          element("div", { class: "toolbar" }, actionButton(draw)),
        ),
      ),
    );
    this.eps = new Float64Array(DRAWS);
    /** The draws of P, in units of its sigma: where P moves, they only move along. */
    this.rug = svg("path", { class: "draws", "vector-effect": "non-scaling-stroke" });
    this.reach = REACHES[0];
    this.leave = [listenForKeys([draw]), () => this.densities.close(), () => this.integrand.close()];
  }

  /** @param {DivergenceData} data */
  key({ seed }) {
    return [seed];
  }

  async load() {}

  build() {
    this.recolour();
    this.fit();
    this.draw();
    this.paint();
    this.endReservedPlace();
  }

  refresh() {
    this.recolour();
    this.schedule();
  }

  recolour() {
    const { colour } = /** @type {DivergenceData} */ (this.data);
    this.root.style.setProperty("--colour", isDark(this.root) ? colour.dark : colour.light);
  }

  draw() {
    const { seed } = /** @type {DivergenceData} */ (this.data);
    this.eps = Float64Array.from({ length: DRAWS }, normals(field(seed, get("draws") - 1, DRAWS)));
    this.rug.setAttribute("d", Array.from(this.eps, (one) => `M${one.toFixed(3)} 0v${-RUG}`).join(""));
  }

  redraw() {
    put("draws", get("draws") + 1);
    this.draw();
    this.schedule();
  }

  /** Wide enough for both; not while a hand holds one, or it would run away from the hand. */
  fit() {
    const most = Math.max(...[this.p, this.q].map(({ mu, sigma }) => Math.abs(mu) + BELL * sigma));
    this.reach = REACHES.find((reach) => most <= reach) ?? Math.ceil(most);
    this.schedule();
  }

  paint() {
    const [p, q] = [this.p.of, this.q.of];
    const forward = this.found(p, q);
    const backward = this.found(q, p);
    const xs = this.places();
    const drawn = curves(xs, p, q);
    this.paintDensities(xs, drawn);
    const words = `, D(P ‖ Q) ${inNats(forward.closed)} nats`;
    this.q.refresh(words);
    this.p.refresh(words);
    this.paintIntegrand(xs, drawn.integrand);
    this.paintAreas(forward.areas);
    const ends = [forward, backward].map(({ closed, sampled }) =>
      Math.max(closed, sampled.value + sampled.standardError),
    );
    const most = endOf(Math.max(0.5, 1.05 * Math.max(...ends)));
    this.forward.show(forward, most);
    this.backward.show(backward, most);
  }

  /** @param {Gaussian} p @param {Gaussian} q */
  found(p, q) {
    const areas = integrate(p, q);
    return { closed: kl(p, q), areas, integral: areas.value, sampled: monteCarlo(this.eps, p, q) };
  }

  /** Where the curves are drawn: over the whole axis, and closer where a bell is narrow. */
  places() {
    const { reach } = this;
    const bells = [this.p.of, this.q.of].flatMap(({ mu, sigma }) =>
      Array.from(spaced(mu - CLOSE * sigma, mu + CLOSE * sigma, POINTS)),
    );
    const inside = bells.filter((x) => Math.abs(x) < reach);
    return Float64Array.from([...spaced(-reach, reach, POINTS), ...inside]).sort();
  }

  /** @param {Float64Array} xs @param {import("../../maths/gaussians.js").Curves} drawn */
  paintDensities(xs, drawn) {
    const { densities, reach, p, q } = this;
    const most = Math.max(density(p.of, p.mu), density(q.of, q.mu));
    const to = endOf(ROOM * most);
    scale(densities, { label: "", from: -reach, to: reach }, { label: "density", from: 0, to });
    densities.put("draws", "g", densities.clipped, (node) => {
      const [foot, unit] = [densities.py(0), densities.px(p.mu + p.sigma) - densities.px(p.mu)];
      this.rug.setAttribute("transform", `translate(${densities.px(p.mu)} ${foot}) scale(${unit} 1)`);
      if (!node.firstChild) node.append(this.rug);
    });
    densities.line("q", xs, drawn.q, "q");
    densities.area("p area", xs, drawn.p, 0, "p");
    densities.line("p", xs, drawn.p, "p");
    for (const { name, of } of [q, p]) {
      densities.words(name, of.mu, density(of, of.mu), name, `name ${name.toLowerCase()}`);
    }
  }

  /** @param {Float64Array} xs @param {Float64Array} heights */
  paintIntegrand(xs, heights) {
    const { integrand, reach } = this;
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const to = endOf(Math.max(0.2, 1.05 * high));
    const from = -endOf(Math.max(to / 10, -1.05 * low));
    scale(integrand, { label: "x", from: -reach, to: reach }, { label: "p ln(p / q)", from, to });
    integrand.area(
      "above",
      xs,
      heights.map((height) => Math.max(0, height)),
      0,
      "above",
    );
    integrand.area(
      "below",
      xs,
      heights.map((height) => Math.min(0, height)),
      0,
      "below",
    );
    integrand.line("zero", [-reach, reach], [0, 0], "zero");
    integrand.line("integrand", xs, heights, "integrand");
  }

  /** @param {import("../../maths/gaussians.js").Integral} areas */
  paintAreas({ above, below, value }) {
    this.above.textContent = `${inNats(above, value)} above`;
    this.below.textContent = `${inNats(below, value)} below`;
    this.area.textContent = `${inNats(value)} nats`;
  }
}

/** @param {number} value above 0 @returns {number} at least that, so that an axis moves in steps */
function endOf(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (ENDS.find((end) => end * power >= value) ?? 10);
}

/** Gives a plot other axes where they are others. @param {Plot} of @param {Axis} x @param {Axis} y */
function scale(of, x, y) {
  const isSame = [
    [of.x, x],
    [of.y, y],
  ].every(([was, is]) => was?.from === is?.from && was?.to === is?.to);
  if (!isSame) of.axes(x, y);
}

export default component("divergence", [plot, objective, divergence], (root) => new View(root));
