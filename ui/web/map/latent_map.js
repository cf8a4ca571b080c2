/** The latent map: the maps with what z decodes to between them, and the digit in hand below. */

import { DEEDS } from "../gestures/rest.js";
import { CodedDigit, codes } from "../hand/coded_digit.js";
import pad from "../hand/pad.css";
import panel from "../hand/panel.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { element } from "../kit/dom.js";
import legend from "../kit/legend.css";
import { component } from "../kit/mount.js";
import { Pictures } from "../kit/pictures.js";
import { locate } from "../server/models.js";
import { withParameters } from "../state/parameters.js";
import { InHand } from "./in_hand.js";
import map from "./map.css";
import { MapView } from "./view.js";

/** @typedef {import("./view.js").MapData} MapData */
/** @typedef {import("./view.js").Loaded} Loaded */
/** @typedef {import("../state/z.js").Z} Z */

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
    for (const type of ENDS) window.addEventListener(type, onUp, true);
    for (const type of DEEDS) window.addEventListener(type, this.onDeed, true);
    this.leave.push(
      () => ENDS.forEach((type) => window.removeEventListener(type, onUp, true)),
      () => DEEDS.forEach((type) => window.removeEventListener(type, this.onDeed, true)),
      () => this.tray.close(),
    );
  }

  /** "Open this z" goes for pins that nobody has moved, too. */
  onDeed = (/** @type {Event} */ { target }) => {
    const way = target instanceof Element ? target.closest(WAY_TO_DESK) : null;
    if (!way) return;
    this.pins.takeAlong();
    // For a tab of its own; in this one the parameters are kept without it.
    const link = way.querySelector("a");
    if (link) link.href = withParameters(link.href);
  };

  opening() {
    return codes(this.sides, this.tray.chosen.pixels);
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
    super.savePng(this.namesShown.map((name, side) => ({ name, canvas: canvases[side], words: lines[side] })));
  }
}

export default component("latent_map", [legend, tray, pad, panel, map], (root) => new LatentMap(root));
