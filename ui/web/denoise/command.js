/** The command that trains a model against the corruption on the screen. */

import { button, element } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";

const COPIED_FOR_MS = 2000;
const RECIPE = "ae-30";

/** @param {import("./settings.js").Settings} settings its level above 0 @returns {string} */
function commandLine({ kind, level }) {
  const size = Number(level.toFixed(3));
  const out = `checkpoints/dae-${kind}-${size}`;
  return `python -m vae_core train ${RECIPE} --corruption ${kind} --level ${size} --out ${out}`;
}

export class Command {
  constructor() {
    this.code = element("code", { tabindex: 0 });
    this.button = button("Copy", () => this.copy(), { "aria-live": "polite" });
    this.element = element(
      "section",
      { class: "command" },
      element("h3", {}, ...glossed("Train against this corruption", "corruption")),
      element("div", { class: "toolbar" }, this.code, this.button),
    );
  }

  /** @param {import("./settings.js").Settings} settings */
  show(settings) {
    const words = settings.level > 0 ? commandLine(settings) : "At level 0 there is nothing to learn: raise it.";
    if (this.code.textContent === words) return;
    this.code.textContent = words;
    this.button.hidden = settings.level === 0;
    this.button.textContent = "Copy";
  }

  async copy() {
    const words = this.code.textContent ?? "";
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // No clipboard on plain http outside localhost, and a visitor may deny it: what is selected is copied by hand.
      window.getSelection()?.selectAllChildren(this.code);
      this.button.textContent = "Press Ctrl-C";
      return;
    }
    this.button.textContent = "Copied";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.button.textContent = "Copy"), COPIED_FOR_MS);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
