/** One digit and what is left of it behind each model's code, everything in the frame of the stroke that changed it. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { Base } from "../kit/base.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { Slices } from "../kit/slices.js";
import { modelColours } from "../kit/theme.js";
import { actionButton } from "../kit/toolbar.js";
import { mulberry32 } from "../maths/random.js";
import { loadModel } from "../server/models.js";
import { ErrorsOfSet } from "./errors.js";
import { savePng } from "./png.js";
import reconstruct from "./reconstruct.css";
import reconstructBelow from "./reconstruct_below.css";
import { Rows } from "./rows.js";
import { Spread } from "./spread.js";
import { Stage } from "./stage.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/** @typedef {{name: string, label: string, colour: string, model: import("../nn/nn.js").Model}} Side */
/**
 * @typedef {object} ReconstructData see ui/components/reconstruct.py
 * @property {ModelData[]} models
 * @property {string} digits
 * @property {number} seed
 */

// A hand that draws pauses longer than this only where it is done.
const REST_MS = 600;

/** @extends {Base<ReconstructData, import("../nn/nn.js").Model[]>} */
export class ReconstructView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** @type {Side[]} */
    this.sides = [];
    this.restTimer = 0;
    this.slices = new Slices();
    this.tray = new Tray({ onDigit: () => this.schedule() });
    this.stage = new Stage(this.tray);
    const pickRow = (/** @type {number} */ row) => void this.tray.pickRow(row);
    this.rows = new Rows(pickRow);
    this.spread = new Spread(this.slices);
    this.errors = new ErrorsOfSet({ slices: this.slices, rows: (rows) => this.tray.rows(rows), onPick: pickRow });
    // Whether samples stand above is not known before the models are here.
    this.errors.element.hidden = true;
    this.heard = element("p", { class: "heard", role: "status" });
    const random = {
      name: "Random digit",
      key: "g",
      title: "A random digit of the set",
      run: () => this.tray.pickRandom(this.uniform()),
    };
    const save = { name: "Save PNG", key: "s", title: "Save the comparison as a PNG", run: () => savePng(this) };
    root.replaceChildren(
      this.alert.element,
      this.stage.element,
      element(
        "div",
        { class: "below" },
        this.rows.element,
        element(
          "div",
          { class: "inputs" },
          element("div", { class: "toolbar" }, actionButton(random), actionButton(save)),
          this.tray.element,
        ),
      ),
      this.heard,
      this.spread.element,
      this.errors.element,
    );
    this.uniform = mulberry32(0);
    this.leave = [
      listenForKeys([random, save, this.spread.action]),
      leaveListsChosenFrom(),
      () => this.slices.stop(),
      () => this.errors.close(),
      () => this.tray.close(),
    ];
  }

  /** @param {ReconstructData} data @param {ReconstructData | undefined} before */
  take({ seed }, before) {
    if (seed === before?.seed) return;
    this.uniform = mulberry32(seed);
    this.spread.reseed(seed);
  }

  /** @param {ReconstructData} data */
  key({ models, digits, seed }) {
    return [models.map(({ name }) => name), digits, seed];
  }

  /** @param {ReconstructData} data */
  refresh(data) {
    this.recolour(data);
  }

  /** @param {ReconstructData} data @returns {string[]} */
  recolour(data) {
    const colours = modelColours(
      this.root,
      data.models.map(({ colour }) => colour),
    );
    this.sides.forEach((side, i) => (side.colour = colours[i]));
    for (const part of [this.stage, this.rows, this.errors, this.spread]) part.recolour(colours, this.sides);
    return colours;
  }

  /** @param {ReconstructData} data */
  async load(data) {
    const all = Promise.all([Promise.all(data.models.map(({ name }) => this.modelOf(name))), this.tray.open(data)]);
    return (await all)[0];
  }

  /** @param {string} name @returns {Promise<import("../nn/nn.js").Model>} */
  async modelOf(name) {
    return this.sides.find((side) => side.name === name)?.model ?? loadModel(name);
  }

  /** @param {ReconstructData} data what is shown, or about to be */
  announce({ models }) {
    if (this.sides.length) return;
    for (const part of [this.stage, this.rows, this.errors]) part.announce(models);
  }

  /** @param {ReconstructData} data @param {import("../nn/nn.js").Model[]} models */
  build(data, models) {
    for (const part of [this.stage, this.rows, this.errors]) part.announce(data.models);
    this.sides = data.models.map(({ name, label }, i) => ({ name, label, model: models[i], colour: "" }));
    this.recolour(data);
    this.rows.build(this.sides);
    this.spread.build(this.sides, this.tray.chosen.pixels);
    this.errors.element.hidden = false;
    this.paint();
    void this.errors.load(this.sides, data.digits);
  }

  /** @param {ReconstructData | null} data */
  wait(data) {
    this.stage.wait(data && "loading …");
    this.schedule();
  }

  get namesShown() {
    return this.sides.map(({ name }) => name);
  }

  paint() {
    const { sides, stage, tray } = this;
    if (!sides.length) return;
    stage.show(tray.chosen, sides);
    this.rows.show(
      tray.eight(),
      stage.columns.map(({ xHat }) => xHat),
    );
    this.spread.follow(tray.chosen.pixels);
    this.errors.mark(stage.columns.map(({ numbers }) => numbers.squaredError));
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.rest(), REST_MS);
  }

  /** The digit in hand has come to rest: who does not see it is told. */
  rest() {
    const words = `${this.tray.chosen.name}. ${this.stage.summary}`;
    if (this.heard.textContent !== words) this.heard.textContent = words;
  }

  close() {
    clearTimeout(this.restTimer);
    super.close();
  }
}

export default component(
  "reconstruct",
  [tray, pad, reconstruct, reconstructBelow],
  (root) => new ReconstructView(root),
);
