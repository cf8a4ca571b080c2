/** What the linear VAE says of the models that are here, beside what they have. */

import { element } from "../../kit/dom.js";
import { shortly } from "./text.js";

/**
 * @typedef {object} Survivor
 * @property {string} name
 * @property {"squared_error" | "cross_entropy"} error
 * @property {number | null} beta null of the KL term alone
 * @property {number} latent_dim
 * @property {number | null} active null as long as that is not known
 */

const NAMES = new Intl.ListFormat("en");

export class Survivors {
  constructor() {
    /** @type {Survivor[]} */
    this.all = [];
    /** @type {HTMLTableRowElement[]} */
    this.rows = [];
    this.body = element("tbody");
    const headings = ["VAE", "β", "codes", "forecast", "active"];
    this.element = element(
      "div",
      { class: "survivors", tabindex: 0, role: "region", "aria-label": "Forecast and truth of the VAEs that are here" },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...headings.map((words) => element("th", { scope: "col" }, words)))),
        this.body,
      ),
    );
  }

  /** @param {Survivor[]} all @param {(beta: number, latentDim: number) => number} forecast how many codes survive */
  open(all, forecast) {
    this.all = all;
    this.rows = all.map(({ name, error, beta, latent_dim: codes, active }) => {
      const isLinear = error === "squared_error";
      const cells = [
        beta === null ? "KL only" : shortly(beta),
        String(codes),
        isLinear ? String(forecast(beta ?? Infinity, codes)) : "–",
        active === null ? "…" : String(active),
      ];
      return element(
        "tr",
        { title: isLinear ? null : "Trained on cross-entropy, of which there is no forecast" },
        element("th", { scope: "row" }, name),
        ...cells.map((words) => element("td", {}, words)),
      );
    });
    this.body.replaceChildren(...this.rows);
    this.element.hidden = !all.length;
  }

  /**
   * Marks those that were trained on this loss.
   * @param {Survivor["error"] | null} error @param {number} beta @param {number} codes
   * @returns {string} what they have
   */
  show(error, beta, codes) {
    const same = this.all.filter((one, i) => {
      const isSame =
        one.error === error &&
        one.beta !== null &&
        one.latent_dim === codes &&
        Math.abs(one.beta - beta) <= 1e-3 * beta;
      this.rows[i].toggleAttribute("data-current", isSame);
      return isSame && one.active !== null;
    });
    return NAMES.format(same.map(({ name, active }) => `${name} has ${active}`));
  }
}
