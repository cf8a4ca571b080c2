/** Two projections of the same digits, linked: one legend, one picked digit, one selection. */

import { listenForKeys } from "../gestures/keys.js";
import { zoomButtons } from "../gestures/zoom_hand.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
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
/**
 * @typedef {object} SideData see ui/components/projection.py
 * @property {string} name @property {string} label
 * @property {{light: string, dark: string}} colour
 * @property {string} projection @property {string} csv addresses
 * @property {string[]} axes
 * @property {string | null} problem
 * @property {{address: string, axes: string[]} | null} growing
 */
/**
 * @typedef {object} ProjectionData
 * @property {SideData} left @property {SideData} right
 * @property {string} digits
 * @property {2 | 3} components
 * @property {boolean} stale
 * @property {{light: string[], dark: string[]}} colours
 */

// Between two looks at what is under way.
const GROW_MS = 600;

export class ProjectionView {
  /** @param {HTMLElement} root @param {(sheet: CSSStyleSheet) => void} adopt */
  constructor(root, adopt) {
    this.root = root;
    /** @type {ProjectionData | null} */
    this.data = null;
    /** @type {string | undefined} what is shown, or on its way */
    this.wanted = undefined;
    /** @type {string | undefined} of the panel, likewise */
    this.panelWanted = undefined;
    /** @type {string | undefined} */
    this.panelShown = undefined;
    /** @type {Latent[]} */
    this.latents = [];
    /** What each model makes of the digit in hand, once it is here. @type {Float32Array[] | null} */
    this.codes = null;
    this.picks = new Picks({
      onHover: () => this.schedule(),
      onSelect: () => this.highlight(),
      onPick: () => this.told(),
    });
    const ellipses = get("ellipses");
    this.outlines = { fitted: /both|fitted/.test(ellipses), prior: /both|prior/.test(ellipses) };
    this.frame = 0;
    this.legend = new Legend({ colours: Array(10).fill("currentColor"), onChange: () => this.relegend() });
    this.tools = new Tools((tool) => this.slots.forEach(({ plot }) => plot.use(tool)));
    const setting = {
      sheets: adopt,
      look: () => this.look,
      shown: () => this.shown,
      tool: () => this.tools.dragmode,
    };
    this.slots = /** @type {const} */ (["left", "right"]).map((kind, side) => {
      const listener = {
        onHover: (/** @type {number | null} */ row) => this.picks.hover(row),
        onPick: (/** @type {number | null} */ row) => this.picks.click(row),
        onDouble: () => {
          this.picks.takeBackClick();
          this.home();
        },
        onSelect: (/** @type {number[]} */ rows) => this.picks.select(rows),
      };
      const slot = new Slot(
        kind,
        setting,
        listener,
        (name) => this.toggle(name),
        () => this.schedule(),
      );
      slot.plot.element.addEventListener("keydown", (event) => onPlotKey(this, event, side));
      return slot;
    });
    this.panel = new Panel((row) => this.picks.pick(row));
    this.tray = new Tray({ label: "Digits, to their codes", onDigit: (chosen, deed) => this.take(chosen, deed) });
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
      { name: "Save PNG", key: "s", title: "Save both plots as a PNG", run: () => void savePng(this) },
    ];
    root.replaceChildren(
      element(
        "div",
        { class: "controls" },
        this.legend.element,
        this.tools.element,
        element(
          "div",
          { class: "toolbar", role: "toolbar", "aria-label": "Plots" },
          ...zooms,
          ...actions.map(actionButton),
        ),
      ),
      element("div", { class: "plots" }, ...this.slots.map((slot) => slot.element), this.none),
      element("div", { class: "hand" }, this.tray.pad.element, this.panel.element),
      this.tray.element,
      this.heard,
    );
    const onKey = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.escape();
    root.addEventListener("keydown", onKey);
    this.leave = [listenForKeys(actions), () => root.removeEventListener("keydown", onKey), () => this.tray.close()];
  }

  /** Takes what Python or the theme changed, and leaves the rest as it is. @param {ProjectionData} data */
  update(data) {
    this.data = data;
    const [left, right] = modelColours(this.root, [data.left.colour, data.right.colour]);
    const digits = modelColours(
      this.root,
      data.colours.light.map((light, digit) => ({ light, dark: data.colours.dark[digit] })),
    );
    const looks = JSON.stringify([left, right, digits, theme(this.root)]);
    this.root.style.setProperty("--left", left);
    this.root.style.setProperty("--right", right);
    this.root.toggleAttribute("data-stale", data.stale);
    this.colours = digits;
    this.legend.recolour(digits);
    this.picks.open(data.digits);
    this.legendShown();
    this.tools.axes = data.components;
    const wanted = JSON.stringify({ ...data, stale: false });
    const isRecoloured = looks !== this.looks;
    this.looks = looks;
    if (wanted !== this.wanted) {
      this.wanted = wanted;
      void this.load(data);
    } else if (isRecoloured) {
      for (const slot of this.slots) void slot.recolour();
    }
  }

  /** @param {ProjectionData} data */
  async load(data) {
    const { wanted } = this;
    this.root.dataset.ready = "false";
    const points = this.slots.map(({ content }) => content?.points);
    await Promise.all([this.slots[0].load(data.left, data.digits), this.slots[1].load(data.right, data.digits)]);
    if (wanted !== this.wanted) return;
    if (this.slots.some(({ content }, side) => content?.points !== points[side])) this.picks.forget();
    await this.loadPanel(data);
    if (wanted !== this.wanted) return;
    this.root.dataset.ready = "true";
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) void this.grow(data);
  }

  /** Shows what is under way grow, until it is here or cannot be had. @param {ProjectionData} data */
  async grow(data) {
    const { wanted } = this;
    const both = [data.left, data.right];
    while (wanted === this.wanted && both.some(({ growing }) => growing)) {
      await new Promise((resolve) => setTimeout(resolve, GROW_MS));
      if (wanted !== this.wanted || document.hidden) continue;
      try {
        await Promise.all(both.map((one, side) => one.growing && this.slots[side].grow(one, one.growing, data.digits)));
      } catch {
        // What is there stays: the result comes another way, with words where it fails.
        return;
      }
      this.repaint();
    }
  }

  /** @param {ProjectionData} data */
  async loadPanel(data) {
    const names = [data.left.name, data.right.name];
    const wanted = JSON.stringify([...names, data.digits, this.seed]);
    this.panelWanted = wanted;
    try {
      if (wanted !== this.panelShown) {
        this.panelShown = undefined;
        this.panel.leave();
        const files = new Map(names.map((name) => [name, loadLatent(name, data.digits)]));
        const [digits, ...latents] = await Promise.all([
          loadDigits(data.digits),
          ...names.map((one) => files.get(one)),
          this.tray.open({ digits: data.digits, seed: this.seed }),
        ]);
        await this.tray.set?.load();
        // Another set is on its way: its rows are other digits.
        if (wanted !== this.panelWanted || data.digits !== this.picks.digits) return;
        this.latents = /** @type {Latent[]} */ (latents.slice(0, names.length));
        this.panel.build(digits, this.latents);
        this.panelShown = wanted;
      }
      this.tray.refresh();
      const { pinned } = this.picks;
      const isOwn = pinned === null && this.tray.chosen.own;
      if (!isOwn && (pinned === null || pinned >= this.size)) this.picks.pinned = this.opening();
      if (this.tray.chosen.byChance) this.tray.unmark();
      this.repaint();
    } catch (error) {
      if (wanted !== this.panelWanted) return;
      this.panel.complain(/** @type {Error} */ (error).message, () => this.data && void this.loadPanel(this.data));
    }
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

  /** @returns {import("./figure.js").Look} without the colour of a model */
  get look() {
    const { text, font, background } = theme(this.root);
    return { text, faint: mixed(text, background, 0.14), font, background, colour: text, digits: this.colours ?? [] };
  }

  /** @returns {import("./figure.js").Shown} */
  get shown() {
    return { hidden: this.legend.hidden, ...this.outlines, selected: this.picks.selected };
  }

  /** By hand. */
  relegend() {
    this.legendShown();
    for (const { plot } of this.slots) plot.show(this.shown);
    this.repaint();
  }

  legendShown() {
    this.none.hidden = this.legend.hidden.size < 10;
  }

  /** @param {"fitted" | "prior"} name of an outline */
  toggle(name) {
    this.outlines[name] = !this.outlines[name];
    const { fitted, prior } = this.outlines;
    put("ellipses", fitted ? (prior ? "both" : "fitted") : prior ? "prior" : "none");
    for (const { plot, outlines } of this.slots) {
      outlines[name].setAttribute("aria-pressed", String(this.outlines[name]));
      plot.show(this.shown);
    }
  }

  /** @param {import("../hand/tray.js").Chosen} chosen @param {import("../hand/pad.js").Deed} deed */
  take(chosen, deed) {
    this.picks.show(chosen.row);
    if (chosen.byChance) {
      this.tray.unmark();
      this.picks.show(null);
    }
    if (deed.stroke) this.schedule();
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

  /** What is picked or selected has changed for longer than a moment. */
  told() {
    this.tray.follow(this.picks.pinned !== null);
    this.repaint();
    this.heard.textContent = this.picks.isEmpty && !this.own ? "" : (this.panel.line.textContent ?? "");
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

  highlight() {
    for (const { plot } of this.slots) plot.highlight(this.shown);
  }

  home() {
    for (const { plot } of this.slots) plot.home();
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => this.repaint());
  }

  /** The panel and the rings. */
  repaint() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { hovered, pinned, selected } = this.picks;
    // A finger hides nothing by leaving, and the panel may be out of sight.
    const pictured = hovered ?? (this.tools.hasFinger ? pinned : null);
    this.codes = this.encode();
    const marks = this.slots.map((_, side) => this.mark(side));
    const under = hovered === pinned ? null : hovered;
    this.slots.forEach(({ plot }, side) => plot.ring(marks[side], under, this.panel.picture(pictured)));
    const rows = selected && this.visible([...selected]);
    const row = hovered ?? (rows ? null : pinned);
    const own = this.own && this.codes && row === null && !rows ? { pixels: this.own.pixels, codes: this.codes } : null;
    const note = marks.find((mark) => mark?.how)?.how;
    const plots = this.slots.flatMap(({ content }) => content?.points ?? []);
    this.panel.show({ row, rows, own, note }, (one) => !plots.length || plots.some(({ indices }) => indices.has(one)));
  }

  /** @param {number[]} rows @returns {number[]} those whose digit is on */
  visible(rows) {
    const labels = this.panel.digits?.labels;
    return rows.filter((row) => !this.legend.hidden.has(labels?.[row] ?? -1));
  }

  close() {
    this.wanted = this.panelWanted = undefined;
    cancelAnimationFrame(this.frame);
    for (const leave of this.leave) leave();
    for (const slot of this.slots) slot.close();
    this.root.replaceChildren();
    delete this.root.dataset.ready;
  }
}

export default component("projection", [legend, tray, pad, panel, projection], (root, parent) => {
  return new ProjectionView(root, (sheet) => {
    if (!parent.adoptedStyleSheets.includes(sheet)) parent.adoptedStyleSheets.push(sheet);
  });
});
