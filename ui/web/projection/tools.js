/** What dragging over a plot does. */

import { element } from "../kit/dom.js";
import { get, put } from "../state/parameters.js";

/** @typedef {import("./hand.js").Tool} Tool */

const TITLES = {
  tap: "A finger scrolls the page, a tap picks",
  pan: "Dragging moves the points, Ctrl and the wheel zoom",
  lasso: "Draw around digits: their mean, decoded",
  box: "Draw a box around digits: their mean, decoded",
  turn: "Dragging turns the points, Ctrl and the wheel zoom",
};
/** @type {Record<number, Tool[]>} by the number of axes */
const OFFERED = { 2: ["pan", "lasso", "box"], 3: ["turn"] };

export class Tools {
  /** @param {(tool: Tool) => void} onChange by hand, and where another is left by the number of axes */
  constructor(onChange) {
    this.onChange = onChange;
    // A finger that comes upon a plot while it scrolls must not be caught there.
    this.hasFinger = matchMedia("(pointer: coarse)").matches;
    /** @type {Tool} */
    this.tool = /** @type {Tool | ""} */ (get("dragging")) || (this.hasFinger ? "tap" : "pan");
    this.choices = Object.entries(TITLES).map(([tool, title]) =>
      element(
        "label",
        { title },
        element("input", {
          type: "radio",
          name: "tool",
          value: tool,
          onchange: () => {
            put("dragging", tool);
            this.use(/** @type {Tool} */ (tool));
          },
        }),
        element("span", {}, tool[0].toUpperCase() + tool.slice(1)),
      ),
    );
    this.element = element("div", { class: "units", role: "radiogroup", "aria-label": "Dragging" }, ...this.choices);
  }

  /** @param {2 | 3} axes */
  offer(axes) {
    const tools = [...(this.hasFinger ? ["tap"] : []), ...OFFERED[axes]];
    this.element.hidden = tools.length === 1;
    this.choices.forEach((choice) => {
      const input = /** @type {HTMLInputElement} */ (choice.firstElementChild);
      choice.hidden = !tools.includes(input.value);
    });
    this.use(tools.includes(this.tool) ? this.tool : /** @type {Tool} */ (tools[0]));
  }

  /** @param {Tool} tool */
  use(tool) {
    this.tool = tool;
    for (const choice of this.choices) {
      const input = /** @type {HTMLInputElement} */ (choice.firstElementChild);
      input.checked = input.value === tool;
    }
    this.onChange(tool);
  }
}
