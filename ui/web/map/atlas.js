/** Both maps of the Latent map: what lies behind them, and the pins on them. */

import { get, put } from "../state/parameters.js";
import { Behind } from "./layers/behind.js";
import { MapPair } from "./pair.js";
import { MapPane } from "./pane.js";

/** @typedef {import("./layers/behind.js").Kind} Kind */

/** @extends {MapPair<MapPane<Behind>>} */
export class Atlas extends MapPair {
  /** @param {() => void} onStale there is something to paint */
  constructor(onStale) {
    super(
      (kind, slices) => new MapPane(kind, (onProgress) => new Behind(`behind ${kind}`, slices, onProgress)),
      onStale,
    );
    this.choose(get("behind"));
  }

  /** @param {Kind} kind */
  setBehind(kind) {
    put("behind", kind);
    this.choose(kind);
    this.redraw();
  }

  /** @param {Kind} kind */
  choose(kind) {
    this.behind = kind;
    for (const { behind } of this.panes) {
      behind.kind = kind;
      behind.forget();
    }
  }

  /**
   * Pins and pointer, and in words where what the pictures show lies.
   * @param {import("../state/z.js").ZPair} pins
   * @param {HTMLCanvasElement[]} pictures
   * @param {string[]} modelColours
   * @param {(import("./in_hand.js").HandMark | null)[]} hand
   * @param {string} font a family
   */
  paintMarks(pins, pictures, modelColours, hand, font) {
    const { pointed } = this;
    this.panes.forEach((pane, i) => {
      const { plane } = this.sides[i];
      if (!plane) return pane.hush();
      const pin = plane.project(pins[i]);
      pane.drawMarks(this.viewport, pin.place, pointed, pictures[i], modelColours[i], hand[i], font);
      pane.say(plane, pointed ?? pin.place, pointed ? 0 : pin.off);
    });
  }

  /**
   * What is decoded: what the pins hold, or what both planes hold where the pointer is.
   * @param {import("../state/z.js").ZPair} pins
   */
  shown(pins) {
    const { pointed } = this;
    return /** @type {import("../state/z.js").ZPair} */ (
      pins.map((z, i) => (pointed && this.sides[i].plane?.code(pointed)) || z)
    );
  }
}
