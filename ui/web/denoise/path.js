/** The way of the digit in hand through each model's latent space, pass by pass, on the first two principal axes. */

import { element, modelTag } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { drawPoints } from "../map/layers/points.js";
import { loadPlane } from "../map/plane.js";
import { Viewport } from "../map/viewport.js";
import { MOST_TIMES } from "../state/parameters.js";
import { walk } from "./engine.js";

/** @typedef {import("../map/viewport.js").Place} Place */
/** @typedef {import("../map/plane.js").Plane} Plane */
/**
 * @typedef {object} Walk
 * @property {import("../nn/nn.js").Model[]} models in the order of the planes
 * @property {number | null} label of the digit
 * @property {Float32Array} clean [pixels] @property {Float32Array} corrupted [pixels]
 * @property {number} times the pass on the screen
 */

const SIDE = 448;
const POINT = 2;
const GREYS = Array.from({ length: 10 }, () => "#9ba6b8");
// Of the home square: a path that leaves it is shown whole, and the cloud shrinks by steps, not with each move.
const SCALES = [1, 0.7, 0.5, 0.35, 0.25];
const MARGIN = 0.96;
const LINE = 4;
const RIM = 8;
// Radii of discs: a pass, the corrupted digit, the pass on the screen.
const [DOT, START, NOW] = [5, 7, 11];
const DARK = "#0b0e14";
const WHITE = "#ffffff";

class Pane {
  /** @param {import("../kit/mount.js").ModelData} model @param {string | null} problem why it has no plane */
  constructor({ name, label, colour }, problem) {
    this.name = name;
    // The planes are dark in both themes.
    this.colour = colour.dark;
    this.cloud = element("canvas", { class: "cloud", width: SIDE, height: SIDE, "aria-hidden": "true" });
    this.marks = element("canvas", {
      width: SIDE,
      height: SIDE,
      role: "img",
      "aria-label": `Path in the codes of ${name}`,
    });
    this.words = element("p", { class: "lack" });
    this.share = element("span", { class: "share" });
    this.element = element(
      "figure",
      { class: "pane" },
      modelTag(element("b", { class: "name" }, name), { as: "figcaption", title: `${name} ${label}` }),
      element("div", { class: "plane" }, this.cloud, this.marks, this.share, this.words),
    );
    this.lack = problem ? `No plane: ${problem}.` : null;
    /** @type {Plane | null} */
    this.plane = null;
    this.view = new Viewport();
    /** Of the code of each pass. @type {Place[]} */
    this.path = [];
    /** Of the clean digit's code. @type {Place | null} */
    this.goal = null;
  }

  /** @param {string | null} words in place of the plane */
  set lack(words) {
    this.words.textContent = words ?? "";
    this.words.hidden = words === null;
    this.isLacking = words !== null;
  }

  /** @param {string} digits the set @param {() => boolean} isWanted */
  async load(digits, isWanted) {
    if (this.isLacking) return;
    try {
      const plane = await loadPlane(this.name, digits);
      if (!isWanted()) return;
      this.plane = plane;
      this.share.textContent = `${plane.axisNames.join(", ")}: ${Math.round(100 * plane.share)} %`;
      this.share.title = "Share of the variance of the codes";
    } catch (error) {
      if (isWanted()) this.lack = /** @type {Error} */ (error).message;
    }
  }

  /**
   * @param {import("../nn/nn.js").Model} model
   * @param {Float32Array} clean @param {Float32Array} corrupted [pixels] each @param {number | null} label
   * @returns {Generator<void>}
   */
  *follow(model, clean, corrupted, label) {
    const { plane } = this;
    if (!plane) return;
    const goal = plane.project(model.encode(clean, label)).place;
    yield;
    /** @type {Place[]} */
    const path = [];
    for (const z of walk(model, corrupted, MOST_TIMES, label)) {
      path.push(plane.project(z).place);
      yield;
    }
    this.goal = goal;
    this.path = path;
  }

