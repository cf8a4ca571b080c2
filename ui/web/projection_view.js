/** Two projections of the same digits, linked: one legend, one picked digit, one selection. */

import { loadDigits } from "./digit_set.js";
import { element } from "./dom.js";
import { listenForKeys } from "./keys.js";
import { Legend } from "./legend.js";
import { loadLatent } from "./projection_data.js";
import { onPlotKey } from "./projection_keys.js";
import { Panel } from "./projection_panel.js";
import { Picks } from "./projection_picks.js";
import { savePng } from "./projection_png.js";
import { Slot } from "./projection_slot.js";
import { Tools } from "./projection_tools.js";
import { mulberry32 } from "./random.js";
import { mixed, modelColours, theme } from "./theme.js";
import { actionButton } from "./toolbar.js";
import { zoomButtons } from "./zoom_hand.js";

/** @typedef {import("./projection_data.js").Latent} Latent */
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
 * @property {{hide: string, row: number | null}} opening
 */

// Between two looks at what is under way.
const GROW_MS = 600;

export class ProjectionView {
  /** @param {HTMLElement} root @param {(sheet: CSSStyleSheet) => void} adopt */
  constructor(root, adopt) {
    this.root = root;
    /** @type {ProjectionData | null} */
    this.data = null;
    /** @type {Latent[]} */
    this.latents = [];
    this.picks = new Picks({
      onHover: () => this.schedule(),
      onSelect: () => this.highlight(),
      onPick: () => this.told(),
    });
    this.outlines = { fitted: true, prior: true };
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
      const slot = new Slot(kind, setting, listener, (name) => this.toggle(name));
      slot.plot.element.addEventListener("keydown", (event) => onPlotKey(this, event, side));
      return slot;
    });
    this.panel = new Panel((row) => this.picks.pick(row));
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
        element("div", { class: "toolbar", role: "toolbar", "aria-label": "Plots" }, ...zooms, ...actions.map(actionButton)),
      ),
      element("div", { class: "plots" }, ...this.slots.map((slot) => slot.element), this.none),
      this.panel.element,
      this.heard,
    );
    const onKey = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.picks.escape();
    root.addEventListener("keydown", onKey);
    this.leave = [listenForKeys(actions), () => root.removeEventListener("keydown", onKey), () => this.legend.close()];
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
    this.picks.open(data.digits, data.opening.row);
    this.legend.open(data.opening.hide);
    this.legendShown();
    this.tools.axes = data.components;
    const wanted = JSON.stringify({ ...data, stale: false, opening: null });
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
    const wanted = JSON.stringify([...names, data.digits]);
    this.panelWanted = wanted;
    try {
      if (wanted !== this.panelShown) {
        this.panelShown = undefined;
        this.panel.leave();
        const files = new Map(names.map((name) => [name, loadLatent(name, data.digits)]));
        const [digits, ...latents] = await Promise.all([
          loadDigits(data.digits),
          ...names.map((name) => files.get(name)),
        ]);
        // Another set is on its way: its rows are other digits.
        if (wanted !== this.panelWanted || data.digits !== this.picks.digits) return;
        this.latents = /** @type {Latent[]} */ (latents);
        this.panel.build(digits, this.latents);
        this.panelShown = wanted;
      }
      const { pinned } = this.picks;
      if (pinned === null || pinned >= this.size) this.picks.pinned = this.opening(data);
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

  /** The digit that a visitor sees first: the same for the same seed. @param {ProjectionData} data */
  opening({ left, right }) {
    const seed = Number(new URLSearchParams((left.problem ? right : left).projection.split("?")[1]).get("seed"));
    const rows = this.slots.map(({ content }) => content?.points.rows).find((found) => found?.length);
    const place = mulberry32(seed)();
    return rows ? rows[Math.floor(place * rows.length)] : Math.floor(place * this.size);
  }

  /** @returns {import("./projection_figure.js").Look} without the colour of a model */
  get look() {
    const { text, font, background } = theme(this.root);
    return { text, faint: mixed(text, background, 0.14), font, background, colour: text, digits: this.colours ?? [] };
  }

  /** @returns {import("./projection_figure.js").Shown} */
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
    for (const { plot, outlines } of this.slots) {
      outlines[name].setAttribute("aria-pressed", String(this.outlines[name]));
      plot.show(this.shown);
    }
  }

  /** What is picked or selected has changed for longer than a moment. */
  told() {
    this.repaint();
    this.heard.textContent = this.picks.isEmpty ? "" : (this.panel.line.textContent ?? "");
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
    for (const { plot } of this.slots) plot.ring(pinned, hovered, this.panel.picture(pictured));
    const rows = selected && this.visible([...selected]);
    const row = hovered ?? (rows ? null : pinned);
    const plots = this.slots.flatMap(({ content }) => content?.points ?? []);
    this.panel.show({ row, rows }, (one) => !plots.length || plots.some(({ indices }) => indices.has(one)));
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
