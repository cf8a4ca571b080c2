/** What a file leaves open, the set that it is tried on, and the shape of a picture: each can be told otherwise. */

import { element } from "../kit/dom.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./server.js").Found} Found */
/** @typedef {import("./server.js").Question} Question */
/** @typedef {import("./server.js").Told} Told */

const GUESS = "";
const SHAPE_KEY = "shape";
// Of `is_shape` in vae_core/config.py.
const SHAPE = /^\s*([13])\s*[x×, ]\s*(\d{1,2})\s*[x×, ]\s*(\d{1,2})\s*$/i;
const [LEAST_SIDE, MOST_SIDE] = [8, 64];
const SHAPE_RULE = "1 or 3 channels, height and width of 8 to 64, as in 1 x 28 x 28.";

/** @param {number[]} shape @returns {string} */
export const shapeText = (shape) => shape.join(" x ");

/** @param {string} text @returns {number[] | null} */
export function shapeIn(text) {
  const sides = SHAPE.exec(text)?.slice(1).map(Number);
  const fits = (/** @type {number} */ side) => side >= LEAST_SIDE && side <= MOST_SIDE;
  return sides?.slice(1).every(fits) ? sides : null;
}

export class Questions {
  /** @param {(told: Told) => void} onTold a hand has changed one */
  constructor(onTold) {
    this.onTold = onTold;
    /** The control that a hand has changed: it gets the focus back. */
    this.asked = "";
    /** @type {Record<string, string>} */
    this.wishes = {};
    /** Where a hand has said it. @type {number[] | null} */
    this.shape = null;
    this.digits = element("select", { id: "import-digits", onchange: () => this.tell("import-digits") });
    this.problem = element("p", { class: "problem", id: "import-shape-problem" });
    this.shapes = element("datalist", { id: "import-shapes" });
    this.sides = element("input", {
      id: "import-shape",
      type: "text",
      autocomplete: "off",
      placeholder: "as the file shows",
      list: "import-shapes",
      "aria-describedby": this.problem.id,
      onchange: () => this.tellShape(),
    });
    this.open = element("div", { class: "open-questions" });
    this.element = element(
      "div",
      { class: "form", role: "group", "aria-label": "What the file leaves open" },
      element("p", { class: "hint" }, "What you know better is tried again."),
      this.open,
      field("Tried on", this.digits),
      field("A picture is", this.sides, this.shapes, this.problem),
    );
  }

  /** @param {Found | null} found @param {Data} data */
  show(found, { sets, digits }) {
    const options = sets.map(({ name, label }) => element("option", { value: name }, label));
    this.digits.replaceChildren(...options);
    this.digits.value = found?.digits ?? digits;
    this.sides.value = found ? shapeText(found.shape) : "";
    this.refuse("");
    const isShape = (/** @type {Question} */ { key }) => key === SHAPE_KEY;
    const questions = (found?.questions ?? []).filter((question) => !isShape(question));
    const shapes = found?.questions.find(isShape);
    this.shapes.replaceChildren(
      ...(shapes?.options ?? []).map(({ value }) => element("option", { value: shapeText(value) })),
    );
    this.shape = shapes?.known ? shapes.value : null;
    this.wishes = Object.fromEntries(questions.filter(({ known }) => known).map(({ key, value }) => [key, value]));
    this.open.replaceChildren(...questions.map((question) => this.select(question)));
    if (this.asked) /** @type {HTMLElement | null} */ (this.element.querySelector(`#${this.asked}`))?.focus();
    this.asked = "";
  }

  /** @param {Question} question */
  select({ key, label, value, known, options }) {
    const id = `import-${key}`;
    const onchange = () => {
      if (select.value === GUESS) delete this.wishes[key];
      else this.wishes[key] = select.value;
      this.tell(id);
    };
    const select = element("select", { id, onchange });
    // A guess that was right can be told, too: then it is not tried any more.
    const guessed = options.find((option) => option.value === value)?.label ?? "not the same everywhere";
    const first = known ? "guess it" : `guess: ${guessed}`;
    select.append(
      element("option", { value: GUESS }, first),
      ...options.map((option) => element("option", { value: option.value }, option.label)),
    );
    select.value = known ? value : GUESS;
    return field(capital(label), select);
  }

  tellShape() {
    const shape = shapeIn(this.sides.value);
    this.refuse(shape ? "" : SHAPE_RULE);
    if (!shape) return;
    this.shape = shape;
    this.tell(this.sides.id);
  }

  /** @param {string} words why the shape is none; empty where it is one */
  refuse(words) {
    this.problem.textContent = words;
    this.sides.setAttribute("aria-invalid", String(words !== ""));
  }

  /** @param {string} asked which control a hand has changed */
  tell(asked) {
    this.asked = asked;
    this.onTold({ wishes: this.wishes, digits: this.digits.value, shape: this.shape });
  }

  /** @param {boolean} isBusy */
  wait(isBusy) {
    for (const one of this.element.querySelectorAll("select, input")) one.toggleAttribute("disabled", isBusy);
  }
}

/** @param {string} words @returns {string} */
export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** @param {string} label @param {HTMLElement} control @param {...HTMLElement} more */
const field = (label, control, ...more) =>
  element("div", { class: "field" }, element("label", { for: control.id }, label), control, ...more);
