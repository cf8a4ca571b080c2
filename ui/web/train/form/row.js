/** One line of the form: its word, its control, and what is wrong with it. */

import { element } from "../../kit/dom.js";
import { BESIDE, control, WORDS } from "./fields.js";

/** @typedef {import("./plan.js").Field} Field */
/** @typedef {Exclude<Field, "recipe">} RowField */

export class Row {
  /**
   * @param {RowField} field the first of at most two in it
   * @param {import("./fields.js").Write} write
   * @param {(field: RowField) => void} onLook a hand is at it
   */
  constructor(field, write, onLook) {
    const second = /** @type {RowField | undefined} */ (BESIDE[field]);
    this.fields = second ? [field, second] : [field];
    this.controls = this.fields.map((one) => control(one, write));
    this.problem = element("p", { class: "problem", id: `${field}-problem`, hidden: true });
    const cells = this.fields.flatMap((one, i) => {
      const [words, hint] = WORDS[one];
      const place = this.controls[i].element;
      // A group is named by itself.
      const isOne = place.id !== "";
      const word = isOne
        ? element("label", { for: place.id, title: hint }, words)
        : element("span", { class: "word", title: hint }, words);
      if (isOne) place.setAttribute("aria-describedby", this.problem.id);
      place.addEventListener("focusin", () => onLook(one));
      return [word, place];
    });
    this.element = element("div", { class: `field ${second ? "two" : ""}`.trim() }, ...cells, this.problem);
    this.element.dataset.field = field;
  }

  /**
   * @param {import("./plan.js").Values} values @param {Partial<import("./plan.js").Values>} usual in an empty field
   * @param {Partial<Record<Field, string>>} problems @param {boolean} isUsed by this kind of model
   */
  show(values, usual, problems, isUsed) {
    this.element.hidden = !isUsed;
    this.fields.forEach((field, i) => {
      this.controls[i].show(values[field], usual[field] ?? "");
      this.controls[i].element.setAttribute("aria-invalid", String(isUsed && field in problems));
    });
    const words = this.fields.map((field) => problems[field]).find(Boolean) ?? "";
    if (this.problem.textContent !== words) this.problem.textContent = words;
    this.problem.hidden = !words;
  }
}
