/** Every code of a picture in one strip, sorted by its KL divergence: N(0, 1), q(z|x), z, and the KL as a bar below. */

import { oneTabStop } from "../../kit/controls.js";
import { button, coordinateName, element, formatNumber, roundUp, svg } from "../../kit/dom.js";

/** @typedef {{i: number, mu: number, sigma: number, kl: number, isActive: boolean}} Code `kl` in nats */

// As many columns as the eye can tell apart; the codes beyond have the least KL.
const MOST = 64;
const REACH = 4;
const DEVIATIONS = 3;
// Nats of the highest bar, at least: what is almost nothing is not to look like much.
const LEAST = 1;
/** A bell on its side, of height 1 to either hand, in units of sigma. */
const BELL = (() => {
  const ts = Array.from({ length: 33 }, (_, k) => (k - 16) / 5);
  const place = (/** @type {number} */ side) => (/** @type {number} */ t) => `${side * Math.exp((-t * t) / 2)} ${t}`;
  return `M${[...ts.map(place(1)), ...ts.reverse().map(place(-1))].join("L")}Z`;
})();

export class Codes {
  /** @param {Code[]} codes that `takePicture` reads anew @param {string} name of the model @param {(code: number) => void} onPick */
  constructor(codes, name, onPick) {
    this.codes = codes;
    /** @type {Code[]} in the order of the columns */
    this.order = codes.slice(0, MOST);
    /** How far the strip goes from 0. */
    this.reach = REACH;
    this.columns = this.order.map((_, k) => new Column(() => onPick(this.order[k].i)));
    this.rest = element("p", { class: "numbers-line", hidden: codes.length <= MOST });
    const strip = element(
      "div",
      { class: "codes", role: "radiogroup", "aria-label": `Codes of ${name}` },
      ...this.columns.map((column) => column.element),
    );
    this.stopAt = oneTabStop(
      strip,
      this.columns.map((column) => column.element),
      { onMove: (k) => onPick(this.order[k].i) },
    );
    this.element = element("div", {}, strip, this.rest);
  }

  /** The code with the largest KL. */
  get first() {
    return this.order[0].i;
  }

  /** Puts the codes in order. */
  sort() {
    const sorted = [...this.codes].sort((a, b) => b.kl - a.kl || a.i - b.i);
    this.order = sorted.slice(0, MOST);
    const left = sorted.slice(MOST).reduce((sum, { kl }) => sum + kl, 0);
    this.rest.textContent = `${sorted.length - this.order.length} more codes have ${formatNumber(left)} nats together`;
    this.takePicture();
  }

  /** The codes are those of another picture. */
  takePicture() {
    const finite = this.codes.map(({ kl }) => kl).filter(Number.isFinite);
    const farthest = Math.max(...this.order.map(({ mu, sigma }) => Math.abs(mu) + DEVIATIONS * sigma));
    this.reach = farthest > REACH ? roundUp(farthest) : REACH;
    const most = Math.max(...finite, LEAST);
    this.columns.forEach((column, k) => column.takePicture(this.order[k], this.reach, most));
  }

  /** @param {Float64Array} z of every code @param {number} current the code in hand */
  paint(z, current) {
    this.columns.forEach((column, k) => {
      const { i } = this.order[k];
      column.paint(z[i] / this.reach, i === current);
      if (i === current) this.stopAt(k);
    });
  }
}

class Column {
  /** @param {() => void} onPick */
  constructor(onPick) {
    this.q = svg("path", { class: "q", d: BELL });
    this.svg = svg(
      "svg",
      { preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("path", { class: "prior", d: BELL }),
      this.q,
    );
    this.z = element("i", { class: "z" });
    this.bar = element("i");
    this.name = element("span", { class: "code-name" });
    this.element = button(
      element("span", { class: "bells" }, this.svg, this.z),
      onPick,
      { class: "code", role: "radio" },
      element("span", { class: "bar" }, this.bar),
      this.name,
    );
  }

  /** @param {Code} code @param {number} reach @param {number} most KL of the highest bar */
  takePicture({ i, mu, sigma, kl, isActive }, reach, most) {
    const name = coordinateName(i);
    this.svg.setAttribute("viewBox", `-1 ${-reach} 2 ${2 * reach}`);
    this.q.setAttribute("transform", `translate(0 ${-mu}) scale(1 ${sigma})`);
    this.bar.style.height = `${100 * Math.min(1, kl / most)}%`;
    this.element.toggleAttribute("data-active", isActive);
    this.element.dataset.code = String(i);
    this.name.textContent = name;
    const words = `${name}${isActive ? "" : ", inactive"}: KL ${Number.isFinite(kl) ? `${formatNumber(kl)} nats` : "infinite"}, μ ${formatNumber(mu)}, σ ${formatNumber(sigma)}`;
    this.element.title = words;
    this.element.setAttribute("aria-label", words);
  }

  /** @param {number} at z, as a share of the strip's reach @param {boolean} isCurrent */
  paint(at, isCurrent) {
    this.z.style.top = `${50 - 50 * Math.max(-1, Math.min(1, at))}%`;
    this.element.setAttribute("aria-checked", String(isCurrent));
  }
}
