/** All runs: which is watched or compared, and what can be done with each. */

import { element } from "../../kit/dom.js";

export class RunList {
  /** @param {(names: string[]) => void} onChoice of what is to be watched */
  constructor(onChoice) {
    this.onChoice = onChoice;
    this.element = element("section", { class: "runs", "aria-label": "Runs" });
  }

  /** @param {import("../data.js").Data} data */
  take(data) {
    this.data = data;
  }

  /** @param {string} name of a run that has just been asked for */
  select(name) {
    this.onChoice([name]);
  }

  close() {}
}
