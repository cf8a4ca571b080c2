/** Two planes, what lies between two of their places, and two models to compare it by. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import { Base } from "../kit/base.js";
import { paint } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import legend from "../kit/legend.css";
import { Legend } from "../kit/legend.js";
import { component } from "../kit/mount.js";
import { theme } from "../kit/theme.js";
import { loadMap, placeMeans } from "../map/load.js";
import mapFrame from "../map/map_frame.css";
import { MapPair } from "../map/pair.js";
import { Viewport } from "../map/viewport.js";
import { openStops } from "../state/stops.js";
import { Choice } from "./choice.js";
import { Controls } from "./controls.js";
import { Geodesics } from "./geodesics.js";
import { GraphPaths } from "./graph.js";
import { ManifoldHand } from "./hand.js";
import manifoldMap from "./manifold_map.css";
import { ManifoldPane } from "./pane.js";
import { savePng } from "./png.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/** @typedef {import("../map/load.js").MapSide} MapSide */
/** @typedef {import("../map/viewport.js").Place} Place */
/**
 * @typedef {object} ManifoldData see ui/components/manifold_map.py
 * @property {ModelData} left
 * @property {ModelData} right
 * @property {string} digits
 * @property {number} seed
 * @property {{light: string[], dark: string[]}} colours of the digits
 * @property {{left: string | null, right: string | null}} problems
 */
/**
 * @typedef {object} Tool what the maps do on one of their surfaces; `side` is 0 or 1
 * @property {(side: number) => Place[]} ends at most two
 * @property {(side: number) => import("./pane.js").Line[]} lines
 * @property {(side: number) => string} facts of the surface
 * @property {(side: number) => string} numbers of the path, or what to do for one
 * @property {(side: number) => import("./below.js").Film[]} films
 * @property {(pane: ManifoldPane, side: number) => boolean} dress what lies behind; whether it is another one now
 * @property {(side: number, pointed: Pointed) => Look | null} look what is there
 * @property {(side: number, place: Place) => void} click
 * @property {(side: number, index: number, place: Place) => void} drag an end
 * @property {() => void} clear
 * @property {() => () => void} mark what is chosen now; the function brings it back
 * @property {boolean} busy
 */
/** @typedef {{place: Place, pane: ManifoldPane, row: number | null}} Pointed on a map, and the digit nearest to it */
/** @typedef {{place: Place, words: string, picture: Float32Array | Uint8Array | null}} Look */

const CLEAR = Array.from({ length: 10 }, () => "transparent");
// A slider of the graph's does not ask at every step.
const REST_MS = 150;

