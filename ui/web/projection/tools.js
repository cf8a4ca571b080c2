/** What dragging over a plot does. */

import { element } from "../kit/dom.js";
import { get, put } from "../state/parameters.js";

/** @typedef {{name: string, title: string, dragmode: string | false}} Tool `dragmode` as Plotly calls it */

/** @type {Record<string, Tool>} */
const TOOLS = {
  tap: { name: "Tap", title: "A finger scrolls the page, a tap picks", dragmode: false },
  pan: { name: "Pan", title: "Dragging moves the points, Ctrl and the wheel zoom", dragmode: "pan" },
  lasso: { name: "Lasso", title: "Draw around digits: their mean, decoded", dragmode: "lasso" },
  box: { name: "Box", title: "Draw a box around digits: their mean, decoded", dragmode: "select" },
  turn: { name: "Turn", title: "Dragging turns the points, Ctrl and the wheel zoom", dragmode: "turntable" },
};
const PLANE = ["pan", "lasso", "box"];
const SPACE = ["turn"];

export class Tools {
  /** @param {(dragmode: string | false) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    // A finger that comes upon a plot while it scrolls must not be caught there.
    this.hasFinger = matchMedia("(pointer: coarse)").matches;
    this.tool = get("dragging") || (this.hasFinger ? "tap" : "pan");
    this.choices = Object.entries(TOOLS).map(([tool, { name, title }]) =>
      element(
        "label",
        { title },
        element("input", { type: "radio", name: "tool", value: tool, onchange: () => this.choose(tool) }),
        element("span", {}, name),
      ),
    );
    this.element = element("div", { class: "units", role: "radiogroup", "aria-label": "Dragging" }, ...this.choices);
    this.axes = 2;
  }

  /** @param {number} count 2 or 3 */
  set axes(count) {
    const tools = [...(this.hasFinger ? ["tap"] : []), ...(count === 3 ? SPACE : PLANE)];
    if (!tools.includes(this.tool)) this.tool = tools[0];
    this.element.hidden = tools.length === 1;
    this.choices.forEach((choice) => {
      const input = /** @type {HTMLInputElement} */ (choice.firstElementChild);
      choice.hidden = !tools.includes(input.value);
      input.checked = input.value === this.tool;
    });
  }

  /** @returns {string | false} as Plotly calls it */
  get dragmode() {
    return TOOLS[this.tool].dragmode;
  }

  /** @param {string} tool */
  choose(tool) {
    this.tool = tool;
    put("dragging", tool);
    this.onChange(this.dragmode);
  }
}
