/** What a run tells while it goes on, or those that are compared: progress, curves, codes, film. */

import { element } from "../../kit/dom.js";

export class Watch {
  /** @param {HTMLElement} root of the component, for its theme */
  constructor(root) {
    this.root = root;
    this.element = element("section", { class: "watch", "aria-label": "The training" });
  }

  /** @param {import("../data.js").Data} data */
  take(data) {
    this.data = data;
  }

  /** @param {string[]} names of runs: one to watch, several to compare */
  show(names) {
    this.names = names;
  }

  close() {}
}