/** @extends {Base<ManifoldData, MapSide[]>} */
export class ManifoldView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root, "The maps still show");
    /** @type {MapSide[]} */
    this.sides = [];
    /** @type {number | undefined} */
    this.seed = undefined;
    this.font = "";
    this.belowIsStale = true;
    this.choice = new Choice();
    /** @type {MapPair<ManifoldPane>} */
    this.pair = new MapPair(
      (kind, slices) => new ManifoldPane(kind, slices),
      () => this.schedule(),
    );
    this.legend = new Legend({ colours: CLEAR, onChange: () => this.pair.redraw() });
    const onChange = () => this.changed();
    this.geodesics = new Geodesics(this.choice, onChange);
    this.graph = new GraphPaths(() => this.legend.hidden, onChange);
    this.heard = element("p", { class: "heard", role: "status" });
    const actions = [{ name: "Save PNG", key: "m", title: "Save both maps as a PNG", run: () => savePng(this) }];
    this.controls = new Controls({
      onChange: (change) => this.choose(change),
      onHome: () => this.pair.show(new Viewport()),
      onZoom: (factor) => this.pair.zoom(factor),
      actions,
    });
    const { panes } = this.pair;
    this.hands = panes.map((pane, side) => new ManifoldHand(this, pane, side));
    root.replaceChildren(
      element("header", {}, this.controls.element, this.legend.element, this.controls.toolbar),
      this.alert.element,
      element("div", { class: "atlas" }, ...panes.map((pane) => pane.element)),
      this.heard,
    );
    this.leave = [
      listenForKeys(actions),
      leaveListsChosenFrom(),
      () => this.pair.close(),
      () => this.geodesics.close(),
      () => this.graph.close(),
    ];
  }

  /** @returns {Tool} of the surface on show */
  get tool() {
    return this.choice.now.surface === "graph" ? this.graph : this.geodesics;
  }

  /** @param {ManifoldData} data @param {ManifoldData | undefined} before */
  take({ left, right, colours }, before) {
    this.recolourPair(left, right);
    this.font = theme(this.root).font;
    this.legend.recolour(colours.dark);
    if (!before) this.turn();
  }

  /** @param {ManifoldData} data */
  key({ left, right, digits, problems }) {
    return [left.name, right.name, digits, problems];
  }

  /** @param {ManifoldData} data */
  refresh({ seed }) {
    if (seed === this.seed) return;
    this.seed = seed;
    this.geodesics.draw(seed);
    this.graph.draw(seed);
  }

  /** @param {ManifoldData} data */
  async load(data) {
    const sides = await loadMap(data);
    await openStops(data.digits, Math.max(0, ...sides.map(({ plane }) => plane?.count ?? 0)));
    await placeMeans(sides, data.digits);
    return sides;
  }

  /** @param {ManifoldData} data */
  announce(data) {
    if (!this.sides.length) this.name(data);
  }

  /** @param {ManifoldData} data what is shown, or about to be */
  name({ left, right, problems }) {
    this.pair.panes[0].announce(left, problems.left);
    this.pair.panes[1].announce(right, problems.right);
  }

  /** @param {ManifoldData | null} data */
  wait(data) {
    const words = data ? [data.left, data.right].map(({ name }) => `loading ${name} …`) : ["", ""];
    this.pair.panes.forEach(({ below }, side) => below.say("", words[side]));
    this.changed();
  }

  get namesShown() {
    return this.sides.map(({ name }) => name);
  }

  /** @param {ManifoldData} data @param {MapSide[]} sides */
  build(data, sides) {
    this.name(data);
    this.sides = sides;
    this.seed = data.seed;
    this.pair.build(sides);
    this.geodesics.build(data, sides);
    this.graph.build(data, sides);
    this.turn();
    this.paint();
  }

  /** @param {Partial<import("./choice.js").Chosen>} change by hand */
  choose(change) {
    this.choice.set(change);
    if (change.surface) this.turn();
    else this.graph.ask({ delay: REST_MS, keep: true });
    this.changed();
  }

  /** The surface that is chosen is put behind the points. */
  turn() {
    const { surface } = this.choice.now;
    for (const pane of this.pair.panes) pane.turn(surface);
    if (surface === "graph" && this.sides.length) this.graph.open();
    this.pair.redraw();
    this.changed();
  }

  /** There is something else to see, or to read. */
  changed() {
    this.belowIsStale = true;
    this.schedule();
  }

  paint() {
    const { data, pair, tool, choice } = this;
    this.controls.refresh(choice.now, pair.viewport.isHome);
    if (!this.sides.length || !data) return;
    // The maps are dark in both themes.
    const colours = [data.left.colour.dark, data.right.colour.dark];
    const dressed = pair.panes.map((pane, side) => tool.dress(pane, side));
    if (dressed.some(Boolean)) pair.behindIsStale = true;
    pair.paintCodes({
      hidden: this.legend.hidden,
      colours: data.colours.dark,
      modelColours: colours,
      font: this.font,
    });
    pair.panes.forEach((pane, side) => this.paintMarks(pane, side, colours[side]));
    if (this.belowIsStale) this.paintBelow();
    this.belowIsStale = false;
  }

  /** @param {ManifoldPane} pane @param {number} side @param {string} colour */
  paintMarks(pane, side, colour) {
    const { pair, tool } = this;
    const { pointed, pointer } = pair;
    if (!this.sides[side].plane) return pane.hush();
    // Both maps look at the same digit, that of the map that has the pointer.
    const row = pointed && pointer && tool === this.graph ? this.graph.rowAt(pointer.side, pointed) : null;
    const look = pointed && tool.look(side, { place: pointed, pane, row });
    if (look?.picture) paint(pane.thumb, look.picture);
    pane.paintMarks(
      pair.viewport,
      { lines: tool.lines(side), ends: tool.ends(side), pointer: look?.place ?? null, thumb: Boolean(look?.picture) },
      colour,
    );
    if (look) pane.tell(look.words);
    else pane.hush();
  }

  paintBelow() {
    const { pair, tool } = this;
    pair.panes.forEach((pane, side) => {
      pane.below.element.hidden = !this.sides[side].plane;
      if (!this.sides[side].plane) return;
      pane.below.say(tool.facts(side), tool.numbers(side));
      pane.below.show(tool.films(side));
    });
    this.root.toggleAttribute("data-asking", tool.busy);
    if (tool.busy) return;
    const words = this.sides.map(({ name, plane }, side) => (plane ? `${name}: ${tool.numbers(side)}` : "")).join(" ");
    if (this.heard.textContent !== words) this.heard.textContent = words;
  }
}

export default component("manifold_map", [legend, mapFrame, manifoldMap], (root) => new ManifoldView(root));
