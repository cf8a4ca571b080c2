/** Digits changed along the tangent plane of two models and off it, everything in the frame of the hand. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { ModelsBase } from "../kit/base.js";
import { element, formatNumber } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { mulberry32 } from "../maths/random.js";
import { ownLevels } from "../state/chosen.js";
import { get, put } from "../state/parameters.js";
import { stopText } from "../state/stops.js";
import { z } from "../state/z.js";
import { Controls } from "./controls.js";
import { saveExperiment } from "./png.js";
import { Side } from "./side.js";
import tangent from "./tangent.css";
import tangentPlane from "./tangent_plane.css";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/**
 * @typedef {object} TangentData see ui/components/tangent.py
 * @property {ModelData[]} models
 * @property {string} digits
 * @property {number} seed
 */

// A hand that draws pauses longer than this only where it is done.
const REST_MS = 250;

/** @extends {ModelsBase<TangentData, import("../nn/nn.js").Model[]>} */
export class TangentView extends ModelsBase {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** @type {Side[]} */
    this.sides = [];
    this.askTimer = 0;
    this.uniform = mulberry32(0);
    this.tray = new Tray({ onDigit: (_, change) => this.takeDigit(change.stroke !== undefined) });
    const actions = [
      { name: "Another way off", key: "n", title: "Another random direction off the manifold", run: () => this.turn() },
      {
        name: "Random digit",
        key: "g",
        title: "A random digit of the set",
        run: () => this.tray.pickRandom(this.uniform()),
      },
      { name: "Save PNG", key: "s", title: "Save the experiment as a PNG", run: () => this.savePng() },
    ];
    const on = {
      onChange: () => this.schedule(),
      onSource: (/** @type {import("./controls.js").Source} */ source) => this.takeSource(source),
    };
    this.controls = new Controls(on, actions);
    this.halves = element("div", { class: "halves" });
    this.directions = element("div", { class: "halves" });
    this.below = element("div", { class: "halves planes" });
    root.replaceChildren(
      this.alert.element,
      this.waiting,
      this.halves,
      this.controls.slider,
      this.directions,
      this.controls.element,
      this.tray.element,
      this.heard,
      this.below,
    );
    this.leave = [listenForKeys(actions), leaveListsChosenFrom(), () => this.tray.close()];
  }

  /** @param {TangentData} data @param {TangentData | undefined} before */
  take({ seed }, before) {
    if (seed !== before?.seed) this.uniform = mulberry32(seed);
  }

  refresh() {
    this.recolour();
  }

  get models() {
    return this.sides.map(({ trial }) => trial.model);
  }

  /** @param {TangentData} data */
  async load(data) {
    return (await Promise.all([this.loadModels(data), this.tray.open(data)]))[0];
  }

  /** @param {TangentData} data @param {import("../nn/nn.js").Model[]} models */
  async build(data, models) {
    for (const side of this.sides) side.close();
    const dims = data.models.map(({ name }, i) => ({ name, dim: models[i].latentDim }));
    z.note([dims[0], dims.at(-1) ?? dims[0]]);
    this.sides = data.models.map((model, i) => {
      const pinned = z.isChosen && z.whole(i) ? Array.from(z.z[i]) : null;
      return new Side(model, models[i], pinned, {
        onPick: (direction) => this.pick(direction),
        onPlane: () => this.takePlanes(),
        onAgain: () => void this.ask(),
      });
    });
    const isPinned = this.sides.every(({ pinned }) => pinned);
    if (!isPinned) put("at", "digit");
    this.controls.pin(isPinned ? "" : "No z is pinned: the latent desk and the latent map do that");
    this.controls.refresh();
    this.halves.replaceChildren(...this.sides.map(({ half }) => half.element));
    this.directions.replaceChildren(...this.sides.map(({ above }) => above));
    this.below.replaceChildren(...this.sides.map(({ below }) => below));
    this.recolour();
    this.takeOrigin();
    this.paint();
    await this.ask();
    // It is that of two models.
    this.endReservedPlace();
  }

  recolour() {
    if (!this.data) return;
    const colours = this.coloursOf(this.data);
    this.sides.forEach((side, i) => side.recolour(colours[i]));
  }

  /** @param {boolean} isDrawing the hand may go on */
  takeDigit(isDrawing) {
    put("at", "digit");
    this.controls.refresh();
    this.takeOrigin();
    this.schedule();
    clearTimeout(this.askTimer);
    this.askTimer = setTimeout(() => void this.ask(), isDrawing ? REST_MS : 0);
  }

  /** @param {import("./controls.js").Source} source */
  takeSource(source) {
    put("at", source);
    this.takeOrigin();
    this.schedule();
    void this.ask();
  }

  /** What is changed from now on. */
  takeOrigin() {
    const isPinned = get("at") === "z";
    if (isPinned) this.tray.unmark();
    for (const side of this.sides) side.takeOrigin(isPinned ? null : this.tray.chosen.pixels);
  }

  /** The tangent planes at what is changed. */
  async ask() {
    clearTimeout(this.askTimer);
    const { digits } = /** @type {TangentData} */ (this.data);
    const { row } = this.tray.chosen;
    const at = get("at") === "z" ? null : stopText({ row, levels: row === null ? ownLevels() : null });
    await Promise.all(this.sides.map((side) => side.ask(digits, at)));
  }

  takePlanes() {
    const most = Math.max(0, ...this.sides.map(({ plane }) => plane?.singular[0] ?? 0));
    for (const side of this.sides) side.parts.scale(most);
    this.schedule();
  }

  /** @param {number} direction */
  pick(direction) {
    put("direction", direction + 1);
    this.schedule();
  }

  /** Another random direction off the manifold. */
  turn() {
    put("off", get("off") + 1);
    this.schedule();
  }

  paint() {
    for (const side of this.sides) side.paint();
    this.restSoon();
  }

  get summary() {
    return `Direction ${get("direction")}. ${this.sides.map(({ half }) => half.summary).join(" ")}`;
  }

  savePng() {
    const { data, sides, tray, root } = this;
    if (!data || !sides.some(({ plane }) => plane)) return;
    const origin = get("at") === "z" ? "pinned z" : tray.chosen.name;
    const set = `${data.digits.toUpperCase()} digits, seed ${data.seed}`;
    saveExperiment(root, sides, `a = ${formatNumber(get("length"))}, ${origin}, ${set}`);
  }

  close() {
    clearTimeout(this.askTimer);
    for (const side of this.sides) side.close();
    super.close();
  }
}

export default component("tangent", [tray, pad, tangent, tangentPlane], (root) => new TangentView(root));
