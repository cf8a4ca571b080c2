/** What is to be trained, and how: each field with what it does, and before Start how large and how long. */

import { element } from "../../kit/dom.js";

export class Form {
  /** @param {(name: string) => void} onStart a run of that name has been asked for */
  constructor(onStart) {
    this.onStart = onStart;
    this.element = element("section", { class: "form", "aria-label": "A new training" });
  }

  /** @param {import("../data.js").Data} data */
  take(data) {
    this.data = data;
  }
}
