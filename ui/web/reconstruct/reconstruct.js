/** One digit and what is left of it behind each model's code, everything in the frame of the stroke that changed it. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { ModelsBase } from "../kit/base.js";
import { Toolbar } from "../kit/controls.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { blank, column, picture, row, savePng, text, title } from "../kit/png.js";
import { Slices } from "../kit/slices.js";
import { mulberry32 } from "../maths/seeded_noise.js";
import { ErrorsOfSet } from "./errors.js";
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

/** @extends {ModelsBase<ReconstructData, import("../nn/nn.js").Model[]>} */
export class ReconstructView extends ModelsBase {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** @type {Side[]} */
    this.sides = [];
    this.slices = new Slices();
    this.tray = new Tray({ onDigit: () => this.schedule() });
    this.stage = new Stage(this.tray);
    const pickRow = (/** @type {number} */ row) => void this.tray.pickRow(row);
    this.rows = new Rows(pickRow);
    this.spread = new Spread(this.slices);
    this.errors = new ErrorsOfSet({ slices: this.slices, rows: (rows) => this.tray.rows(rows), onPick: pickRow });
    // Whether samples stand above is not known before the models are here.
    this.errors.element.hidden = true;
    const random = {
      name: "Random digit",
      key: "g",
      title: "A random digit of the set",
      run: () => this.tray.pickRandom(this.uniform()),
    };
    const save = { name: "Save PNG", key: "s", title: "Save the comparison as a PNG", run: () => this.savePng() };
    root.replaceChildren(
      this.alert.element,
      this.wheel.element,
      this.stage.element,
      element(
        "div",
        { class: "below" },
        this.rows.element,
        element("div", { class: "inputs" }, new Toolbar([random, save]).element, this.tray.element),
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

  get models() {
    return this.sides.map(({ model }) => model);
  }

  /** @param {ReconstructData} data */
  refresh(data) {
    this.recolour(data);
  }

  /** @param {ReconstructData} data */
  recolour(data) {
    const colours = this.coloursOf(data);
    this.sides.forEach((side, i) => (side.colour = colours[i]));
    for (const part of [this.stage, this.rows, this.errors, this.spread]) part.recolour(colours, this.sides);
  }

  /** @param {ReconstructData} data */
  async load(data) {
    return (await Promise.all([this.loadModels(data), this.tray.open(data)]))[0];
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
    this.spread.build(this.sides, this.tray.chosen);
    this.errors.element.hidden = false;
    this.paint();
    void this.errors.load(this.sides, data.digits);
  }

  /** @param {ReconstructData | null} data */
  wait(data) {
    this.stage.wait(data && "loading …");
    this.schedule();
  }

  redecode() {
    this.schedule();
  }

  paint() {
    const { sides, stage, tray } = this;
    if (!sides.length) return;
    stage.show(tray.chosen, sides);
    this.rows.show(
      tray.eight(),
      stage.columns.map(({ xHat }) => xHat),
    );
    this.spread.follow(tray.chosen);
    this.errors.mark(stage.columns.map(({ numbers }) => numbers.squaredError));
    this.restSoon();
  }

  get summary() {
    return `${this.tray.chosen.name}. ${this.stage.summary}`;
  }

  savePng() {
    const { stage, rows, sides, data, tray, root } = this;
    if (!sides.length || !data) return;
    const source = `${tray.chosen.name}, ${data.digits.toUpperCase()} digits, seed ${data.seed}`;
    saveComparison(root, stage, rows, sides, source);
  }
}

const BIG = 196;
const SMALL = 56;
const GAP = 16;
const LABEL = 150;

/**
 * @param {Element} root
 * @param {import("./stage.js").Stage} stage
 * @param {import("./rows.js").Rows} rows
 * @param {Side[]} sides
 * @param {string} source the last line
 */
function saveComparison(root, stage, rows, sides, source) {
  const original = column([
    text("original", { font: "600 14px", height: 24 }),
    picture(stage.original, BIG),
    blank(BIG),
    text(stage.names),
  ]);
  const models = stage.columns.map((shown, i) =>
    column([
      title(shown.name, sides[i].colour),
      picture(shown.picture, BIG),
      picture(shown.difference, BIG),
      text(shown.line.textContent),
    ]),
  );
  const count = rows.digits.length;
  const small = (/** @type {import("../kit/png.js").Cell} */ label, /** @type {HTMLCanvasElement[]} */ canvases) =>
    row([label, ...canvases.slice(0, count).map((canvas) => picture(canvas, SMALL))], 2);
  const table = column(
    [
      small(text("original", { width: LABEL }), rows.gallery.canvases),
      ...rows.rows.map(({ canvases }, i) => small(title(sides[i].name, sides[i].colour, true, LABEL), canvases)),
    ],
    2,
  );
  const name = `reconstruct-${sides.map((side) => side.name).join("-")}`;
  savePng(root, name, column([row([original, ...models], GAP), table, text(source)], GAP));
}

export default component(
  "reconstruct",
  [tray, pad, reconstruct, reconstructBelow],
  (root) => new ReconstructView(root),
);
