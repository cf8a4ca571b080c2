/** Both decoded pictures, large, each with a line that tells where its z lies. */

import { lineOf } from "../maths/whereabouts.js";
import { digitCanvas, paint } from "./digits.js";
import { element, modelTag } from "./dom.js";

/** @typedef {import("../maths/whereabouts.js").Located & {model: import("../nn/nn.js").Model}} Side */

const NOTHING = "\u00a0";

/** @param {HTMLElement} element of the class "place" @param {import("../maths/whereabouts.js").Line} line */
export function sayPlace(element, { words, kind, title }) {
  if (element.title !== title) element.title = title;
  if (element.textContent === (words || NOTHING)) return;
  element.textContent = words || NOTHING;
  element.dataset.kind = kind;
}

class Picture {
  /** @param {"left" | "right"} side */
  constructor(side) {
    const id = `place-${side}`;
    this.canvas = digitCanvas({ class: "big", role: "img", "aria-describedby": id });
    this.name = element("span", { class: "name" });
    this.place = element("p", { class: "place", id }, NOTHING);
    this.waiting = false;
    this.element = element(
      "figure",
      { class: `picture ${side}` },
      this.canvas,
      element("figcaption", {}, modelTag(this.name), this.place),
    );
  }

  /** @param {{name: string, label: string}} model */
  announce({ name, label }) {
    this.name.replaceChildren(element("b", {}, name), ` ${label}`);
    this.name.title = `${name} ${label}`;
    this.canvas.setAttribute("aria-label", `z decoded by ${name}`);
    this.canvas.dataset.model = name;
  }

  /** @param {string | null} name of what is on its way; null where nothing is any more */
  wait(name) {
    if (!this.waiting && name === null) return;
    this.waiting = name !== null;
    this.say(name === null ? NOTHING : `loading ${name} …`);
  }

  /** @param {string} words */
  say(words) {
    sayPlace(this.place, { words, kind: "", title: "" });
  }

  /** @param {Side} side @param {ArrayLike<number>} z */
  update(side, z) {
    const picture = side.model.decode(z);
    paint(this.canvas, picture);
    if (!this.waiting) sayPlace(this.place, lineOf(side, z, picture));
  }
}

export class Pictures {
  constructor() {
    this.pictures = [new Picture("left"), new Picture("right")];
    this.heard = element("p", { class: "heard", role: "status" });
    this.element = element(
      "div",
      { class: "pictures" },
      ...this.pictures.map((picture) => picture.element),
      this.heard,
    );
  }

  /** @param {{name: string, label: string}[]} names shown at once, before the models are there */
  announce(names) {
    names.forEach((name, i) => this.pictures[i].announce(name));
  }

  /** @param {Side[]} sides @param {import("../state/z.js").ZPair} z */
  update(sides, z) {
    sides.forEach((side, i) => this.pictures[i].update(side, z[i]));
  }

  /**
   * @param {{left: {name: string}, right: {name: string}} | null} data what is on its way, in place of what is here
   * @param {{name: string}[]} sides what is here
   */
  wait(data, sides) {
    const names = data ? [data.left.name, data.right.name] : [null, null];
    const fresh = names.map((name, side) => (name === sides[side]?.name ? null : name));
    this.pictures.forEach((picture, side) => picture.wait((fresh.some(Boolean) ? fresh : names)[side]));
  }

  /** Tells a screen reader where z has come to rest. @param {string[]} names */
  tell(names) {
    const words = names.flatMap((name, i) => (this.lines[i] ? [`${name}: ${this.lines[i]}.`] : [])).join(" ");
    if (this.heard.textContent !== words) this.heard.textContent = words;
  }

  get canvases() {
    return this.pictures.map((picture) => picture.canvas);
  }

  /** The lines under the pictures. */
  get lines() {
    return this.pictures.map((picture) => (picture.place.textContent ?? "").trim());
  }
}
