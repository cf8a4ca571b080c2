/** The latent map: two planes, one pointer, two decoders, everything in the same frame. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import { DEEDS } from "../gestures/rest.js";
import { CodedDigit } from "../hand/coded_digit.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { Base } from "../kit/base.js";
import { element } from "../kit/dom.js";
import legend from "../kit/legend.css";
import { Legend } from "../kit/legend.js";
import { component } from "../kit/mount.js";
import { Pictures } from "../kit/pictures.js";
import { theme } from "../kit/theme.js";
import { lineOf } from "../maths/whereabouts.js";
import panel from "../projection/panel.css";
import { locate } from "../server/models.js";
import { withParameters } from "../state/parameters.js";
import { Atlas } from "./atlas.js";
import { Controls, mapActions } from "./controls.js";
import { Hand } from "./hand.js";
import { InHand } from "./in_hand.js";
import { mapKey } from "./keys.js";
import latentMap from "./latent_map.css";
import { loadMap } from "./load.js";
import mapFrame from "./map_frame.css";
import { describePlace } from "./pane.js";
import { Pins } from "./pins.js";
import { Viewport } from "./viewport.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/** @typedef {import("./load.js").MapSide} MapSide */
/** @typedef {import("./viewport.js").Place} Place */
/**
 * @typedef {object} MapData see ui/components/latent_map.py
 * @property {ModelData} left
 * @property {ModelData} right
 * @property {string} digits
 * @property {number} seed
 * @property {boolean} usual nobody has chosen models or z
 * @property {{light: string[], dark: string[]}} colours of the digits
 * @property {{left: string | null, right: string | null}} problems
 */

const ENDS = ["pointerup", "pointercancel"];
const WAY_TO_DESK = "[data-testid=stPageLink]";
const CLEAR = Array.from({ length: 10 }, () => "transparent");

