/** One side: a model's name, its plot, and a sentence where there is none. */

import { hasWebGL, loadPlotly, turn } from "../frame/plotly.js";
import { element } from "../kit/dom.js";
import { addressBelow, tellIfSlow } from "../server/load.js";
import { loadPoints } from "./data.js";
import { Placing } from "./place.js";
import { Plot } from "./plot.js";

/** @typedef {import("./plot.js").Content} Content */
/** @typedef {import("./projection.js").SideData} SideData */
/** @typedef {{sheets: (sheet: CSSStyleSheet) => void, look: () => import("./figure.js").Look,
 *   shown: () => import("./figure.js").Shown, tool: () => string | false}} Setting what both sides have in common */

const KEYS = "Left and right arrow: the digit before and after. N: the nearest code. Home: all in view. Escape: none.";

export class Slot {
  /**
   * @param {"left" | "right"} kind
   * @param {Setting} setting
   * @param {import("./plot.js").Listener} listener
   * @param {(name: "fitted" | "prior") => void} onToggle of an outline
   * @param {() => void} onPlaced the server has answered where a code lies
   */
  constructor(kind, setting, listener, onToggle, onPlaced) {
    this.setting = setting;
    this.plot = new Plot(listener);
    this.placing = new Placing(onPlaced);
    this.name = element("span", { class: "name" });
    this.csv = element("a", { download: true, hidden: true, title: "Points and codes as CSV" }, "CSV");
    this.outlines = {
      fitted: outlineButton("fitted", ["95 % of the ", "fitted Gaussian"], () => onToggle("fitted")),
      prior: outlineButton("prior", ["95 % of ", "N(0, I)"], () => onToggle("prior")),
    };
    this.sentence = element("div", { class: "sentence", hidden: true });
    const keys = element("p", { class: "heard", id: `keys-${kind}` }, KEYS);
    this.plot.element.setAttribute("aria-describedby", keys.id);
    this.element = element(
      "section",
      { class: `slot ${kind}` },
      element(
        "header",
        { class: "tag" },
        element("i", { class: "dot" }),
        this.name,
        ...Object.values(this.outlines),
        this.csv,
      ),
      element("div", { class: "stage" }, this.plot.element, this.sentence),
      keys,
    );
    /** What is on its way or here. @type {string | null} */
    this.wanted = null;
  }

  /** @returns {Content | null} what is drawn */
  get content() {
    return this.plot.content;
  }

  /**
   * Draws what is asked for, unless it is drawn or on its way; what is drawn stays until then.
   * @param {SideData} data @param {string} digits @param {boolean} [again] what has failed
   * @returns {Promise<void>} once it is drawn, or a sentence is in its place, or something else is asked for
   */
  async load(data, digits, again = false) {
    const wanted = JSON.stringify([data.name, data.problem ?? data.projection, data.axes, digits]);
    this.announce(data);
    if (wanted === this.wanted && !again) return this.loading;
    this.wanted = wanted;
    this.element.removeAttribute("data-growing");
    this.loading = this.fetch(data, digits, wanted);
    return this.loading;
  }

  /** @param {SideData} data @param {string} digits @param {string} wanted */
  async fetch(data, digits, wanted) {
    const lacksWebGL = data.axes.length === 3 && !hasWebGL();
    if (data.problem || lacksWebGL) {
      this.say(data.problem ?? "Three axes need WebGL, which this browser does not offer. Two axes work.");
      this.csv.hidden = Boolean(data.problem);
      return;
    }
    this.element.setAttribute("aria-busy", "true");
    try {
      const work = Promise.all([loadPlotly(), loadPoints(data.projection)]);
      const [{ plotly, sheet }, points] = await tellIfSlow(work, () => this.content || this.wait(data.name));
      await turn();
      if (wanted !== this.wanted) return;
      this.setting.sheets(sheet);
      this.data = data;
      this.csv.hidden = false;
      await this.show(plotly, points, data, digits);
    } catch (error) {
      if (wanted !== this.wanted) return;
      const again = () => {
        this.wait(data.name);
        void this.load(data, digits, true);
      };
      this.say(/** @type {Error} */ (error).message, again);
    } finally {
      if (wanted === this.wanted) this.element.removeAttribute("aria-busy");
    }
  }

