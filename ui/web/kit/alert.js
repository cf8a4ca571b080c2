/** What went wrong, in one sentence, and a button to try it again. */

import { button, element } from "./dom.js";

export class Alert {
  constructor() {
    this.element = element("div", { class: "alert", role: "alert", hidden: true });
  }

  /** @param {string} words @param {() => void} again what the button does */
  show(words, again) {
    const onclick = () => {
      this.hide();
      again();
    };
    this.element.replaceChildren(element("p", {}, words), button("Try again", onclick));
    this.element.hidden = false;
  }

  hide() {
    this.element.hidden = true;
  }
}
