/** What went wrong, in one sentence, and where that may help a button to try it again. */

import { button, element } from "./dom.js";

export class Alert {
  constructor() {
    this.element = element("div", { class: "alert", role: "alert", hidden: true });
  }

  /** @param {string} words an empty string for none @param {() => void} [again] what the button does */
  show(words, again) {
    const retry = () => {
      this.hide();
      again?.();
    };
    this.element.replaceChildren(element("p", {}, words), ...(again ? [button("Try again", retry)] : []));
    this.element.hidden = !words;
  }

  /** What it says; empty where nothing went wrong. */
  get problem() {
    return this.element.hidden ? "" : (this.element.firstChild?.textContent ?? "");
  }

  hide() {
    this.element.hidden = true;
  }
}
