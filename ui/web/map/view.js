/** Two planes, one pointer, and over them the tools; what each page opens with is in `controls.js`. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import { Base } from "../kit/base.js";
import { paint, shape } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { Legend } from "../kit/legend.js";
import { column, columns, digits, row, savePng, text } from "../kit/png.js";
import { theme } from "../kit/theme.js";
import { turnTo } from "../state/digit.js";
import { openStops } from "../state/stops.js";
import { Controls, Settings } from "./controls.js";
import { MapHand } from "./hand.js";
import { Asked } from "./layers/backdrop.js";
import { MapPair } from "./pair.js";
import { loadMap, loadMeansOf, placeCodes } from "./plane.js";
import { Geodesics } from "./tools/geodesics.js";
import { GraphPaths } from "./tools/graph_paths.js";
import { Pins } from "./tools/pins.js";
import { REST_MS } from "./tools/two_ends.js";
import { Viewport } from "./viewport.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/** @typedef {import("./plane.js").MapSide} MapSide */
/** @typedef {import("./marks.js").Look} Look */
/**
 * @typedef {object} MapData see ui/components/maps.py
 * @property {ModelData} left
 * @property {ModelData} right
 * @property {string} digits
 * @property {number} seed
 * @property {boolean} usual nobody has chosen models or z
 * @property {{light: string[], dark: string[]}} colours of the digits
 * @property {{left: string | null, right: string | null}} problems
 */
/** @typedef {{sides: MapSide[], showsMeans: boolean}} Loaded `showsMeans`: whether its points are the means of a VAE */

// In a picture to keep.
const GAP = 20;
const ALONE = "A decoder alone gives no digit a code: no dots. The circle is where a VAE's codes would lie.";
const CLEAR = Array.from({ length: 10 }, () => "transparent");

/** @extends {Base<MapData, Loaded>} */
export class MapView extends Base {
  /** @param {HTMLElement} root @param {"latent_map" | "manifold_map"} name */
  constructor(root, name) {
    super(root, "The maps still show");
    /** @type {MapSide[]} */
    this.sides = [];
    this.showsMeans = false;
    this.font = "";
    /** On each map. @type {(Look | null)[]} */
    this.looks = [null, null];
    /** On each map, where the page shows the digit in hand. @type {(import("./marks.js").HandMark | null)[]} */
    this.handMarks = [null, null];
    this.belowIsStale = true;
    this.settings = new Settings(name);
    this.pair = new MapPair(() => this.schedule());
    this.legend = new Legend({ colours: CLEAR, onChange: () => this.pair.redraw() });
    const onChange = () => this.changed();
    this.asked = new Asked(() => {
      this.pair.redraw();
      onChange();
    });
    this.pins = new Pins(root, { opening: () => this.opening(), onChange, onRest: () => this.rest() });
    this.geodesics = new Geodesics(onChange);
    this.paths = new GraphPaths(() => this.legend.hidden, onChange);
    this.heard = element("p", { class: "heard", role: "status" });
    const { pngKey } = this.settings.page;
    const png = { name: "Save PNG", key: pngKey, title: "Save both maps as a PNG", run: () => this.savePng([]) };
    const actions = [...this.pins.actions(() => this.showsPins), png];
    this.controls = new Controls({
      settings: this.settings,
      onTurn: () => this.turn(),
      onGraph: () => this.askGraphs(),
      onHome: () => this.pair.show(new Viewport()),
      onZoom: (factor) => this.pair.zoom(factor),
      actions,
    });
    const { panes } = this.pair;
    this.hands = panes.map((_, side) => new MapHand(this, side));
    this.atlas = element("div", { class: "atlas" }, ...panes.map((pane) => pane.element));
    root.replaceChildren(
      element("header", {}, this.controls.element, this.legend.element, this.controls.toolbar.element),
      this.wheel.element,
      this.alert.element,
      this.atlas,
      this.heard,
    );
    const parts = [this.pair, this.asked, this.pins, this.geodesics, this.paths];
    this.leave = [listenForKeys(actions), leaveListsChosenFrom(), ...parts.map((part) => () => part.close())];
  }

  /** What is in hand. */
  get tool() {
    return { pin: this.pins, geodesic: this.geodesics, graph: this.paths }[this.settings.tool];
  }

