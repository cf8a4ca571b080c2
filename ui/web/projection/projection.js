/** Two projections of the same digits, linked: one legend, one picked digit, one selection. */

import { keyAmong, listenForKeys } from "../gestures/keys.js";
import { ZOOM_KEYS, zoomButtons } from "../gestures/zoom_hand.js";
import pad from "../hand/pad.css";
import panel from "../hand/panel.css";
import tray from "../hand/tray.css";
import { Base } from "../kit/base.js";
import { isPlain, stepInPlane, Toolbar } from "../kit/controls.js";
import { button, element } from "../kit/dom.js";
import { Legend } from "../kit/legend.js";
import { component } from "../kit/mount.js";
import { column, columns, digits, row, savePng, text } from "../kit/png.js";
import legend from "../kit/styles/legend.css";
import { mixed, modelColours, theme } from "../kit/theme.js";
import { get, put } from "../state/parameters.js";
import { Tools } from "./hand.js";
import { InHand } from "./in_hand.js";
import projection from "./projection.css";
import { Slot } from "./slot.js";

/** @typedef {import("./slot.js").SideData} SideData */
/**
 * @typedef {object} ProjectionData see ui/components/projection.py
 * @property {SideData} left @property {SideData} right
 * @property {string} digits
 * @property {2 | 3} components
 * @property {boolean} stale
 * @property {{light: string[], dark: string[]}} colours
 */

// In a picture to keep.
const GAP = 16;
const CHIPS = 260;
const METHODS = { pca: "PCA", "kernel-pca": "Kernel PCA", "t-sne": "t-SNE", raw: "Raw codes" };
const FITTED = "solid: 95 % of the fitted Gaussian";
const PRIOR = "dashed: 95 % of N(0, I)";
const COUNTED = new Intl.NumberFormat("en");
const SIDES = /** @type {const} */ (["left", "right"]);

