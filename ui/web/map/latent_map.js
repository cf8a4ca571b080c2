/** The latent map: the maps with what z decodes to between them, and the digit in hand below. */

import { DEEDS } from "../gestures/rest.js";
import { CodedDigit, codes, NO_CODE } from "../hand/coded_digit.js";
import pad from "../hand/pad.css";
import panel from "../hand/panel.css";
import { Panel } from "../hand/panel.js";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { digitCanvas, paint } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { Pictures } from "../kit/pictures.js";
import { blank, column, picture, text } from "../kit/png.js";
import legend from "../kit/styles/legend.css";
import { loadDigits } from "../server/digit_set.js";
import { loadMeans, locate } from "../server/models.js";
import { withParameters } from "../state/parameters.js";
import map from "./map.css";
import { MapView } from "./view.js";

/** @typedef {import("./view.js").MapData} MapData */
/** @typedef {import("./view.js").Loaded} Loaded */
/** @typedef {import("../state/z.js").Z} Z */
/** @typedef {import("./plane.js").MapSide} MapSide */
/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {{means: Float32Array, dim: number}} Means */

const NOTHING = "Draw, upload or pick a digit to see its neighbours in each model.";
// In a picture to keep: as wide as the words under it, and half as high as a map.
const PNG = { side: 168, width: 196, height: 210, title: 24 };
const ENDS = ["pointerup", "pointercancel"];
const WAY_TO_DESK = "[data-testid=stPageLink]";

class LatentMap extends MapView {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root, "latent_map");
    const { pins, pair } = this;
    pins.isBeside = true;
    this.pictures = new Pictures();
    this.tray = new Tray({
      label: "Digits, to their codes",
      onDigit: (chosen, deed) => {
        this.digit.take(chosen, deed);
        this.schedule();
      },
    });
    this.digit = new CodedDigit(this);
    this.inHand = new InHand(this.tray, () => this.schedule());
    pair.panes[0].element.after(this.pictures.element);
    pair.panes.forEach((pane, side) => pane.words.append(this.pictures.pictures[side].place));
    const beside = element("div", { class: "beside" }, this.tray.element, this.inHand.panel.element);
    this.atlas.after(element("div", { class: "hand" }, this.tray.pad.element, beside));
    // What is being drawn is reported once the pen is up.
    const onUp = () => pins.hand.release();
    this.tray.pad.element.addEventListener("pointerdown", () => pins.press());
    const leaving = new AbortController();
    const early = { capture: true, signal: leaving.signal };
    for (const type of ENDS) window.addEventListener(type, onUp, early);
    for (const type of DEEDS) window.addEventListener(type, (event) => this.onDeed(event), early);
    this.leave.push(
      () => leaving.abort(),
      () => this.tray.close(),
    );
  }

  /** "Open this z" goes for pins that nobody has moved, too. @param {Event} event */
  onDeed({ target }) {
    const way = target instanceof Element ? target.closest(WAY_TO_DESK) : null;
    if (!way) return;
    this.pins.takeAlong();
    // For a tab of its own; in this one the parameters are kept without it.
    const link = way.querySelector("a");
    if (link) link.href = withParameters(link.href);
  }

  opening() {
    return codes(this.sides, this.tray.chosen, super.opening());
  }

  /** @param {MapData} data @param {MapData | undefined} before */
  take(data, before) {
    if (before && before.seed !== data.seed) this.tray.reseed(data.seed);
    super.take(data, before);
  }

  /** @param {MapData} data @param {MapData | undefined} before */
  refresh(data, before) {
    super.refresh(data, before);
    this.pins.restart();
  }

  /** @param {MapData} data */
  async load(data) {
    return (await Promise.all([super.load(data), this.tray.open(data)]))[0];
  }

  /** @param {MapData} data */
  name(data) {
    super.name(data);
    this.pictures.announce([data.left, data.right]);
  }

  /** @param {MapData | null} data */
  wait(data) {
    this.pictures.wait(data, this.sides);
    this.schedule();
  }

  /** @param {MapData} data @param {Loaded} loaded */
  build(data, loaded) {
    const { sides } = loaded;
    this.inHand.build(sides, data.digits);
    super.build(data, loaded);
    void locate(sides, data.digits).then(() => sides === this.sides && this.schedule());
  }

  async open() {
    if (this.sides.length) this.pins.open();
    return super.open();
  }

  /** What `CodedDigit` takes back, and changes. @returns {Z | null} */
  get state() {
    return this.pins.state;
  }

  /** @param {(state: Z) => boolean} step */
  travel(step) {
    this.pins.travel(step);
  }

  /** @param {(state: Z) => void} mutate @param {{gesture: string | null}} options */
  change(mutate, { gesture }) {
    this.pins.change(mutate, gesture);
  }

  redecode() {
    this.inHand.forget();
    super.redecode();
  }

  /** Where the pins go back, no digit is marked. */
  clear() {
    if (this.tool === this.pins) {
      this.tray.unmark();
      this.pair.point(null);
    }
    super.clear();
  }

  /** What the pins hold, or what both planes hold where the pointer is. */
  paintPictures() {
    const { pins, looks, sides, pictures, inHand } = this;
    const held = /** @type {import("../state/z.js").ZPair} */ (pins.z);
    const shown = held.map((code, side) => {
      const look = looks[side];
      return (look && sides[side].plane?.code(look.place)) || code;
    });
    pictures.update(sides, /** @type {import("../state/z.js").ZPair} */ (shown));
    inHand.refresh();
    this.handMarks = inHand.marks(this.legend.hidden);
  }

  /** @param {number} side */
  decoded(side) {
    return this.pictures.canvases[side];
  }

  savePng() {
    const { canvases, lines } = this.pictures;
    const { side, width, height, title } = PNG;
    const pictures = this.namesShown.map((name, i) => {
      const words = [text(name, { font: "600 12px", width }), text(lines[i], { width })];
      return { ...column([picture(canvases[i], side), ...words]), height };
    });
    super.savePng([column([blank(width, title), ...pictures])]);
  }
}