  /** Whether the pins are on the maps. */
  get showsPins() {
    return this.tool === this.pins || this.pins.isBeside;
  }

  /** @returns {import("./tools/pins.js").Codes} what is pinned where nobody has chosen z */
  opening() {
    const [place] = this.geodesics.ends();
    const codes = this.sides.map(
      ({ plane, model }) => plane?.code(place ?? [0, 0]) ?? new Float64Array(model.latentDim),
    );
    return [codes[0], codes[1]];
  }

  /** @param {MapData} data @param {MapData | undefined} before */
  take({ left, right, colours }, before) {
    this.recolourPair(left, right);
    this.font = theme(this.root).font;
    this.legend.recolour(colours.dark);
    if (!before) this.turn();
  }

  /** @param {MapData} data */
  key({ left, right, digits, problems }) {
    return [left.name, right.name, digits, problems];
  }

  /** @param {MapData} data @param {MapData | undefined} before */
  refresh({ seed }, before) {
    if (seed === before?.seed) return;
    this.geodesics.draw(seed);
    this.paths.draw(seed);
    this.changed();
  }

  /** @param {MapData} data @returns {Promise<Loaded>} */
  async load(data) {
    const { showsMeans } = this.settings;
    const sides = await loadMap(data);
    await openStops(data.digits, Math.max(...sides.map(({ plane }) => plane?.count ?? 0)) || Infinity, shape.isDigit);
    if (showsMeans) placeCodes(sides, await loadMeansOf(sides, data.digits));
    return { sides, showsMeans };
  }

  /** @param {MapData} data */
  announce(data) {
    if (!this.sides.length) this.name(data);
  }

  /** @param {MapData} data what is shown, or about to be */
  name({ left, right, problems }) {
    const [first, second] = this.pair.panes;
    first.announce(left, problems.left);
    second.announce(right, problems.right);
  }

  /** @param {MapData | null} data */
  wait(data) {
    const words = data ? [data.left, data.right].map(({ name }) => `loading ${name} …`) : ["", ""];
    this.pair.panes.forEach(({ below }, side) => below.show("", words[side]));
    this.changed();
  }

  get namesShown() {
    return this.sides.map(({ name }) => name);
  }

  /** @param {MapData} data @param {Loaded} loaded */
  build(data, { sides, showsMeans }) {
    this.name(data);
    this.sides = sides;
    this.showsMeans = showsMeans;
    this.asked.build(sides, data.digits);
    this.geodesics.build(sides, data);
    this.paths.build(sides, data);
    this.pins.build(sides);
    this.pair.build(sides);
    this.turn();
    this.paint();
  }

  /** Another layer or another tool is chosen. */
  turn() {
    this.pair.choose(this.settings.layer);
    for (const pane of this.pair.panes) pane.label(this.tool.keys);
    this.changed();
    void this.open();
  }

  /** What is on show fetches what it takes. */
  async open() {
    const { sides, settings, asked } = this;
    const { showsMeans } = settings;
    if (!sides.length) return;
    try {
      const isOther = showsMeans !== this.showsMeans;
      const codes = isOther && showsMeans ? await loadMeansOf(sides, asked.digits) : [null, null];
      if (sides !== this.sides || showsMeans !== settings.showsMeans) return;
      if (isOther) {
        placeCodes(sides, codes);
        this.showsMeans = showsMeans;
        this.pair.place();
      }
      asked.open(settings.layer);
      this.tool.open();
    } catch (error) {
      this.complain(/** @type {Error} */ (error));
    }
  }

  /** Others are neighbours now: a slider does not ask at every step. */
  askGraphs() {
    const options = { delay: REST_MS, keep: true };
    this.asked.askGraphs(options);
    if (this.paths.isOpen) this.paths.ask(options);
    this.changed();
  }

  /** @param {number} digit @param {string} gesture */
  turnDigit(digit, gesture) {
    if (this.pins.state) this.pins.change(() => turnTo(digit), gesture);
    else turnTo(digit);
  }

  redecode() {
    const options = { delay: REST_MS, keep: true };
    this.pair.redraw();
    this.asked.askFields(options);
    for (const tool of [this.geodesics, this.paths]) if (tool.isOpen) tool.ask(options);
    this.changed();
  }

