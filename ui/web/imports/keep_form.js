/** What the checkpoint is to be called, and the button that keeps it. */

import { element } from "../kit/dom.js";
import { isName, NAME_RULE } from "../kit/names.js";
import { nameFor } from "./files.js";

export class KeepForm {
  /** @param {(name: string) => void} onKeep */
  constructor(onKeep) {
    /** The file that the name was made of. */
    this.file = "";
    /** @type {string[]} */
    this.taken = [];
    this.isBusy = false;
    this.problem = element("p", { class: "problem", id: "import-name-problem" });
    this.name = element("input", {
      ...{ id: "import-name", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" },
      "aria-describedby": this.problem.id,
      oninput: () => this.check(),
    });
    this.button = element("button", { class: "start" }, "Keep it");
    const submit = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      if (this.check()) onKeep(this.name.value.trim());
      else this.name.focus();
    };
    this.element = element(
      "form",
      { class: "form", "aria-label": "Keep it", novalidate: true, onsubmit: submit },
      element("div", { class: "field" }, element("label", { for: "import-name" }, "Name"), this.name, this.problem),
      this.button,
    );
  }

  /** @param {string} file that it is called after @param {import("./data.js").Data} data @param {boolean} isBusy */
  show(file, { endings, names }, isBusy) {
    this.taken = names;
    this.isBusy = isBusy;
    this.button.textContent = isBusy ? "One moment …" : "Keep it";
    if (file !== this.file) {
      this.file = file;
      this.name.value = nameFor(file, endings, names);
    }
    this.check();
  }

  /** @returns {boolean} whether it can be kept so */
  check() {
    const name = this.name.value.trim();
    const isTaken = this.taken.includes(name);
    this.problem.textContent = isTaken ? `There is a model ${name} already.` : isName(name) ? "" : NAME_RULE;
    const isWrong = this.problem.textContent !== "";
    this.name.setAttribute("aria-invalid", String(isWrong));
    this.button.setAttribute("aria-disabled", String(isWrong || this.isBusy));
    return !isWrong && !this.isBusy;
  }
}