  /** The home square, or as much more as the path takes. */
  fit() {
    if (!this.plane) return;
    const reach = Math.max(...[...this.path, this.goal ?? [0, 0]].flat().map(Math.abs));
    const scale = SCALES.find((one) => one * reach <= MARGIN) ?? SCALES[SCALES.length - 1];
    if (this.drawn && scale === this.view.scale) return;
    this.view = new Viewport(0, 0, scale);
    this.drawn = true;
    drawPoints(this.cloud, this.plane, this.view, new Set(), GREYS, POINT);
  }

  /** @param {number} times the pass on the screen */
  draw(times) {
    const g = this.marks.getContext("2d");
    if (!g || !this.plane) return;
    this.fit();
    g.clearRect(0, 0, SIDE, SIDE);
    const places = this.path.map((place) => this.view.pixel(place, SIDE));
    if (this.goal) ring(g, this.view.pixel(this.goal, SIDE));
    g.lineJoin = "round";
    line(g, places, DARK, RIM);
    line(g, places, this.colour, LINE);
    places.forEach((place, n) => disc(g, place, n + 1 === times ? NOW : n ? DOT : START, n ? this.colour : WHITE));
    if (places[times - 1]) ring(g, places[times - 1]);
  }
}

/** @param {CanvasRenderingContext2D} g @param {Place} place @param {number} radius @param {string} colour */
function disc(g, [x, y], radius, colour) {
  g.fillStyle = colour;
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  g.fill();
}

/** @param {CanvasRenderingContext2D} g @param {Place[]} places @param {string} colour @param {number} width */
function line(g, places, colour, width) {
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.beginPath();
  for (const [x, y] of places) g.lineTo(x, y);
  g.stroke();
}

/** @param {CanvasRenderingContext2D} g @param {Place} place */
function ring(g, [x, y]) {
  g.strokeStyle = WHITE;
  g.lineWidth = 3;
  g.beginPath();
  g.arc(x, y, NOW, 0, 2 * Math.PI);
  g.stroke();
}

export class Path {
  /** @param {import("../kit/slices.js").Slices} slices @param {() => void} onLoad a plane has arrived */
  constructor(slices, onLoad) {
    this.slices = slices;
    this.onLoad = onLoad;
    /** @type {Pane[]} */
    this.panes = [];
    this.planes = element("div", { class: "planes" });
    this.element = element(
      "section",
      { class: "path" },
      element(
        "header",
        {},
        element("h3", {}, ...glossed(`The digit's code, pass 1 to ${MOST_TIMES}`, "code")),
        key("clean"),
        key("corrupted"),
      ),
      this.planes,
    );
  }

  /**
   * @param {import("../kit/mount.js").ModelData[]} models
   * @param {Record<string, string | null>} problems why a model has no plane, by name
   */
  build(models, problems) {
    this.panes = models.map((model) => new Pane(model, problems[model.name] ?? null));
    this.planes.replaceChildren(...this.panes.map((pane) => pane.element));
  }

  /** @param {string} digits the set */
  load(digits) {
    const { panes } = this;
    for (const pane of panes) void pane.load(digits, () => this.panes === panes).then(this.onLoad);
  }

  /** @param {string[]} colours of the models */
  recolour(colours) {
    this.panes.forEach((pane, i) => pane.element.style.setProperty("--colour", colours[i]));
  }

  /** @param {() => Walk} read what is there now */
  follow(read) {
    this.slices.follow("path", () => this.steps(read));
  }

  /** @param {() => Walk} read */
  *steps(read) {
    const { models, label, clean, corrupted } = read();
    const picture = corrupted.slice();
    for (const [i, pane] of this.panes.entries()) {
      if (!models[i]) continue;
      yield* pane.follow(models[i], clean, picture, label);
      pane.draw(read().times);
      yield;
    }
  }
}

/** @param {string} name of a mark on the planes @returns {HTMLElement} that it is explained by */
const key = (name) => element("span", { class: `key ${name}` }, element("i", { class: "dot" }), name);