  /** There is something else to see, or to read. */
  changed() {
    this.belowIsStale = true;
    this.schedule();
  }

  /** What was chosen by the tool in hand is let go. */
  clear() {
    this.tool.clear();
    this.changed();
  }

  paint() {
    const { data, pair, sides, asked, tool } = this;
    this.controls.refresh(pair.viewport.isHome);
    if (!sides.length || !data) return;
    // The maps are dark in both themes.
    const modelColours = [data.left.colour.dark, data.right.colour.dark];
    const look = { hidden: this.legend.hidden, colours: data.colours.dark, modelColours, font: this.font };
    pair.paintCodes(look, (side) => asked.of(side));
    this.looks = sides.map((_, side) => this.look(side));
    this.paintPictures();
    sides.forEach(({ plane }, side) => {
      const own = { lines: tool.lines(side), ends: tool.ends(side), hand: this.handMarks[side] };
      const pin = this.showsPins ? this.pins.project(side) : null;
      const marks = { ...own, pin, pointer: this.looks[side], colour: modelColours[side], font: this.font };
      pair.panes[side].paintMarks(pair.viewport, plane, marks);
    });
    if (this.belowIsStale) this.paintBelow();
    this.belowIsStale = false;
  }

  /** What a page shows of z beside the maps. */
  paintPictures() {}

  /** @param {number} side @returns {Look | null} at what is under the pointer */
  look(side) {
    const { pair, tool, asked } = this;
    const { plane } = this.sides[side];
    const { thumb } = pair.panes[side];
    const place = pair.pointed;
    if (!place || !pair.pointer || !plane) return null;
    if (tool === this.paths) {
      const digit = this.paths.look(side, pair.pointer.side, place);
      if (digit?.picture) paint(thumb, digit.picture);
      return digit && { ...digit, thumb: digit.picture && thumb };
    }
    const words = [plane.describe(place), asked.words(this.settings.layer, side, place)].filter(Boolean).join(" · ");
    return { place, words, thumb: this.decoded(side, plane.code(place)) };
  }

  /** @param {number} side @param {ArrayLike<number>} code under the pointer @returns {HTMLCanvasElement} its picture */
  decoded(side, code) {
    const { thumb } = this.pair.panes[side];
    paint(thumb, this.sides[side].model.decode(code));
    return thumb;
  }

  paintBelow() {
    const { pair, asked, settings, tool } = this;
    const heard = this.sides.map(({ name, plane }, side) => {
      const { scale, below } = pair.panes[side];
      const alone = plane?.count === 0 ? ALONE : "";
      const [facts, numbers] = plane ? [asked.facts(settings.layer, side) || alone, tool.numbers(side)] : ["", ""];
      scale.show(settings.layer === "magnification" ? asked.of(side).field : null);
      below.show(facts, numbers, tool.films(side));
      return numbers && `${name}: ${numbers}`;
    });
    const isBusy = tool.busy || asked.busy;
    this.root.toggleAttribute("data-asking", isBusy);
    const words = heard.filter(Boolean).join(" ");
    if (!isBusy && words && this.heard.textContent !== words) this.heard.textContent = words;
  }

  /** The pins have come to rest. */
  rest() {
    if (this.data?.usual) this.send?.("chosen", true);
    this.heard.textContent = `Pinned. ${this.pins.words}`;
  }

  /** Does nothing before the maps are here. @param {import("../kit/png.js").Cell[]} between them */
  savePng(between) {
    const { data, root, pair, legend, settings } = this;
    if (!this.sides.length || !data) return;
    const [left, right] = pair.panes.map((pane, side) =>
      pane.cell(root.style.getPropertyValue(side ? "--right" : "--left"), side === 0),
    );
    const foot = [digits(data.colours.dark, legend.hidden), text(`${data.digits.toUpperCase()} digits`, { width: 80 })];
    const layers = settings.layer === "nothing" ? [] : [settings.layer];
    const name = ["map", ...layers, ...this.namesShown].join("-");
    savePng(root, name, column([columns([left, ...between, right], GAP), row(foot)], GAP));
  }
}
