/** H(P, Q) = H(P) + D(P || Q) as one bar of two parts. */

import { element } from "../../kit/dom.js";

const TITLES = {
  cross: (/** @type {string} */ of, /** @type {string} */ by) =>
    `Mean surprise of who expects ${by} where ${of} is true`,
  own: (/** @type {string} */ of) => `Mean surprise of who expects ${of}, and ${of} is true`,
};

export class Identity {
  /** @param {"P" | "Q"} of which is true @param {"P" | "Q"} by which is expected */
  constructor(of, by) {
    this.cross = element("output", { title: TITLES.cross(of, by) });
    this.own = element("output", { title: TITLES.own(of) });
    this.extra = element("output", { title: `What expecting ${by} costs where ${of} is true` });
    this.names = [`H(${of}, ${by})`, `H(${of})`, `D(${of} ‖ ${by})`];
    const [whole, first, second] = this.names.map((name) => element("span", {}, name));
    this.element = element(
      "section",
      { class: "identity", "aria-label": this.names[0] },
      element(
        "p",
        {},
        whole,
        " ",
        this.cross,
        " = ",
        element("span", { class: "own" }, first, " ", this.own),
        " + ",
        element("span", { class: "extra" }, second, " ", this.extra),
      ),
      element(
        "div",
        { class: "stack", "aria-hidden": "true" },
        element("i", { class: "own" }),
        element("i", { class: "extra" }),
      ),
    );
  }

  /**
   * @param {number | null} entropy @param {number | null} kl in nats, null where there is none
   * @param {number} most at the end of the bar, in nats
   * @param {(nats: number | null) => string} format
   */
  show(entropy, kl, most, format) {
    this.cross.textContent = format(entropy === null || kl === null ? null : entropy + kl);
    this.own.textContent = format(entropy);
    this.extra.textContent = format(kl);
    const own = (entropy ?? 0) / most;
    this.element.style.setProperty("--own", String(own));
    this.element.style.setProperty("--extra", String(Math.min(1 - own, (kl ?? 0) / most)));
    this.element.toggleAttribute("data-infinite", kl === Infinity);
  }
}
