/** Digits changed along the tangent plane of two models and off it, everything in the frame of the hand. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { ModelsBase } from "../kit/base.js";
import { actionButton, Choice } from "../kit/controls.js";
import { element, formatNumber } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { column, row, savePng, text } from "../kit/png.js";
import { mulberry32 } from "../maths/seeded_noise.js";
import { ownLevels } from "../state/chosen.js";
import { onAnnounce } from "../state/live_link.js";
import { get, LONGEST_CHANGE, put } from "../state/parameters.js";
import { stopText } from "../state/stops.js";
import { z } from "../state/z.js";
import { Side } from "./side.js";
import tangent from "./tangent.css";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/**
 * @typedef {object} TangentData see ui/components/tangent.py
 * @property {ModelData[]} models
 * @property {string} digits
 * @property {number} seed
 */

/** @typedef {"digit" | "z"} Source of what is changed: the digit in hand, or a pinned code */

const GAP = 24;
const STEP = 0.05;
const SOURCES = /** @type {const} */ ([
  ["digit", "Digit"],
  ["z", "Pinned z"],
]);
const SHOWN = /** @type {const} */ ([
  ["pictures", "pictures"],
  ["changes", "changes"],
]);
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
    const random = () => this.tray.pickRandom(this.uniform());
    const actions = [
      { name: "Another way off", key: "n", title: "Another random direction off the manifold", run: () => this.turn() },
      { name: "Random digit", key: "g", title: "A random digit of the set", run: random },
      { name: "Save PNG", key: "s", title: "Save the experiment as a PNG", run: () => this.savePng() },
    ];
    this.controls = new Controls(
      actions,
      () => this.schedule(),
      (source) => this.takeSource(source),
    );
    this.halves = element("div", { class: "halves" });
    this.directions = element("div", { class: "halves" });
    this.below = element("div", { class: "halves planes" });
    root.replaceChildren(
      this.alert.element,
      this.waiting,
      this.halves,
      this.controls.slider,
      this.wheel.element,
      this.directions,
      this.controls.element,
      this.tray.element,
      this.heard,
      this.below,
    );
    this.leave = [
      listenForKeys(actions),
      leaveListsChosenFrom(),
      onAnnounce(() => this.followPins()),
      () => this.tray.close(),
    ];
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
    this.sides = data.models.map((model, i) => new Side(model, models[i], this));
    this.takePins();
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
    this.askIn(isDrawing ? REST_MS : 0);
  }

  /** What is pinned now, and whether that can be what is changed. */
  takePins() {
    this.pins = pins();
    this.sides.forEach((side, i) => {
      const code = z.isChosen ? z.whole(i) : null;
      side.pinned = code?.length === side.trial.model.latentDim ? Array.from(code) : null;
    });
    const isPinned = this.sides.every(({ pinned }) => pinned);
    if (!isPinned) put("at", "digit");
    this.controls.pin(isPinned);
  }

  /** A map on the same page pins codes, too. */
  followPins() {
    if (!this.sides.length || this.pins === pins()) return;
    const wasPinned = get("at") === "z";
    this.takePins();
    if (!wasPinned) return;
    this.takeOrigin();
    this.schedule();
    this.askIn(REST_MS);
  }

  /** @param {Source} source */
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
    for (const side of this.sides) side.takeOrigin(isPinned ? null : this.tray.chosen);
  }

  redecode() {
    this.takeOrigin();
    this.schedule();
    this.askIn(REST_MS);
  }

  /** @param {number} delay in ms */
  askIn(delay) {
    clearTimeout(this.askTimer);
    this.askTimer = setTimeout(() => void this.ask(), delay);
  }

  /** The tangent planes at what is changed. */
  async ask() {
    clearTimeout(this.askTimer);
    const { digits } = /** @type {TangentData} */ (this.data);
    const { row } = this.tray.chosen;
    const at = get("at") === "z" ? null : stopText({ row, levels: row === null ? ownLevels() : null });
    await Promise.all(this.sides.map((side) => side.ask(digits, at)));
  }

  /** A model's plane is another now, or there is none. */
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
    const halves = row(
      sides.map(({ colour, half }) => half.cell(colour)),
      GAP,
    );
    const note = text(`a = ${formatNumber(get("length"))}, ${origin}, ${set}`);
    savePng(root, `tangent-${this.namesShown.join("-")}`, column([halves, note]));
  }

  close() {
    clearTimeout(this.askTimer);
    for (const side of this.sides) side.close();
    super.close();
  }
}

/** How far to go, from where, and what to show: everything that both models share. */
class Controls {
  /**
   * @param {import("../kit/controls.js").Action[]} actions
   * @param {() => void} onChange of what is shown
   * @param {(source: Source) => void} onSource
   */
  constructor(actions, onChange, onSource) {
    this.amount = element("input", {
      type: "range",
      min: -LONGEST_CHANGE,
      max: LONGEST_CHANGE,
      step: STEP,
      "aria-label": "a, the length of the change in pixel space",
      oninput: () => {
        put("length", this.amount.valueAsNumber);
        this.refresh();
        onChange();
      },
    });
    this.number = element("output");
    this.slider = element(
      "label",
      { class: "distance", title: "Length of the change: Euclidean distance over all pixels" },
      element("span", {}, "Change a"),
      this.amount,
      this.number,
    );
    this.source = new Choice("Where the plane touches", "source", SOURCES, onSource);
    this.shown = new Choice("What the pictures show", "changes", SHOWN, (shown) => {
      put("change", shown);
      onChange();
    });
    const parts = [this.source.element, this.shown.element, ...actions.map(actionButton)];
    this.element = element("div", { class: "toolbar choices" }, ...parts);
    this.refresh();
  }

  /** @param {boolean} isPinned whether there is a code to be changed in place of a digit */
  pin(isPinned) {
    const title = isPinned
      ? "The code pinned on a map or the latent desk"
      : "No z is pinned: a map with the tool Pin, or the latent desk, does that";
    this.source.offer("z", isPinned, title);
    this.refresh();
  }

  refresh() {
    this.amount.value = String(get("length"));
    this.number.textContent = formatNumber(get("length"));
    this.source.value = get("at");
    this.shown.value = get("change");
  }
}

/** @returns {string} both pinned codes, as the link has them */
const pins = () => `${get("z")} ${get("z2")}`;

export default component("tangent", [tray, pad, tangent], (root) => new TangentView(root));