  /**
   * @param {import("../frame/plotly.js").PlotlyLibrary} plotly @param {import("./data.js").Points} points
   * @param {SideData} data @param {string} digits
   */
  async show(plotly, points, data, digits) {
    this.sentence.hidden = true;
    const titles = data.axes;
    const method = new URLSearchParams(data.projection.split("?")[1]);
    const key = JSON.stringify([digits, method.get("method"), titles.length]);
    method.delete("count");
    const zoomKey = JSON.stringify([data.name, digits, [...method]]);
    const { look, shown, tool } = this.setting;
    for (const [name, button] of Object.entries(this.outlines)) button.hidden = !points[/** @type {"fitted"} */ (name)];
    const content = { points, titles, key, zoomKey, model: data.name, address: data.projection };
    await this.plot.draw(plotly, content, this.coloured(look()), shown(), tool());
  }

  /**
   * Draws what is under way as far as it is, where it has gone on.
   * @param {SideData} data @param {{address: string, axes: string[]}} growing of `data` @param {string} digits
   */
  async grow(data, { address, axes }, digits) {
    const { wanted } = this;
    const [{ plotly, sheet }, points] = await Promise.all([loadPlotly(), loadPoints(address)]);
    await turn();
    if (wanted !== this.wanted || !points.count) return;
    const isSame = this.content?.points.axes.every((axis, k) => axis.every((x, i) => x === points.axes[k]?.[i]));
    if (isSame) return;
    this.element.toggleAttribute("data-growing", true);
    this.setting.sheets(sheet);
    await this.show(plotly, points, { ...data, projection: address, axes }, digits);
  }

  /**
   * @param {import("./data.js").Latent} latent @param {Float32Array} z [dim], a code of it without a point
   * @returns {import("./place.js").Placed | null} null where there is no plot of it
   */
  place(latent, z) {
    const { content } = this;
    return content?.model === latent.name ? this.placing.at(content.points, content.address, latent, z) : null;
  }

  /** Where the theme has changed. */
  async recolour() {
    const { content, plot } = this;
    if (!content || !plot.plotly) return;
    const { look, shown, tool } = this.setting;
    await plot.draw(plot.plotly, content, this.coloured(look()), shown(), tool());
  }

  /** @param {import("./figure.js").Look} look */
  coloured(look) {
    return { ...look, colour: getComputedStyle(this.element).getPropertyValue("--colour").trim() };
  }

  /** @param {SideData} data */
  announce({ name, label, csv }) {
    this.name.replaceChildren(element("b", {}, name), ` ${label}`);
    this.name.title = `${name} ${label}`;
    this.plot.element.setAttribute("aria-label", `Codes of ${name}`);
    this.csv.href = addressBelow(csv).href;
  }

  /** @param {string} name */
  wait(name) {
    this.sentence.replaceChildren(element("p", {}, `loading ${name} …`));
    this.sentence.hidden = false;
  }

  /** @param {string} words in place of the plot @param {() => void} [again] */
  say(words, again) {
    this.plot.clear();
    this.csv.hidden = true;
    for (const button of Object.values(this.outlines)) button.hidden = true;
    this.sentence.replaceChildren(
      element("p", { role: "alert" }, words),
      ...(again ? [element("button", { type: "button", onclick: again }, "Try again")] : []),
    );
    this.sentence.hidden = false;
    this.element.removeAttribute("aria-busy");
  }

  /** What is on its way is not drawn. */
  close() {
    this.wanted = null;
    this.placing.close();
    this.plot.close();
  }
}

/**
 * @param {"fitted" | "prior"} name
 * @param {[string, string]} words the first are left out where the model's name needs their room
 * @param {() => void} onToggle
 */
const outlineButton = (name, [share, what], onToggle) =>
  element(
    "button",
    {
      type: "button",
      class: `outline ${name}`,
      "aria-label": share + what,
      "aria-pressed": "true",
      title: "Show or hide the line that holds 95 % of it",
      hidden: true,
      onclick: onToggle,
    },
    element("span", { class: "share" }, share),
    what,
  );
