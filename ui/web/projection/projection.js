/** Two projections of the same digits, linked: one legend, one picked digit, one selection. */

import { listenForKeys } from "../gestures/keys.js";
import { zoomButtons } from "../gestures/zoom_hand.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { Base } from "../kit/base.js";
import { digitName } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import legend from "../kit/legend.css";
import { Legend } from "../kit/legend.js";
import { component } from "../kit/mount.js";
import { mixed, modelColours, theme } from "../kit/theme.js";
import { actionButton } from "../kit/toolbar.js";
import { mulberry32 } from "../maths/random.js";
import { loadDigits } from "../server/digit_set.js";
import { get, put } from "../state/parameters.js";
import { loadLatent } from "./data.js";
import { onPlotKey } from "./keys.js";
import panel from "./panel.css";
import { Panel } from "./panel.js";
import { Picks } from "./picks.js";
import { savePng } from "./png.js";
import projection from "./projection.css";
import { Slot } from "./slot.js";
import { Tools } from "./tools.js";

/** @typedef {import("./data.js").Latent} Latent */
/** @typedef {import("./slot.js").SideData} SideData */
/**
 * @typedef {object} ProjectionData see ui/components/projection.py
 * @property {SideData} left @property {SideData} right
 * @property {string} digits
 * @property {2 | 3} components
 * @property {boolean} stale
 * @property {{light: string[], dark: string[]}} colours
 */

const SIDES = /** @type {const} */ (["left", "right"]);

/** @typedef {{digits: import("../server/digit_set.js").Digits, latents: Latent[]}} Background of the panel */

