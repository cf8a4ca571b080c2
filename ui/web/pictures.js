/** Both decoded pictures, large, each with a line that tells where its z lies. */

import { digitCanvas, paint } from "./digits.js";
import { element } from "./dom.js";
import { describe } from "./encodings.js";

class Picture {
  /** @param {"left" | "right"} side */
  constructor(side) {
    this.canvas = digitCanvas({ class: "big", role: "img" });
    this.name = element("span", { class: "name" });
    this.place = element("p", { class: "place" }, "\u00a0");
    this.element = element(
      "figure",
      { class: `picture ${side}` },
      this.canvas,
      element("figcaption", {}, element("span", { class: "tag" }, element("i", { class: "dot" }), this.name), this.place),
    );
  }

  /** @param {import("./desk_load.js").Side} side @param {ArrayLike<number>} z */
  update(side, z) {
    paint(this.canvas, side.model.decode(z));
    const place = side.encodings.place(z);
    const words = describe(place);
    if (this.place.textContent === words) return;
    this.place.textContent = words;
    this.place.dataset.kind = place.kind;
    this.place.title =
      `Mean distance to the 5 nearest encoded digits: ${place.distance.toPrecision(3)}. ` +
      `${Math.round(100 * place.share)} % of the digits are as close as this, or closer, to their own 5 nearest.`;
  }
}

export class Pictures {
  constructor() {
    this.pictures = [new Picture("left"), new Picture("right")];
    this.element = element("div", { class: "pictures" }, ...this.pictures.map((picture) => picture.element));
  }

  /** @param {{name: string, label: string}[]} names shown at once, before the models are there */
  announce(names) {
    names.forEach(({ name, label }, i) => {
      const { canvas, name: tag } = this.pictures[i];
      tag.replaceChildren(element("b", {}, name), ` ${label}`);
      canvas.setAttribute("aria-label", `z decoded by ${name}`);
      canvas.dataset.model = name;
    });
  }

  /** @param {import("./desk_load.js").Side[]} sides @param {import("./desk_state.js").ZPair} z */
  update(sides, z) {
    sides.forEach((side, i) => this.pictures[i].update(side, z[i]));
  }

  get canvases() {
    return this.pictures.map((picture) => picture.canvas);
  }

  /** The lines under the pictures. */
  get lines() {
    return this.pictures.map((picture) => picture.place.textContent ?? "");
  }
}
