/** What a model's tangent plane is made of: directions to choose from, singular values, the Jacobian's columns. */

import { digitCanvas, shape } from "../kit/digits.js";
import { coordinateName, element, formatNumber, formatScaled } from "../kit/dom.js";
import { Gallery } from "../kit/gallery.js";
import { paintDifference } from "../maths/errors_map.js";
import { row } from "./trial.js";

/** @typedef {import("../server/latent_ask.js").AskedTangent} AskedTangent */

const COLUMNS = 10;

/** @param {Float32Array} values */
const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

export class PlaneParts {
  /**
   * @param {import("../kit/mount.js").ModelData} model @param {number} latentDim
   * @param {(direction: number) => void} onPick
   */
  constructor({ name }, latentDim, onPick) {
    /** @type {AskedTangent | null} */
    this.plane = null;
    this.directions = new Gallery({
      count: latentDim,
      label: `Directions along the manifold of ${name}, the strongest first`,
      describe: (i) => this.describe(i),
      onPick,
    });
    // The arrow keys choose as they go.
    this.directions.element.addEventListener("focusin", (event) => {
      const i = this.directions.buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
      if (i >= 0 && i !== this.directions.picked) onPick(i);
    });
    this.bars = Array.from({ length: latentDim }, (_, i) => element("i", { onclick: () => onPick(i) }));
    this.mark = element("b", { class: "effective" });
    this.top = element("span", { class: "top" });
    const parts = [...this.bars, this.mark, this.top];
    this.chart = element(
      "div",
      { class: "bars", role: "img", "aria-label": `Singular values of ${name}`, "data-singular": name },
      ...parts,
    );
    this.columns = this.bars.map((_, d) => digitCanvas({ "data-column": d, "aria-hidden": "true" }));
    const named = this.columns.map((canvas, d) => element("span", { class: "column" }, canvas, coordinateName(d)));
    this.table = element(
      "div",
      { class: "columns", role: "img", "aria-label": `Columns of the Jacobian of ${name}` },
      ...named,
    );
    const columns = String(Math.min(COLUMNS, latentDim));
    for (const grid of [this.directions.element, this.table]) grid.style.setProperty("--columns", columns);
  }

  /** @param {number} i */
  describe(i) {
    const value = this.plane?.singular[i];
    const words = value === undefined ? "" : `: the picture moves ${formatScaled(value, value)} a unit of z`;
    return `Direction ${i + 1}${words}`;
  }

  /** @param {AskedTangent | null} plane null where there is none */
  show(plane) {
    this.plane = plane;
    const rank = plane?.singular.length ?? 0;
    this.directions.shown = rank;
    this.directions.relabel();
    for (const part of [this.directions.element, this.chart, this.table]) part.hidden = !plane;
    if (!plane) return;
    const { left, jacobian, singular, z, effectiveRank } = plane;
    for (let i = 0; i < rank; i++) {
      const direction = row(left, i, shape.pixels);
      paintDifference(this.directions.canvases[i], direction, null, largest(direction));
    }
    const full = largest(jacobian);
    this.columns.forEach((canvas, d) => {
      const column = row(jacobian, d, shape.pixels);
      paintDifference(canvas, column, null, full);
      const moves = Math.hypot(...column);
      const words = `${coordinateName(d)}: the picture moves ${formatScaled(moves, moves)} a unit`;
      /** @type {HTMLElement} */ (canvas.parentElement).title = words;
    });
    this.mark.style.left = `${(100 * effectiveRank) / z.length}%`;
    this.mark.title = `effective rank of JᵀJ: ${formatNumber(effectiveRank, 1)}`;
    const values = Array.from(singular, (value) => formatScaled(value, singular[0])).join(", ");
    this.chart.setAttribute("aria-label", `Singular values: ${values}; ${this.mark.title}`);
  }

  /** @param {number} most the largest singular value of all models */
  scale(most) {
    this.bars.forEach((bar, i) => {
      const value = this.plane?.singular[i] ?? 0;
      bar.style.setProperty("--height", String(most ? value / most : 0));
      bar.title = `s${i + 1} = ${formatScaled(value, value)}`;
    });
    this.top.textContent = formatScaled(most, 10 * most);
  }

  /** @param {number} direction */
  set current(direction) {
    const { directions } = this;
    if (directions.picked !== direction) directions.stopAt(direction);
    directions.current = direction;
    this.bars.forEach((bar, i) => bar.toggleAttribute("data-current", i === direction));
  }
}