/** @extends {Base<MapData, MapSide[]>} */
export class MapView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root, "The maps still show");
    /** @type {MapSide[]} */
    this.sides = [];
    this.font = "";
    this.pins = new Pins(root, { onChange: () => this.schedule(), onRest: () => this.rest() });
    this.atlas = new Atlas(() => this.schedule());
    this.pictures = new Pictures();
    this.legend = new Legend({ colours: CLEAR, onChange: () => this.atlas.redraw() });
    this.tray = new Tray({
      label: "Digits, to their codes",
      onDigit: (chosen, deed) => {
        this.digit.take(chosen, deed);
        this.schedule();
      },
    });
    this.digit = new CodedDigit(this);
    this.inHand = new InHand(this.tray, () => this.schedule());
    this.heard = element("p", { class: "heard", role: "status" });
    const actions = mapActions(this);
    this.controls = new Controls(this, actions);
    const { panes } = this.atlas;
    root.replaceChildren(
      element("header", {}, this.controls.element, this.legend.element),
      this.alert.element,
      element("div", { class: "atlas" }, this.pictures.element, ...panes.map((pane) => pane.element)),
      element(
        "div",
        { class: "hand" },
        this.tray.pad.element,
        element("div", { class: "beside" }, this.tray.element, this.inHand.panel.element),
      ),
      this.heard,
    );
    panes.forEach((pane, side) => {
      pane.words.append(this.pictures.pictures[side].place);
      this.listen(pane, side);
    });
    // What is being drawn is reported once the pen is up.
    const onUp = () => this.pins.release();
    this.tray.pad.element.addEventListener("pointerdown", () => this.pins.press());
    for (const type of ENDS) window.addEventListener(type, onUp, true);
    this.leave = [
      () => ENDS.forEach((type) => window.removeEventListener(type, onUp, true)),
      () => this.tray.close(),
      listenForKeys(actions),
      leaveListsChosenFrom(),
      () => this.atlas.close(),
      this.watchWayToDesk(),
      () => this.pins.stop(),
    ];
  }

  /** "Open this z" goes for pins that nobody has moved, too. @returns {() => void} */
  watchWayToDesk() {
    const onDeed = (/** @type {Event} */ event) => {
      const way = event.target instanceof Element ? event.target.closest(WAY_TO_DESK) : null;
      if (!way) return;
      this.pins.takeAlong();
      // For a tab of its own; in this one the parameters are kept without it.
      const link = way.querySelector("a");
      if (link) link.href = withParameters(link.href);
    };
    for (const type of DEEDS) window.addEventListener(type, onDeed, true);
    return () => {
      for (const type of DEEDS) window.removeEventListener(type, onDeed, true);
    };
  }

  /** @param {import("./pane.js").MapPane<import("./layers/behind.js").Backdrop>} pane @param {number} side */
  listen(pane, side) {
    const { atlas, pins } = this;
    const at = (/** @type {Place} */ pixel) => atlas.viewport.at(pixel, pane.size);
    pane.marks.addEventListener("keydown", (event) => mapKey(this, side, event));
    new Hand(pane.marks, {
      explore: (pixel) => atlas.point({ side, pixel }),
      leave: () => atlas.point(null),
      press: () => pins.press(),
      release: () => pins.release(),
      pin: (pixel) => pins.pin(at(pixel)),
      pan: (dx, dy) => atlas.pan(dx, dy, pane.size),
      zoom: (factor, pixel) => atlas.zoom(factor, at(pixel)),
      takeBackDouble: () => pins.takeBackDouble(),
    });
  }

  /** @param {MapData} data @param {MapData | undefined} before */
  take({ left, right, colours, seed }, before) {
    if (before && before.seed !== seed) this.tray.reseed(seed);
    this.recolourPair(left, right);
    this.font = theme(this.root).font;
    this.legend.recolour(colours.dark);
    if (!before) this.controls.refresh();
  }

  /** @param {MapData} data */
  key({ left, right, digits, problems }) {
    return [left.name, right.name, digits, problems];
  }

  refresh() {
    this.pins.takeDigit(this.tray.chosen.pixels);
  }

  /** @param {MapData} data */
  async load(data) {
    return (await Promise.all([loadMap(data), this.tray.open(data)]))[0];
  }

  /** @param {MapData} data */
  announce(data) {
    if (!this.pins.z) this.name(data);
  }

  /** @param {MapData} data what is shown, or about to be */
  name({ left, right, problems }) {
    this.pictures.announce([left, right]);
    this.atlas.panes[0].announce(left, problems.left);
    this.atlas.panes[1].announce(right, problems.right);
  }

  /** @param {MapData | null} data */
  wait(data) {
    this.pictures.wait(data, this.sides);
    this.schedule();
  }

  get namesShown() {
    return this.sides.map(({ name }) => name);
  }

  /** @param {MapData} data @param {MapSide[]} sides */
  build(data, sides) {
    this.name(data);
    this.sides = sides;
    this.pins.build(sides, this.tray.chosen.pixels);
    this.inHand.build(sides, data.digits);
    this.atlas.build(sides);
    void locate(sides, data.digits).then(() => sides === this.sides && this.schedule());
    this.paint();
  }

  /** @param {number} side whose pin both follow @param {number} dx @param {number} dy normalised */
  movePin(side, dx, dy) {
    const pin = this.pins.project(side);
    if (!pin) return;
    const [x, y] = pin.place;
    this.atlas.point(null);
    this.pins.step([x + dx, y + dy]);
    this.atlas.show(this.atlas.viewport.including([x + dx, y + dy]));
  }

  /** @param {number} side @param {number} factor */
  zoomAtPin(side, factor) {
    const pin = this.pins.project(side)?.place;
    this.atlas.zoom(factor, pin && this.atlas.viewport.shows(pin) ? pin : undefined);
  }

  goHome() {
    this.atlas.show(new Viewport());
  }

  /** What `CodedDigit` takes back, and changes. @returns {import("../state/z.js").Z | null} */
  get state() {
    return this.pins.state;
  }

  /** @param {(state: import("../state/z.js").Z) => boolean} step */
  travel(step) {
    this.pins.travel(step);
  }

  /** @param {(state: import("../state/z.js").Z) => void} mutate @param {{gesture: string | null}} options */
  change(mutate, { gesture }) {
    this.pins.change(mutate, gesture);
  }

  /** Back to the pins that the page opened with; no digit is marked. */
  reopen() {
    this.tray.unmark();
    this.schedule();
    this.atlas.point(null);
    this.pins.reopen();
  }

  paint() {
    const { data, atlas, pins } = this;
    if (!pins.z || !data) return;
    // The maps are dark in both themes.
    const modelColours = [data.left.colour.dark, data.right.colour.dark];
    atlas.paintCodes({ hidden: this.legend.hidden, colours: data.colours.dark, modelColours, font: this.font });
    this.pictures.update(this.sides, atlas.shown(pins.z));
    this.inHand.refresh();
    const hand = this.inHand.marks(this.legend.hidden);
    atlas.paintMarks(pins.z, this.pictures.canvases, modelColours, hand, this.font);
    this.controls.refresh();
  }

  rest() {
    if (this.data?.usual) this.send?.("chosen", true);
    const { pins } = this;
    const words = this.sides.map((one, side) => {
      const [pin, z] = [pins.project(side), pins.z?.[side]];
      const at = one.plane && pin ? describePlace(one.plane, pin.place, pin.off) : "";
      return `${one.name}: ${[at, z ? lineOf(one, z, one.model.decode(z)).words : ""].filter(Boolean).join(", ")}.`;
    });
    this.heard.textContent = `Pinned. ${words.join(" ")}`;
  }
}

export default component("latent_map", [legend, tray, pad, panel, mapFrame, latentMap], (root) => new MapView(root));
