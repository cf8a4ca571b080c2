/** The latent map: two planes, one pointer, two decoders, everything in the same frame. */

import { DeskDigit } from "../desk/digit.js";
import { Pictures } from "../desk/pictures.js";
import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import { DEEDS } from "../gestures/rest.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { Alert } from "../kit/alert.js";
import { element } from "../kit/dom.js";
import legend from "../kit/legend.css";
import { Legend } from "../kit/legend.js";
import { component } from "../kit/mount.js";
import { modelColours, theme } from "../kit/theme.js";
import { lineOf, locate } from "../maths/whereabouts.js";
import panel from "../projection/panel.css";
import { announce } from "../state/live_link.js";
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

export class MapView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {MapSide[]} */
    this.sides = [];
    /** @type {string | undefined} what is shown, or on its way */
    this.wanted = undefined;
    this.font = "";
    this.frame = 0;
    this.pins = new Pins(root, { onChange: () => this.schedule(), onRest: () => this.rest() });
    this.atlas = new Atlas(() => this.schedule());
    this.pictures = new Pictures();
    this.legend = new Legend({ colours: CLEAR, onChange: () => this.atlas.redraw() });
    this.alert = new Alert();
    this.tray = new Tray({
      label: "Digits, to their codes",
      onDigit: (chosen, deed) => {
        this.digit.take(chosen, deed);
        this.schedule();
      },
    });
    this.digit = new DeskDigit(this);
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

  /**
   * Takes what Python or the theme changed, and leaves the rest as it is.
   * @param {MapData} data
   * @param {import("../kit/mount.js").Send} send
   */
  update(data, send) {
    this.send = send;
    const isFirst = !this.data;
    if (this.data && this.data.seed !== data.seed) this.tray.reseed(data.seed);
    this.data = data;
    const [left, right] = modelColours(this.root, [data.left.colour, data.right.colour]);
    this.root.style.setProperty("--left", left);
    this.root.style.setProperty("--right", right);
    this.font = theme(this.root).font;
    this.legend.recolour(data.colours.dark);
    if (isFirst) this.controls.refresh();
    const wanted = JSON.stringify([data.left.name, data.right.name, data.digits, data.problems]);
    if (wanted !== this.wanted) {
      this.wanted = wanted;
      void this.load(data);
    } else if (this.root.dataset.ready === "true") {
      this.pins.takeDigit(this.tray.chosen.pixels);
    }
  }

  /** @param {MapData} data */
  async load(data) {
    const { wanted } = this;
    this.root.dataset.ready = "false";
    this.root.setAttribute("aria-busy", "true");
    this.alert.hide();
    if (!this.pins.z) this.announce(data);
    try {
      const [{ sides }] = await Promise.all([
        loadMap(data, () => wanted === this.wanted && this.wait(data)),
        this.tray.open(data),
      ]);
      if (wanted === this.wanted) this.build(this.data ?? data, sides);
    } catch (error) {
      if (wanted === this.wanted) this.complain(data, /** @type {Error} */ (error));
    }
  }

  /** @param {MapData} data what is shown, or about to be */
  announce({ left, right, problems }) {
    this.pictures.announce([left, right]);
    this.atlas.panes[0].announce(left, problems.left);
    this.atlas.panes[1].announce(right, problems.right);
  }

  /** @param {MapData} data what is on its way, in place of what is here */
  wait({ left, right }) {
    const fresh = [left, right].map(({ name }, side) => (name === this.sides[side]?.name ? null : name));
    this.pictures.wait(fresh.some(Boolean) ? fresh : [left.name, right.name]);
  }

  /** @param {MapData} data @param {MapSide[]} sides */
  build(data, sides) {
    this.pictures.wait([null, null]);
    this.announce(data);
    this.sides = sides;
    this.pins.build(sides, this.tray.chosen.pixels);
    this.inHand.build(sides, data.digits);
    this.atlas.build(sides);
    void locate(sides, data.digits).then(() => sides === this.sides && this.schedule());
    this.paint();
    this.root.dataset.ready = "true";
    this.root.removeAttribute("aria-busy");
    announce();
  }

  /** @param {MapData} data @param {Error} error */
  complain(data, error) {
    this.root.removeAttribute("aria-busy");
    this.pictures.wait([null, null]);
    this.schedule();
    const shown = this.sides.map(({ name }) => name).join(" and ");
    const still = shown ? ` The maps still show ${shown}.` : "";
    this.alert.show(error.message + still, () => this.load(this.data ?? data));
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

  /** What `DeskDigit` takes back, and changes. @returns {import("../state/z.js").Z | null} */
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

  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
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

  close() {
    this.wanted = undefined;
    cancelAnimationFrame(this.frame);
    for (const leave of this.leave) leave();
    this.root.replaceChildren();
    delete this.root.dataset.ready;
  }
}

export default component("latent_map", [legend, tray, pad, panel, mapFrame, latentMap], (root) => new MapView(root));