/** @extends {Base<ProjectionData, import("./in_hand.js").Loaded | Error | null>} */
export class ProjectionView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** What is picked, selected, drawn or known of it has changed since the last frame. */
    this.isNews = false;
    /** @type {(import("./points.js").Points | undefined)[]} that the selection is of */
    this.points = [];
    /** @type {import("./figure.js").Look[]} */
    this.looks = [];
    const ellipses = get("ellipses");
    this.outlines = { fitted: /both|fitted/.test(ellipses), prior: /both|prior/.test(ellipses) };
    this.legend = new Legend({
      colours: Array(10).fill("currentColor"),
      onChange: () => {
        this.redraw();
        this.news();
      },
    });
    this.slots = SIDES.map((kind, side) => this.openSlot(kind, side));
    this.tools = new Tools((tool) => this.slots.forEach(({ plot }) => (plot.element.dataset.tool = tool)));
    this.hand = new InHand(this.slots, {
      onNews: () => this.news(),
      onPick: () => {
        this.isNews = true;
        this.paint();
      },
      onSelect: () => this.redraw(),
    });
    this.none = element(
      "div",
      { class: "none toolbar", hidden: true },
      element("p", {}, "No digit is switched on."),
      button("Show all", () => this.legend.showAll()),
    );
    const zooms = zoomButtons((factor) => this.slots.forEach(({ plot }) => plot.zoom(factor)));
    const actions = [
      { name: "Home", key: "h", title: "All digits in view", run: () => this.home() },
      { name: "Save PNG", key: "s", title: "Save both plots as a PNG", run: () => this.save() },
    ];
    const toolbar = new Toolbar(actions, "Plots").element;
    toolbar.prepend(...zooms);
    const { tray, panel, heard } = this.hand;
    root.replaceChildren(
      element("div", { class: "controls" }, this.legend.element, this.tools.element, toolbar),
      this.wheel.element,
      this.alert.element,
      element("div", { class: "plots" }, ...this.slots.map((slot) => slot.element), this.none),
      element("div", { class: "hand" }, tray.pad.element, panel.element),
      tray.element,
      heard,
    );
    const onKey = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.hand.escape();
    root.addEventListener("keydown", onKey);
    this.leave = [
      listenForKeys(actions),
      () => root.removeEventListener("keydown", onKey),
      () => tray.close(),
      ...this.slots.map((slot) => () => slot.close()),
    ];
  }

  /** @param {"left" | "right"} kind @param {number} side @returns {Slot} */
  openSlot(kind, side) {
    const slot = new Slot(
      kind,
      {
        tool: () => this.tools.tool,
        onChange: () => this.schedule(),
        onHover: (row) => this.hand.picks.hover(row),
        onPick: (row) => this.hand.picks.click(row),
        onDouble: () => {
          this.hand.picks.takeBackClick();
          this.home();
        },
        onSelect: (rows) => this.hand.picks.select(rows),
      },
      () => this.news(),
      (name) => this.toggle(name),
    );
    slot.plot.element.addEventListener("keydown", (event) => this.onPlotKey(event, side));
    return slot;
  }

  /** With the focus on a plot. @param {KeyboardEvent} event @param {number} side */
  onPlotKey(event, side) {
    if (!isPlain(event)) return;
    const by = stepInPlane(event)?.[0];
    const key = keyAmong(event, (one) => one in ZOOM_KEYS || one === "n" || one === "Home");
    if (by) this.hand.step(side, by, this.legend.hidden);
    else if (key === "n") this.hand.goToNearest(side);
    else if (key === "Home") this.home();
    else if (key) this.slots[side].plot.zoom(ZOOM_KEYS[key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {ProjectionData} data */
  key({ stale: _, ...data }) {
    return data;
  }

  /** @param {ProjectionData} data */
  take(data) {
    const { text, font, background } = theme(this.root);
    const digits = data.colours.light.map((light, digit) => ({ light, dark: data.colours.dark[digit] }));
    const [left, right, ...colours] = modelColours(this.root, [data.left.colour, data.right.colour, ...digits]);
    this.recolourPair(data.left, data.right);
    this.legend.recolour(colours);
    const look = { text, font, faint: mixed(text, background, 0.14), digits: colours };
    this.looks = [left, right].map((colour) => ({ ...look, colour }));
    this.root.toggleAttribute("data-stale", data.stale);
    this.hand.picks.open(data.digits);
    this.tools.offer(data.components);
    this.redraw();
  }

  /** What fails is said in its place, beside what does not. @param {ProjectionData} data */
  async load(data) {
    const slots = this.slots.map((slot, side) => slot.load(data[SIDES[side]], data.digits));
    const names = [data.left.name, data.right.name];
    return (await Promise.all([this.hand.load({ names, digits: data.digits, seed: this.seed }), ...slots]))[0];
  }

  /** @param {ProjectionData} _data @param {import("./in_hand.js").Loaded | Error | null} loaded */
  build(_data, loaded) {
    const points = this.slots.map(({ content }) => content?.points);
    if (points.some((one, side) => one !== this.points[side])) this.hand.picks.forget();
    this.points = points;
    if (loaded instanceof Error) return this.hand.panel.complain(loaded.message, () => void this.begin());
    this.hand.build(loaded, this.seed);
    this.isNews = true;
    this.paint();
  }

  get seed() {
    const query = this.data?.[this.data.left.problem ? "right" : "left"].projection.split("?")[1];
    return Number(new URLSearchParams(query).get("seed"));
  }

  /** @returns {import("./figure.js").Shown} */
  get shown() {
    return { hidden: this.legend.hidden, outlines: this.outlines, selected: this.hand.picks.selected };
  }

  /** @param {import("./figure.js").Outline} name */
  toggle(name) {
    this.outlines[name] = !this.outlines[name];
    const { fitted, prior } = this.outlines;
    put("ellipses", fitted ? (prior ? "both" : "fitted") : prior ? "prior" : "none");
    this.redraw();
  }

  home() {
    for (const { plot } of this.slots) plot.home();
  }

  /** Both plots, with what they show in words; nothing without a plot. */
  save() {
    const { data, root, slots, looks, shown } = this;
    const content = slots.map((slot) => slot.content).find(Boolean);
    if (!data || !content) return;
    const models = SIDES.map((side) => data[side]);
    const plots = slots.map((slot, side) => slot.cell(models[side], side === 0, looks[side], shown));
    const query = new URLSearchParams(content.address.split("?")[1]);
    const method = query.get("method") ?? "";
    const parameters = [...query].filter(([name]) => !["method", "components", "count", "seed", "v"].includes(name));
    const count = `${COUNTED.format(content.points.count)} ${data.digits.toUpperCase()} digits, seed ${this.seed}`;
    const words = [METHODS[/** @type {"pca"} */ (method)], ...parameters.map((both) => both.join(" ")), count];
    const isDrawn = (/** @type {import("./figure.js").Outline} */ name) =>
      shown.outlines[name] && slots.some((slot) => slot.content?.points.outlines[name]);
    const inHand = slots.map(({ plot }) => plot.ringed.pinned?.name).find(Boolean);
    const notes = [isDrawn("fitted") && FITTED, isDrawn("prior") && PRIOR, inHand && `ring: ${inHand}`];
    const chips = { ...digits(looks[0].digits, shown.hidden), width: CHIPS };
    const foot = [text(words.join(" · ")), row([text(notes.filter(Boolean).join("   ")), chips])];
    const name = ["encodings", ...models.map((model) => model.name), method, `${content.points.dims}d`].join("-");
    savePng(root, name, column([columns(plots, GAP), ...foot]));
  }

  /** Both plots, in the next frame. */
  redraw() {
    for (const { plot } of this.slots) plot.redraw();
  }

  redecode() {
    this.news();
  }

  /** The panel and the rings, in the next frame. */
  news() {
    this.isNews = true;
    this.schedule();
  }

  paint() {
    if (!this.data) return;
    if (this.isNews) this.hand.show(this.legend.hidden, this.tools.hasFinger);
    this.isNews = false;
    this.none.hidden = this.legend.hidden.size < 10;
    this.slots.forEach((slot, side) => slot.paint(this.looks[side], this.shown));
  }
}

export default component("projection", [legend, tray, pad, panel, projection], (root) => new ProjectionView(root));