/** @extends {Base<ProjectionData, Background | Error | null>} */
export class ProjectionView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** @type {Latent[]} */
    this.latents = [];
    /** Which digits and codes the panel has, or is waiting for. */
    this.panelWanted = "";
    /** What each model makes of the digit in hand, once it is here. @type {Float32Array[] | null} */
    this.codes = null;
    /** What is picked, selected, drawn or known of it has changed since the last frame. */
    this.isNews = false;
    /** @type {(import("./data.js").Points | undefined)[]} that the selection is of */
    this.points = [];
    /** @type {import("./figure.js").Look[]} */
    this.looks = [];
    this.picks = new Picks({
      onHover: () => this.tell(),
      onSelect: () => this.redraw(),
      onPick: () => this.told(),
    });
    const ellipses = get("ellipses");
    this.outlines = { fitted: /both|fitted/.test(ellipses), prior: /both|prior/.test(ellipses) };
    this.legend = new Legend({
      colours: Array(10).fill("currentColor"),
      onChange: () => {
        this.redraw();
        this.tell();
      },
    });
    this.slots = SIDES.map((kind, side) => this.openSlot(kind, side));
    this.tools = new Tools((tool) => this.slots.forEach(({ plot }) => (plot.element.dataset.tool = tool)));
    this.panel = new Panel((row) => this.picks.pick(row));
    this.tray = new Tray({ label: "Digits, to their codes", onDigit: (chosen, deed) => this.takeDigit(chosen, deed) });
    this.heard = element("p", { class: "heard", role: "status" });
    this.none = element(
      "div",
      { class: "none", hidden: true },
      element("p", {}, "No digit is switched on."),
      element("button", { type: "button", onclick: () => this.legend.showAll() }, "Show all"),
    );
    const zooms = zoomButtons((factor) => this.slots.forEach(({ plot }) => plot.zoom(factor)));
    const actions = [
      { name: "Home", key: "h", title: "All digits in view", run: () => this.home() },
      { name: "Save PNG", key: "s", title: "Save both plots as a PNG", run: () => this.save() },
    ];
    const buttons = [...zooms, ...actions.map(actionButton)];
    root.replaceChildren(
      element(
        "div",
        { class: "controls" },
        this.legend.element,
        this.tools.element,
        element("div", { class: "toolbar", role: "toolbar", "aria-label": "Plots" }, ...buttons),
      ),
      this.alert.element,
      element("div", { class: "plots" }, ...this.slots.map((slot) => slot.element), this.none),
      element("div", { class: "hand" }, this.tray.pad.element, this.panel.element),
      this.tray.element,
      this.heard,
    );
    const onKey = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.escape();
    root.addEventListener("keydown", onKey);
    this.leave = [
      listenForKeys(actions),
      () => root.removeEventListener("keydown", onKey),
      () => this.tray.close(),
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
        onHover: (row) => this.picks.hover(row),
        onPick: (row) => this.picks.click(row),
        onDouble: () => {
          this.picks.takeBackClick();
          this.home();
        },
        onSelect: (rows) => this.picks.select(rows),
      },
      () => this.tell(),
      (name) => this.toggle(name),
    );
    slot.plot.element.addEventListener("keydown", (event) => {
      const { picks, legend } = this;
      onPlotKey(event, {
        points: slot.content?.points,
        latent: this.latents[side],
        code: this.codes?.[side],
        hidden: legend.hidden,
        picks,
        home: () => this.home(),
        zoom: (factor) => slot.plot.zoom(factor),
      });
    });
    return slot;
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
    this.picks.open(data.digits);
    this.tools.offer(data.components);
    this.redraw();
  }

  /**
   * What fails is said in its place, beside what does not.
   * @param {ProjectionData} data
   */
  async load(data) {
    const slots = this.slots.map((slot, side) => slot.load(data[SIDES[side]], data.digits));
    return (await Promise.all([this.loadPanel(data), ...slots]))[0];
  }

  /** @param {ProjectionData} data @returns {Promise<Background | Error | null>} null where the panel has it already */
  async loadPanel({ left, right, digits }) {
    const names = [left.name, right.name];
    const wanted = JSON.stringify([...names, digits, this.seed]);
    if (wanted === this.panelWanted && this.panel.digits) return null;
    this.panelWanted = wanted;
    this.panel.leave();
    try {
      const files = new Map(names.map((name) => [name, loadLatent(name, digits)]));
      const [set, ...latents] = await Promise.all([
        loadDigits(digits),
        ...names.map((one) => /** @type {Promise<Latent>} */ (files.get(one))),
        this.tray.open({ digits, seed: this.seed }),
      ]);
      await this.tray.set?.load();
      return { digits: set, latents: /** @type {Latent[]} */ (latents.slice(0, names.length)) };
    } catch (error) {
      return /** @type {Error} */ (error);
    }
  }

  /** @param {ProjectionData} _data @param {Background | Error | null} background */
  build(_data, background) {
    const points = this.slots.map(({ content }) => content?.points);
    if (points.some((one, side) => one !== this.points[side])) this.picks.forget();
    this.points = points;
    if (background instanceof Error) return this.panel.complain(background.message, () => void this.begin());
    if (background) {
      this.latents = background.latents;
      this.panel.build(background.digits, background.latents);
    }
    this.tray.refresh();
    const { pinned } = this.picks;
    const isOwn = pinned === null && this.tray.chosen.own;
    if (!isOwn && (pinned === null || pinned >= this.size)) this.picks.pinned = this.opening();
    if (this.tray.chosen.byChance) this.tray.unmark();
    this.isNews = true;
    this.paint();
  }

  /** How many digits the set has. */
  get size() {
    return this.panel.digits?.labels.length ?? 0;
  }

  get seed() {
    const query = this.data?.[this.data.left.problem ? "right" : "left"].projection.split("?")[1];
    return Number(new URLSearchParams(query).get("seed"));
  }

  /** The digit that a visitor sees first: the same for the same seed. */
  opening() {
    const rows = this.slots.map(({ content }) => content?.points.rows).find((found) => found?.length);
    const place = mulberry32(this.seed)();
    return rows ? rows[Math.floor(place * rows.length)] : Math.floor(place * this.size);
  }

  /** @returns {import("./figure.js").Shown} */
  get shown() {
    return { hidden: this.legend.hidden, outlines: this.outlines, selected: this.picks.selected };
  }

  /** @param {import("./figure.js").Outline} name */
  toggle(name) {
    this.outlines[name] = !this.outlines[name];
    const { fitted, prior } = this.outlines;
    put("ellipses", fitted ? (prior ? "both" : "fitted") : prior ? "prior" : "none");
    this.redraw();
  }

  /** @param {import("../hand/tray.js").Chosen} chosen @param {import("../hand/pad.js").Deed} deed */
  takeDigit(chosen, deed) {
    this.picks.show(chosen.row);
    if (chosen.byChance) {
      this.tray.unmark();
      this.picks.show(null);
    }
    if (deed.stroke) this.tell();
    else this.told();
  }

  escape() {
    const { picks, tray } = this;
    if (picks.selected) picks.select(null);
    else if (picks.pinned !== null) picks.pick(null);
    else {
      tray.unmark();
      this.told();
    }
  }

  /** The visitor's own digit, where that is what is in hand. @returns {import("../hand/tray.js").Chosen | null} */
  get own() {
    const { chosen, isLeft } = this.tray;
    return this.picks.pinned === null && chosen.own && !isLeft ? chosen : null;
  }

  /** @returns {Float32Array[] | null} see `codes` */
  encode() {
    const { own, panel, latents } = this;
    const { pinned } = this.picks;
    if (!panel.digits || (pinned === null && !own)) return null;
    return latents.map(({ model, means, dim }) =>
      own
        ? Float32Array.from(model.encode(own.pixels))
        : means.subarray((pinned ?? 0) * dim, ((pinned ?? 0) + 1) * dim),
    );
  }

  /** What is in hand, in the plot of a side. @param {number} side @returns {import("./plot.js").HandMark | null} */
  mark(side) {
    const slot = this.slots[side];
    const { pinned } = this.picks;
    const points = slot.content?.points;
    if (!points || (pinned === null && !this.own)) return null;
    const digit = pinned === null ? null : (points.digit(pinned) ?? this.panel.digits?.labels[pinned] ?? null);
    const name = pinned === null ? "your digit" : digitName(digit, pinned);
    const point = pinned === null ? null : points.at(pinned);
    if (point) return { point, digit, name, how: "", isWaiting: false };
    const placed = this.codes && slot.place(this.latents[side], this.codes[side]);
    return placed && { ...placed, digit, name };
  }

  home() {
    for (const { plot } of this.slots) plot.home();
  }

  save() {
    const { data, root, slots, looks, shown } = this;
    if (data) savePng({ root, digits: data.digits, models: [data.left, data.right], slots, looks, shown });
  }

  /** Both plots, in the next frame. */
  redraw() {
    for (const { plot } of this.slots) plot.redraw();
  }

  /** The panel and the rings, in the next frame. */
  tell() {
    this.isNews = true;
    this.schedule();
  }

  /** What is picked or selected has changed for longer than a moment. */
  told() {
    this.tray.follow(this.picks.pinned !== null);
    this.isNews = true;
    this.paint();
    this.heard.textContent = this.picks.isEmpty && !this.own ? "" : (this.panel.line.textContent ?? "");
  }

  paint() {
    if (!this.data) return;
    if (this.isNews) this.showNews();
    this.none.hidden = this.legend.hidden.size < 10;
    this.slots.forEach(({ plot, outlines }, side) => {
      outlines.fitted.setAttribute("aria-pressed", String(this.outlines.fitted));
      outlines.prior.setAttribute("aria-pressed", String(this.outlines.prior));
      plot.paint(this.looks[side], this.shown);
    });
  }

  /** In the panel, and in the rings. */
  showNews() {
    this.isNews = false;
    const { hovered, pinned, selected } = this.picks;
    // A finger hides nothing by leaving, and the panel may be out of sight.
    const pictured = hovered ?? (this.tools.hasFinger ? pinned : null);
    this.codes = this.encode();
    const marks = this.slots.map((_, side) => this.mark(side));
    const under = hovered === pinned ? null : hovered;
    this.slots.forEach(({ plot }, side) => plot.ring(marks[side], under, this.panel.picture(pictured)));
    const labels = this.panel.digits?.labels;
    const rows = selected && [...selected].filter((row) => !this.legend.hidden.has(labels?.[row] ?? -1));
    const row = hovered ?? (rows ? null : pinned);
    const own = this.own && this.codes && row === null && !rows ? { pixels: this.own.pixels, codes: this.codes } : null;
    const note = marks.find((mark) => mark?.how)?.how;
    const plots = this.slots.flatMap(({ content }) => content?.points ?? []);
    this.panel.show({ row, rows, own, note }, (one) => !plots.length || plots.some(({ indices }) => indices.has(one)));
  }
}

export default component("projection", [legend, tray, pad, panel, projection], (root) => new ProjectionView(root));
