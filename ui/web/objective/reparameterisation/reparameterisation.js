/** The code of the picture in hand as each VAE has it: mu + sigma eps, eps drawn or dragged. */

import { leaveListsChosenFrom, listenForKeys } from "../../gestures/keys.js";
import pad from "../../hand/pad.css";
import tray from "../../hand/tray.css";
import { Tray } from "../../hand/tray.js";
import { ModelsBase } from "../../kit/base.js";
import { Toolbar } from "../../kit/controls.js";
import { element } from "../../kit/dom.js";
import { component } from "../../kit/mount.js";
import plot from "../../kit/styles/plot.css";
import { field, mulberry32, normals } from "../../maths/seeded_noise.js";
import { MOST_CODES } from "../../nn/config.js";
import { loadEncodings } from "../../server/models.js";
import { ownLevels } from "../../state/chosen.js";
import { formatZ, onAnnounce } from "../../state/live_link.js";
import { get, put } from "../../state/parameters.js";
import { stopText } from "../../state/stops.js";
import objective from "../objective.css";
import reparameterisation from "./reparameterisation.css";
import { Side } from "./side.js";

/** @typedef {import("../../nn/nn.js").Model} Model */
/**
 * @typedef {object} ReparameterisationData see ui/objective/reparameterisation.py
 * @property {import("../../kit/mount.js").ModelData[]} models
 * @property {string} digits
 * @property {number} seed
 * @property {(number | null)[]} recorded
 */
/** @typedef {[Model[], import("../../nn/encodings.js").Encodings[]]} Loaded */

// A hand that draws pauses longer than this only where it is done.
const REST_MS = 250;

/** @extends {ModelsBase<ReparameterisationData, Loaded>} */
class ReparameterisationView extends ModelsBase {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** @type {Side[]} */
    this.sides = [];
    /** Of every code of the longest. @type {Float64Array} */
    this.eps = new Float64Array();
    this.settleTimer = 0;
    this.uniform = mulberry32(0);
    this.tray = new Tray({ onDigit: (_, change) => this.takeDigit(change.stroke !== undefined) });
    const actions = [
      { name: "Draw ε", key: "e", title: "Another ε for every code, from N(0, I)", run: () => this.draw() },
      { name: "ε = 0", key: "0", title: "No noise: z is μ", run: () => this.silence() },
      {
        name: "Random digit",
        key: "g",
        title: "A random digit of the set",
        run: () => this.tray.pickRandom(this.uniform()),
      },
      {
        name: "Why not just sample?",
        key: "w",
        title: "The gradient of the loss over 200 draws, by two estimators",
        pressed: () => get("gradients"),
        run: () => this.switchGradients(),
      },
    ];
    this.toolbar = new Toolbar(actions, "Noise");
    this.halves = element("div", { class: "halves" });
    root.replaceChildren(
      this.alert.element,
      this.waiting,
      this.halves,
      this.wheel.element,
      this.toolbar.element,
      this.tray.element,
      this.heard,
    );
    this.leave = [
      listenForKeys(actions),
      leaveListsChosenFrom(),
      onAnnounce(() => void this.tray.keepUp()),
      () => this.tray.close(),
    ];
  }

  /** @param {ReparameterisationData} data @param {ReparameterisationData | undefined} before */
  take({ seed }, before) {
    if (seed !== before?.seed) this.uniform = mulberry32(seed);
  }

  refresh() {
    this.recolour();
  }

  get models() {
    return this.sides.map(({ model }) => model);
  }

  /** @param {ReparameterisationData} data @returns {Promise<Loaded>} */
  async load(data) {
    const encodings = Promise.all(data.models.map(({ name }) => loadEncodings(name, data.digits)));
    const [models, known] = await Promise.all([this.loadModels(data), encodings, this.tray.open(data)]);
    return [models, known];
  }

  /** @param {ReparameterisationData} data @param {Loaded} loaded */
  build({ models: shown, recorded }, [models, encodings]) {
    for (const side of this.sides) side.close();
    this.sides = models.map((model, i) => new Side(shown[i], model, encodings[i], recorded[i], this));
    this.halves.replaceChildren(...this.sides.map(({ element }) => element));
    this.recolour();
    this.readEps();
    this.takePicture();
    this.settle();
    this.paint();
    this.endReservedPlace();
  }

  recolour() {
    if (!this.data) return;
    const colours = this.coloursOf(this.data);
    this.sides.forEach(({ element }, i) => element.style.setProperty("--colour", colours[i]));
  }

  /** The draw that the link names, and what a hand has changed of it. */
  readEps() {
    const { seed } = /** @type {ReparameterisationData} */ (this.data);
    const normal = normals(field(seed, get("epsdraw") - 1, MOST_CODES));
    this.eps = Float64Array.from({ length: Math.max(...this.models.map(({ latentDim }) => latentDim)) }, normal);
    const changed = get("eps");
    if (changed) this.eps.set(changed.split("_").slice(0, this.eps.length).map(Number));
  }

  draw() {
    put("eps", "");
    put("epsdraw", get("epsdraw") + 1);
    this.readEps();
    this.schedule();
  }

  silence() {
    this.eps.fill(0);
    put("eps", formatZ(this.eps));
    this.schedule();
  }

  /** @param {number} code @param {number} eps */
  move(code, eps) {
    this.eps[code] = eps;
    put("eps", formatZ(this.eps));
    this.pick(code);
  }

  /** @param {number} code is in hand */
  pick(code) {
    put("epscode", code);
    this.schedule();
  }

  /** @param {boolean} isDrawing the hand may go on */
  takeDigit(isDrawing) {
    this.takePicture();
    this.schedule();
    clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => this.settle(), isDrawing ? REST_MS : 0);
  }

  redecode() {
    this.takeDigit(true);
  }

  takePicture() {
    const { pixels, label } = this.tray.chosen;
    for (const side of this.sides) side.takePicture(pixels, label);
  }

  /** No hand is on the picture: its codes are put in order. */
  settle() {
    clearTimeout(this.settleTimer);
    for (const side of this.sides) side.sort();
    this.schedule();
    this.ask();
  }

  switchGradients() {
    put("gradients", !get("gradients"));
    this.ask();
    this.schedule();
  }

  /** For the gradients at this picture, where they are to be seen. */
  ask() {
    const { digits, seed } = /** @type {ReparameterisationData} */ (this.data);
    const { row } = this.tray.chosen;
    const at = stopText({ row, levels: row === null ? ownLevels() : null });
    for (const side of this.sides) void side.gradients.ask(get("gradients") ? { digits, at, seed } : null);
  }

  paint() {
    for (const side of this.sides) side.paint(this.eps, get("epscode"));
    this.toolbar.refresh();
    this.restSoon();
  }

  get summary() {
    return this.sides.map((side) => side.summary).join(" ");
  }

  close() {
    clearTimeout(this.settleTimer);
    for (const side of this.sides) side.close();
    super.close();
  }
}

export default component(
  "reparameterisation",
  [tray, pad, plot, objective, reparameterisation],
  (root) => new ReparameterisationView(root),
);
