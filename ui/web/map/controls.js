/** What is above the maps: what lies behind the points, and the buttons. */

import { zoomButtons } from "../gestures/zoom_hand.js";
import { element } from "../kit/dom.js";
import { actionButton } from "../kit/toolbar.js";
import { KINDS } from "./layers/behind.js";
import { savePng } from "./png.js";

/** @typedef {import("./layers/behind.js").Kind} Kind */

/**
 * @param {import("./latent_map.js").MapView} view
 * @returns {import("../kit/toolbar.js").Action[]}
 */
export function mapActions(view) {
  return [
    {
      name: "Undo",
      key: "z",
      control: true,
      title: "The pin before",
      run: () => view.pins.travel((state) => state.undo()),
    },
    {
      name: "Redo",
      key: "z",
      control: true,
      shift: true,
      title: "The pin after",
      run: () => view.pins.travel((state) => state.redo()),
    },
    { name: "Save PNG", key: "s", title: "Save both maps as a PNG", run: () => savePng(view) },
  ];
}

export class Controls {
  /**
   * @param {import("./latent_map.js").MapView} view
   * @param {import("../kit/toolbar.js").Action[]} actions
   */
  constructor(view, actions) {
    this.view = view;
    this.choices = Object.entries(KINDS).map(([kind, { name, title }]) =>
      element(
        "label",
        { title },
        element("input", {
          type: "radio",
          name: "behind",
          value: kind,
          onchange: () => view.atlas.setBehind(/** @type {Kind} */ (kind)),
        }),
        element("span", {}, name),
      ),
    );
    const home = { type: "button", title: "Show all (Home, on a map)", onclick: () => view.goHome() };
    this.home = element("button", home, "Home");
    const zooms = zoomButtons((factor) => view.atlas.zoom(factor));
    this.buttons = actions.filter(({ name }) => name !== "Redo").map(actionButton);
    this.undo = this.buttons[0];
    this.element = element(
      "div",
      { class: "controls" },
      element(
        "div",
        { class: "behind" },
        element("span", { id: "behind-label" }, "Behind"),
        element("div", { class: "units", role: "radiogroup", "aria-labelledby": "behind-label" }, ...this.choices),
      ),
      element("div", { class: "toolbar", role: "toolbar", "aria-label": "Maps" }, ...zooms, this.home, ...this.buttons),
    );
  }

  /** Shows what is chosen, and what can be done now. */
  refresh() {
    const { atlas, pins } = this.view;
    for (const choice of this.choices) {
      const input = /** @type {HTMLInputElement} */ (choice.firstElementChild);
      input.checked = input.value === atlas.behind;
    }
    this.home.setAttribute("aria-disabled", String(atlas.viewport.isHome));
    this.undo.setAttribute("aria-disabled", String(!pins.state?.canUndo));
  }
}
