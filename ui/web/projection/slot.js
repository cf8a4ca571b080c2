/** One side: a model's name, its plot, and a sentence where there is none. */

import { button, element, modelTag } from "../kit/dom.js";
import { column, text, title } from "../kit/png.js";
import { addressBelow, tellIfSlow } from "../server/load.js";
import { axisTitles, OUTLINES } from "./figure.js";
import { Plot } from "./plot.js";
import { loadPoints, Placing } from "./points.js";

/** @typedef {import("./figure.js").Outline} Outline */
/** @typedef {{address: string, axes: string[]}} Drawing where points are, and the titles of their axes */
/**
 * @typedef {object} SideData see ui/components/projection.py
 * @property {string} name @property {string} label
 * @property {{light: string, dark: string}} colour @property {number[]} shape
 * @property {number} classes
 * @property {string} projection @property {string} csv addresses
 * @property {string[]} axes
 * @property {string | null} problem
 * @property {Drawing | null} growing
 */

const KEYS = "Left and right arrow: the digit before and after. N: the nearest code. Home: all in view. Escape: none.";
// Between two looks at what is under way.
const GROW_MS = 600;

export class Slot {
  /**
   * @param {"left" | "right"} kind
   * @param {import("./plot.js").Listener} listener
   * @param {() => void} onContent what is drawn has changed, or where a code lies in it
   * @param {(name: Outline) => void} onToggle
   */
  constructor(kind, listener, onContent, onToggle) {
    this.onContent = onContent;
    this.plot = new Plot(listener);
    this.placing = new Placing(onContent);
    this.name = element("span", { class: "name" });
    this.csv = element("a", { download: true, hidden: true, title: "Points and codes as CSV" }, "CSV");
    this.outlines = {
      fitted: outlineButton("fitted", ["95 % of the ", "fitted Gaussian"], () => onToggle("fitted")),
      prior: outlineButton("prior", ["95 % of ", "N(0, I)"], () => onToggle("prior")),
    };
    this.sentence = element("div", { class: "sentence toolbar", hidden: true });
    const keys = element("p", { class: "heard", id: `keys-${kind}` }, KEYS);
    this.plot.element.setAttribute("aria-describedby", keys.id);
    this.element = element(
      "section",
      { class: `slot ${kind}` },
      modelTag(this.name, { as: "p" }, ...Object.values(this.outlines), this.csv),
      element("div", { class: "stage" }, this.plot.element, this.sentence),
      keys,
    );
    /** What is here, or on its way. @type {string | null} */
    this.wanted = null;
    /** @type {Drawing | null | undefined} */
    this.growing = null;
    /** @type {Promise<void>} */
    this.loading = Promise.resolve();
  }

  /** @returns {import("./plot.js").Content | null} what is drawn */
  get content() {
    return this.plot.content;
  }

  /**
   * Draws what is asked for, unless it is drawn or on its way; what is drawn stays until then.
   * @param {SideData} data @param {string} digits
   * @returns {Promise<void>} once it is drawn, or a sentence is in its place, or something else is asked for
   */
  load(data, digits) {
    const { name, label, problem, projection, axes } = data;
    this.name.replaceChildren(element("b", {}, name), ` ${label}`);
    this.name.title = `${name} ${label}`;
    this.csv.href = addressBelow(data.csv).href;
    const wanted = JSON.stringify([name, problem ?? projection, axes, digits]);
    const isGivenUp = !data.growing && this.element.hasAttribute("data-growing");
    if (wanted !== this.wanted || isGivenUp) {
      this.wanted = wanted;
      this.loading = this.fetch(data, digits, wanted);
    }
    if (data.growing?.address !== this.growing?.address) {
      this.growing = data.growing;
      void this.loading.then(() => this.grow(data, digits));
    }
    return this.loading;
  }

