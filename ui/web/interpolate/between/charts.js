/** How fast the pictures change along the path, and how far from real digits they are. */

import { element } from "../../kit/dom.js";
import { AlongChart } from "../../player/along_chart.js";
import { PATHS } from "../../state/path_names.js";
import { NAMES } from "./paths.js";

/** @typedef {import("./paths.js").SidePaths} SidePaths */
/** @typedef {import("../../state/path_names.js").PathName} PathName */

export class Charts {
  /** @param {(t: number) => void} onSeek */
  constructor(onSeek) {
    this.speed = new AlongChart({ label: "Speed", unit: "|dx/dt|", onSeek });
    this.nearest = new AlongChart({ label: "Distance to the nearest real digit", onSeek });
    this.element = element("div", { class: "charts" }, this.speed.element, this.nearest.element);
  }

  /**
   * @param {SidePaths[]} sides @param {string[]} colours of the sides
   * @param {PathName} chosen the others stand faint behind it
   * @param {number} t
   */
  draw(sides, colours, chosen, t) {
    const lines = NAMES.flatMap((path) =>
      sides.map((side, i) => ({
        name: `${side.name}, ${PATHS[path].label.toLowerCase()}`,
        colour: colours[i],
        faint: path !== side.shown(chosen),
        path: side.paths[path],
      })),
    ).sort((a, b) => Number(b.faint) - Number(a.faint));
    this.speed.draw(
      lines.flatMap(({ path, ...line }) =>
        path.measures && !path.isStale ? [{ ...line, values: path.measures.speed, between: true }] : [],
      ),
      t,
    );
    this.nearest.draw(
      lines.flatMap(({ path, ...line }) => (path.nearest ? [{ ...line, values: path.nearest }] : [])),
      t,
    );
  }

  /** @param {number} t */
  mark(t) {
    this.speed.mark(t);
    this.nearest.mark(t);
  }
}
