/** What went wrong, in one sentence, and a button to try it again. */

import { button, element } from "./dom.js";

export class Alert {
  constructor() {
    this.element = element("div", { class: "alert", role: "alert", hidden: true });
  }

  /** @param {string} words @param {() => void} [again] what the button does; left out, there is none */
  show(words, again) {
    const onclick = () => {
      this.hide();
      again?.();
    };
    this.element.replaceChildren(element("p", {}, words), ...(again ? [button("Try again", onclick)] : []));
    this.element.hidden = false;
  }

  /** What it says; empty where nothing went wrong. */
  get problem() {
    return this.element.hidden ? "" : (this.element.firstChild?.textContent ?? "");
  }

  hide() {
    this.element.hidden = true;
  }
}
