/** What follows a choice in the same frame: the pictures; in slices their numbers and the paths of the codes; the way to Train. */

import { shape } from "../kit/digits.js";
import { element, formatNumber } from "../kit/dom.js";
import { Slices } from "../kit/slices.js";
import { addressBelow } from "../server/load.js";
import { Engine, MOST } from "./engine.js";
import { Grid, Measurements } from "./grid.js";
import { Hand } from "./hand.js";
import { Path } from "./path.js";
import { settings } from "./settings.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */

const REST_MS = 300;
// Of a frame, beside the pictures that the hand moves.
const SLICE_MS = 2;
// Digits that leave room for the pad.
const BESIDE_PAD = 5;

export class Stage {
  /**
   * @param {HTMLElement} root
   * @param {import("../hand/tray.js").Tray} tray
   * @param {HTMLElement} heard tells a screen reader what has come out
   * @param {() => void} schedule calls `paint` in the next frame
   */
  constructor(root, tray, heard, schedule) {
    this.root = root;
    this.tray = tray;
    this.heard = heard;
    this.schedule = schedule;
    /** @type {import("../nn/nn.js").Model[]} */
    this.models = [];
    /** @type {import("../hand/tray.js").Shown[]} */
    this.eight = [];
    this.seed = 0;
    this.digits = "uci";
    this.isRubbing = false;
    this.most = MOST;
    settings.fit();
    this.engine = new Engine(shape);
    this.slices = new Slices(SLICE_MS);
    this.grid = new Grid((i) => this.pick(i));
    this.numbers = new Measurements(root, this.engine, this.grid, this.slices);
    this.path = new Path(this.slices, () => this.schedule());
    this.training = new Training();
    this.hand = new Hand(this.grid.corrupted.frames, {
      mode: () => (this.isRubbing ? "rub" : settings.kind === "box" ? "box" : null),
      box: () => settings.cut(this.engine.noise),
      place: (box) => this.change(() => settings.place(box)),
      rub: (from, to) => this.change(() => settings.rub(from, to)),
      point: (place) => this.grid.pointAt(place),
    });
    this.elements = [
      element("div", { class: "stage" }, this.grid.element, tray.pad.element),
      tray.element,
      this.path.element,
      this.training.element,
    ];
    this.padObserver = new MutationObserver(() => this.makeRoom());
    this.padObserver.observe(tray.pad.element, { attributeFilter: ["hidden"] });
  }

  /**
   * Everything in its place, and no pictures in it.
   * @param {ModelData[]} models
   * @param {Record<string, string | null>} problems why a model has no plane, by name
   * @param {string[]} colours of the models
   */
  announce(models, problems, colours) {
    this.grid.build(models);
    this.grid.show(settings.single ? 1 : MOST);
    this.path.build(models, problems);
    this.recolour(colours);
  }

  /** @param {import("../nn/nn.js").Model[]} models as they were announced @param {string} digits the set */
  build(models, digits) {
    this.models = models;
    this.digits = digits;
    this.engine.use(models);
    this.path.load(digits);
    this.hand.refresh();
    this.takeDigits();
  }

  /** @param {string[]} colours of the models */
  recolour(colours) {
    this.grid.recolour(colours);
    this.path.recolour(colours);
  }

  /** @param {number} seed of the noise */
  reseed(seed) {
    this.seed = seed;
    this.engine.reseed(seed);
  }

  /** @param {import("./settings.js").Kind} kind */
  takeKind(kind) {
    settings.kind = kind;
    this.hand.refresh();
    this.schedule();
  }

  /** @param {boolean} isRubbing */
  rub(isRubbing) {
    this.isRubbing = isRubbing;
    this.hand.refresh();
    this.schedule();
  }

  /** @param {number} i which of the clean digits */
  pick(i) {
    const { row } = this.eight[i];
    if (row !== null) void this.tray.pickRow(row);
  }

  /** The digit in hand may be another, and its company with it. */
  takeDigits() {
    if (!this.models.length) return;
    this.eight = this.tray.eight().slice(0, MOST);
    this.engine.take(this.eight);
    this.grid.announce(this.eight.map(({ label }) => label));
    this.schedule();
  }

  /** The pad has opened or closed. */
  makeRoom() {
    const { pad } = this.tray;
    const isAbove = getComputedStyle(pad.element).order === "-1";
    this.most = pad.isOpen && !isAbove ? BESIDE_PAD : MOST;
    this.schedule();
    if (pad.isOpen && isAbove) pad.element.scrollIntoView({ block: "start" });
  }

  /** @param {() => void} mutate what the visitor chose */
  change(mutate) {
    mutate();
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.rest(), REST_MS);
    this.schedule();
  }

  paint() {
    const { engine, grid } = this;
    if (!this.models.length || !engine.count) return;
    const count = settings.single ? 1 : Math.min(engine.count, this.most);
    if (count !== grid.count) grid.show(count);
    engine.run(settings, count);
    grid.clean.paint(engine.clean, count);
    grid.corrupted.paint(engine.pictures(-1), count);
    grid.models.forEach((row, i) => row.paint(engine.pictures(i), count));
    grid.outlineBox(settings.kind === "box" ? settings.cut(engine.noise) : null);
    this.training.show(settings, this.digits);
    this.numbers.refresh();
    this.path.follow(() => ({
      models: this.models,
      label: this.eight[0].label,
      clean: engine.clean.subarray(0, shape.pixels),
      corrupted: engine.corrupted.subarray(0, shape.pixels),
      times: settings.times,
    }));
  }

  /** What the visitor chose has come to rest. */
  rest() {
    this.restTimer = undefined;
    void settings.rest();
    const words = [this.grid.corrupted, ...this.grid.models].map(
      ({ name, average }) => `${name}: ${average ? formatNumber(average.psnr, 1) : ""} dB`,
    );
    this.heard.textContent = `Mean PSNR. ${words.join(", ")}.`;
  }

  close() {
    if (this.restTimer) void settings.rest();
    clearTimeout(this.restTimer);
    this.padObserver.disconnect();
    this.slices.stop();
  }
}

const RECIPE = "ae-30";

/** The way to Train, whose form is filled in with the corruption on the screen. */
class Training {
  constructor() {
    const title = "Opens Train with a denoising autoencoder for this corruption filled in; nothing starts by itself";
    this.link = element("a", { class: "train", title }, "Train a model against this corruption");
    this.words = element("span", {}, " At level 0 there is nothing to learn: raise it.");
    this.element = element("p", { class: "training" }, this.link, this.words);
  }

  /** @param {import("./settings.js").Settings} settings @param {string} digits the set */
  show({ kind, level }, digits) {
    const corruptby = String(Number(level.toFixed(3)));
    const said = new URLSearchParams({ recipe: RECIPE, kind: "dae", corrupt: kind, corruptby, digits });
    this.words.hidden = level > 0;
    if (level > 0) this.link.href = addressBelow(`train?${said}`).href;
    else this.link.removeAttribute("href");
  }
}
