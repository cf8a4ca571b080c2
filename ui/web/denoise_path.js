/** The way of the digit in hand through each model's latent space, pass by pass, on the first two principal axes. */

import { MOST_TIMES } from "./denoise_settings.js";
import { walk } from "./denoise_engine.js";
import { element } from "./dom.js";
import { loadPlane } from "./map_plane.js";
import { drawPoints } from "./map_points.js";
import { Viewport } from "./map_viewport.js";

/** @typedef {import("./map_viewport.js").Place} Place */
/** @typedef {import("./map_plane.js").Plane} Plane */

const SIDE = 448;
const POINT = 2;
const GREYS = Array.from({ length: 10 }, () => "#9ba6b8");
const MARGIN = 0.94;

export class Pane {
  /** @param {{name: string, label: string, colour: {light: string, dark: string}}} model @param {string | null} problem */
  constructor({ name, label, colour }, problem) {
    this.name = name;
    // The planes are dark in both themes.
    this.colour = colour.dark;
    this.cloud = element("canvas", { class: "cloud", width: SIDE, height: SIDE, "aria-hidden": "true" });
    this.marks = element("canvas", { class: "marks", width: SIDE, height: SIDE, role: "img", "aria-label": `Path in the codes of ${name}` });
    this.words = element("p", { class: "lack" });
    this.share = element("span", { class: "share" });
    this.dot = element("i", { class: "dot" });
    this.element = element(
      "figure",
      { class: "pane" },
      element("figcaption", { class: "tag", title: `${name} ${label}` }, this.dot, element("b", { class: "name" }, name), this.share),
      element("div", { class: "plane" }, this.cloud, this.marks, this.words),
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
      this.share.textContent = `${Math.round(100 * plane.share)} %`;
      this.share.title = `${plane.axisNames.join(" and ")}: share of the variance of the codes`;
    } catch (error) {
      if (isWanted()) this.lack = /** @type {Error} */ (error).message;
    }
  }

  /**
   * @param {import("./nn.js").Model} model
   * @param {Float32Array} clean @param {Float32Array} corrupted 784 each
   * @returns {Generator<void>}
   */
  *follow(model, clean, corrupted) {
    const { plane } = this;
    if (!plane) return;
    const goal = plane.project(model.encode(clean)).place;
    yield;
    /** @type {Place[]} */
    const path = [];
    for (const z of walk(model, corrupted, MOST_TIMES)) {
      path.push(plane.project(z).place);
      yield;
    }
    this.goal = goal;
    this.path = path;
  }

  /** The home square, or as much more as the path takes. */
  fit() {
    if (!this.plane) return;
    const reach = Math.max(1, ...[...this.path, this.goal ?? [0, 0]].flat().map(Math.abs));
    const scale = reach > 1 ? MARGIN / reach : 1;
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
    if (this.goal) ring(g, this.view.pixel(this.goal, SIDE), "#ffffff");
    g.lineJoin = "round";
    for (const [colour, width] of /** @type {[string, number][]} */ ([["#0b0e14", 8], [this.colour, 4]])) {
      g.strokeStyle = colour;
      g.lineWidth = width;
      g.beginPath();
      for (const [x, y] of places) g.lineTo(x, y);
      g.stroke();
    }
    places.forEach((place, n) => disc(g, place, n + 1 === times ? 11 : n ? 5 : 7, n ? this.colour : "#ffffff"));
    if (places[times - 1]) ring(g, places[times - 1], "#ffffff");
  }
}

/** @param {CanvasRenderingContext2D} g @param {Place} place @param {number} radius @param {string} colour */
function disc(g, [x, y], radius, colour) {
  g.fillStyle = colour;
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  g.fill();
}

/** @param {CanvasRenderingContext2D} g @param {Place} place @param {string} colour */
function ring(g, [x, y], colour) {
  g.strokeStyle = colour;
  g.lineWidth = 3;
  g.beginPath();
  g.arc(x, y, 11, 0, 2 * Math.PI);
  g.stroke();
}

export class Path {
  /** @param {import("./slices.js").Slices} slices @param {() => void} onLoad a plane has arrived */
  constructor(slices, onLoad) {
    this.slices = slices;
    this.onLoad = onLoad;
    /** @type {Pane[]} */
    this.panes = [];
    this.planes = element("div", { class: "planes" });
    this.element = element(
      "section",
      { class: "path" },
      element("h3", {}, `Codes of the digit in hand on the first two principal axes, pass 1 to ${MOST_TIMES}; ring: the clean digit`),
      this.planes,
    );
    this.isRunning = false;
  }

  /**
   * @param {import("./denoise_view.js").ModelData[]} models
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

  /**
   * Follows what is there now, and once more if that has changed when it is done: a drag starves nothing.
   * @param {() => {models: import("./nn.js").Model[], clean: Float32Array, corrupted: Float32Array, times: number}} read
   */
  follow(read) {
    this.isStale = true;
    if (this.isRunning) return;
    this.isRunning = true;
    this.slices.start("path", this.steps(read), () => undefined);
  }

  /** @param {Parameters<Path["follow"]>[0]} read */
  *steps(read) {
    while (this.isStale) {
      this.isStale = false;
      const { models, clean, corrupted } = read();
      const picture = corrupted.slice();
      for (const [i, pane] of this.panes.entries()) if (models[i]) yield* pane.follow(models[i], clean, picture);
      this.draw(read().times);
      yield;
    }
    this.isRunning = false;
  }

  /** @param {number} times */
  draw(times) {
    for (const pane of this.panes) pane.draw(times);
  }
}
