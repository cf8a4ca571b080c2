/** The KL of each code as bars: which of them a VAE uses. */

import { element, formatNumber, roundUp } from "../../kit/dom.js";
import { glossed } from "../../kit/glosses.js";
import { Plot } from "../../kit/plot.js";
import { get, put } from "../../state/parameters.js";
import { around } from "./history.js";

/** @typedef {import("./history.js").Epoch} Epoch */

const PAD = 0.12;
// Fewer are seen at once.
const MANY = 4;
const LOWEST = 60;

export class Bars {
  /** @param {() => void} onOrder they are to be built and drawn anew */
  constructor(onOrder) {
    this.plot = new Plot("KL of each code", axisX(1), axisY(1), { height: 180 });
    this.sum = element("b");
    this.used = element("p", { class: "used" });
    this.sorted = element("input", {
      type: "checkbox",
      checked: get("sorted"),
      onchange: () => {
        put("sorted", this.sorted.checked);
        onOrder();
      },
    });
    const title = element("p", {}, ...glossed("KL ", "kl"), this.sum, ...glossed(" nats", "nat"));
    this.choice = element("label", { class: "check", title: "The largest first" }, this.sorted, "sorted");
    this.element = element(
      "section",
      { class: "bars", "aria-label": "KL of each code" },
      element("header", {}, title, this.choice),
      this.used,
      this.plot.element,
    );
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.plot.element);
    this.axes = "";
    this.said = "";
  }

  /** As high as the place that it has. */
  measure() {
    const { plot } = this;
    const height = plot.element.clientHeight;
    if (height < LOWEST || height === plot.height) return;
    plot.height = height;
    plot.svg.setAttribute("height", String(height));
    plot.redraw();
  }

  /** @param {readonly Epoch[]} epochs of one scale, which the first ones may exceed */
  build(epochs) {
    let [most, dim] = [0, 0];
    for (const { klCodes } of epochs.slice(Math.floor(epochs.length / 3))) {
      dim = Math.max(dim, klCodes.length);
      for (const nats of klCodes) most = Math.max(most, nats);
    }
    this.choice.hidden = dim < MANY;
    const top = roundUp(Math.max(most, 0.1));
    const axes = `${top} ${dim} ${get("sorted")}`;
    if (axes === this.axes) return;
    this.axes = axes;
    this.plot.axes(axisX(Math.max(1, dim)), axisY(top));
  }

  /** @param {readonly Epoch[]} epochs @param {number} at in epochs */
  draw(epochs, at) {
    const found = around(epochs, at);
    const isKnown = found !== null && found.before.klCodes.length > 0;
    this.element.toggleAttribute("data-lacks", !isKnown);
    if (!found || !isKnown) return;
    const { before, after, share } = found;
    const to = after.klCodes.length === before.klCodes.length ? after.klCodes : before.klCodes;
    const nats = before.klCodes.map((one, d) => one + share * (to[d] - one));
    const nearest = share > 0.5 ? after : before;
    const order = Array.from(nats.keys());
    const ranked = [...order].sort((a, b) => nats[b] - nats[a]);
    const used = new Set(ranked.slice(0, nearest.active ?? nats.length));
    const places = get("sorted") ? ranked : order;
    this.area("unused", places, nats, (d) => !used.has(d));
    this.area("used", places, nats, (d) => used.has(d));
    this.say(nearest);
  }

  /** @param {string} key @param {number[]} places of each the code @param {Float32Array} nats @param {(d: number) => boolean} isMeant */
  area(key, places, nats, isMeant) {
    /** @type {[number[], number[]]} */
    const [xs, ys] = [[], []];
    places.forEach((d, x) => {
      if (!isMeant(d)) return;
      xs.push(x - 0.5 + PAD, x - 0.5 + PAD, x + 0.5 - PAD, x + 0.5 - PAD);
      ys.push(0, nats[d], nats[d], 0);
    });
    this.plot.area(key, xs, ys, 0, `bar ${key}`);
  }

  /** @param {Epoch} epoch */
  say({ epoch, kl, active, klCodes }) {
    const said = `${epoch} ${kl} ${active}`;
    if (said === this.said) return;
    this.said = said;
    this.sum.textContent = formatNumber(kl);
    this.used.replaceChildren(
      ...(active === null ? [] : glossed(`${active} of ${klCodes.length} codes active`, "active")),
    );
    this.element.dataset.epoch = String(epoch);
  }

  close() {
    this.observer.disconnect();
    this.plot.close();
  }
}

/**
 * @param {number} dim
 * @returns {import("../../kit/plot.js").Axis} with the numbers of codes, where these stand in their order
 */
const axisX = (dim) => ({
  label: "",
  from: -0.6,
  to: dim - 0.4,
  ticks: get("sorted") ? [] : dim < MANY ? [...Array(dim).keys()] : undefined,
});

/** @param {number} to @returns {import("../../kit/plot.js").Axis} */
const axisY = (to) => ({ label: "", from: 0, to });