/** The digit in hand: where its code lies, decoded beside it, and the digits whose codes are nearest. */
class InHand {
  /** @param {import("../hand/tray.js").Tray} tray @param {() => void} onArrived there is more to show */
  constructor(tray, onArrived) {
    this.tray = tray;
    this.onArrived = onArrived;
    this.panel = new Panel((row) => void tray.pickRow(row));
    this.canvases = [digitCanvas(), digitCanvas()];
    /** @type {MapSide[]} */
    this.sides = [];
    /** @type {Float32Array[]} */
    this.codes = [];
    /** Undefined: not yet, or no longer. @type {import("../hand/tray.js").Chosen | null | undefined} */
    this.shown = undefined;
    this.wanted = "";
  }

  /** Nobody has chosen what the seed did. @returns {import("../hand/tray.js").Chosen | null} */
  get chosen() {
    const { chosen, isLeft } = this.tray;
    return chosen.byChance || isLeft ? null : chosen;
  }

  /** @param {MapSide[]} sides @param {string} digits */
  build(sides, digits) {
    this.sides = sides;
    this.digits = digits;
    this.shown = undefined;
  }

  /** What is shown of it is true no more. */
  forget() {
    this.shown = undefined;
  }

  /** What has changed is encoded, decoded and compared. */
  refresh() {
    const { chosen, panel, sides } = this;
    if (chosen === this.shown) return;
    this.shown = chosen;
    if (sides.every(({ model }) => !model.canEncode)) return panel.empty(`${NO_CODE}.`);
    if (!chosen) return panel.empty(NOTHING);
    this.codes = sides.map(({ model }, side) => {
      if (!model.canEncode) return new Float32Array(0);
      const code = Float32Array.from(model.encode(chosen.pixels, chosen.label));
      paint(this.canvases[side], model.decode(code));
      return code;
    });
    void this.load();
    const { pixels, row } = chosen;
    panel.show({ row, rows: null, own: row === null ? { pixels, codes: this.codes } : null }, () => true);
  }

  /** The whole set and its codes, once a digit is in hand: for the maps alone they are not needed. */
  async load() {
    const { sides, digits = "" } = this;
    const wanted = JSON.stringify([...sides.map(({ name }) => name), digits]);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.panel.leave();
    try {
      const nothing = { means: new Float32Array(0), dim: 0 };
      const means = new Map(
        sides.map(({ name, model }) => [name, model.canEncode ? loadMeans(name, digits) : nothing]),
      );
      const [set, ...found] = await Promise.all([loadDigits(digits), ...sides.map(({ name }) => means.get(name))]);
      if (wanted !== this.wanted) return;
      const latents = sides.map(({ name, model }, side) => ({ name, model, .../** @type {Means} */ (found[side]) }));
      this.panel.build(set, latents);
      this.shown = undefined;
      this.onArrived();
    } catch (error) {
      if (wanted !== this.wanted) return;
      this.wanted = "";
      this.panel.complain(/** @type {Error} */ (error).message, () => void this.load());
    }
  }

  /** @param {Set<number>} hidden digits @returns {(import("./marks.js").HandMark | null)[]} on each map */
  marks(hidden) {
    const { shown, codes, canvases, panel } = this;
    return this.sides.map(({ plane }, side) => {
      if (!shown || !plane?.count) return null;
      const rows = panel.digits ? Array.from(panel.readings[side].rows) : [];
      const neighbours = rows
        .filter((row) => !hidden.has(plane.labels[row]))
        .map((row) => /** @type {Place} */ ([plane.xs[row], plane.ys[row]]));
      return { place: plane.project(codes[side]).place, name: shown.name, picture: canvases[side], neighbours };
    });
  }
}

export default component("latent_map", [legend, tray, pad, panel, map], (root) => new LatentMap(root));