  /** @param {SideData} data @param {string} digits @param {string} wanted */
  async fetch(data, digits, wanted) {
    if (data.problem) return this.say(data.problem);
    this.element.setAttribute("aria-busy", "true");
    try {
      await this.show(data, { address: data.projection, axes: data.axes }, digits, wanted);
    } catch (error) {
      if (wanted !== this.wanted) return;
      this.wanted = null;
      this.say(/** @type {Error} */ (error).message, () => {
        this.wait(data.name);
        void this.load(data, digits);
      });
    } finally {
      if (wanted === this.wanted) this.element.removeAttribute("aria-busy");
    }
  }

  /** @param {SideData} data @param {Drawing} drawing @param {string} digits @param {string | null} wanted */
  async show({ name, projection }, { address, axes }, digits, wanted) {
    const points = await tellIfSlow(loadPoints(address), () => this.content || this.wait(name));
    const isSame = this.content?.points.axes.every((axis, k) => axis.every((x, i) => x === points.axes[k]?.[i]));
    const isGrowing = address !== projection;
    if (wanted !== this.wanted || (isGrowing && (isSame || !points.count))) return;
    this.element.toggleAttribute("data-growing", isGrowing);
    this.sentence.hidden = true;
    this.csv.hidden = false;
    for (const outline of OUTLINES) this.outlines[outline].hidden = !points.outlines[outline];
    const query = new URLSearchParams(address.split("?")[1]);
    const method = query.get("method");
    query.delete("count");
    // The directions of space are much alike from model to model; a zoom is into the points of one.
    const key = JSON.stringify([digits, axes.length, ...(axes.length === 3 ? [method] : [name, ...query])]);
    this.plot.element.setAttribute("aria-label", `Codes of ${name}, ${axisTitles(points, axes).join(", ")}`);
    this.plot.show({ points, titles: axes, key, model: name, address });
    this.onContent();
  }

  /** Shows what is under way grow, until it is here or cannot be had. @param {SideData} data @param {string} digits */
  async grow(data, digits) {
    const { growing } = data;
    if (!growing || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    while (growing === this.growing) {
      await new Promise((resolve) => setTimeout(resolve, GROW_MS));
      if (growing !== this.growing || document.hidden) continue;
      try {
        await this.show(data, growing, digits, this.wanted);
      } catch {
        // What is there stays: the result comes another way, with words where it fails.
        return;
      }
    }
  }

  /**
   * @param {import("../server/models.js").Latent} latent @param {Float32Array} z [dim], a code of it without a point
   * @returns {import("./points.js").Placed | null} null where there is no plot of it
   */
  place(latent, z) {
    const { content } = this;
    return content?.model === latent.name ? this.placing.at(content.points, content.address, latent, z) : null;
  }

  /** @param {import("./figure.js").Look} look @param {import("./figure.js").Shown} shown */
  paint(look, shown) {
    for (const name of OUTLINES) this.outlines[name].setAttribute("aria-pressed", String(shown.outlines[name]));
    this.plot.paint(look, shown);
  }

  /**
   * @param {{name: string, label: string}} model @param {boolean} isFilled its mark
   * @param {import("./figure.js").Look} look @param {import("./figure.js").Shown} shown
   */
  cell({ name, label }, isFilled, look, shown) {
    const { width } = this.plot.size;
    const words = text(this.sentence.querySelector("p")?.textContent ?? "", { width });
    const drawn = this.content ? this.plot.cell(look, shown) : words;
    return column([title(name, look.colour, isFilled, width, label), drawn]);
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
      ...(again ? [button("Try again", again)] : []),
    );
    this.sentence.hidden = false;
    this.element.removeAttribute("aria-busy");
  }

  /** What is on its way is not drawn. */
  close() {
    this.wanted = this.growing = null;
    this.placing.close();
    this.plot.close();
  }
}

/**
 * @param {Outline} name
 * @param {[string, string]} words the first are left out where the model's name needs their room
 * @param {() => void} onToggle
 */
const outlineButton = (name, [share, what], onToggle) =>
  button(
    element("span", { class: "share" }, share),
    onToggle,
    {
      class: `outline ${name}`,
      "aria-label": share + what,
      "aria-pressed": "true",
      title: "Show or hide the line that holds 95 % of it",
      hidden: true,
    },
    what,
  );
