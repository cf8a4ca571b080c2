/** That an import is a model like any other, and the way to it on every page. */

import { button, element } from "../kit/dom.js";
import { addressBelow } from "../server/load.js";

/** Those that show any model: address and title, as ui/main.py has them. */
export const PAGES = /** @type {const} */ ([
  ["", "Latent desk"],
  ["latent_map", "Latent map"],
  ["encodings", "Encodings"],
  ["reconstruct", "Reconstruct"],
  ["denoise", "Denoise"],
  ["interpolate", "Interpolate"],
  ["manifold", "Manifold"],
]);

export class Kept {
  /** @param {() => void} onAnother */
  constructor(onAnother) {
    this.words = element("p", { role: "status" });
    this.links = element("nav", { "aria-label": "Pages that show it" });
    this.another = button("Import another", onAnother);
    this.element = element(
      "section",
      { class: "kept toolbar", "aria-label": "Import" },
      this.words,
      this.links,
      this.another,
    );
  }

  /** @param {string} name @param {"encoder" | "decoder" | null} half @param {import("./data.js").Data} data */
  show(name, half, { left, right, digits, halves }) {
    // The page shows it as soon as it can; what it cannot show has no set of pictures here.
    const query = new URLSearchParams(left === name ? { left, right, digits } : { left: name });
    const pages = PAGES.filter(([path]) => half === null || halves[half].includes(path || "desk"));
    const where = half === null ? "every page" : pages.map(([, title]) => title).join(" and ");
    this.words.replaceChildren(element("b", {}, name), ` is on ${where} now.`);
    this.links.replaceChildren(
      ...pages.map(([path, title]) => element("a", { href: addressBelow(`${path}?${query}`).href }, title)),
    );
  }
}
