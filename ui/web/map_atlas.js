/** Both maps of the Latent map: what lies behind them, and the pins on them. */

import { Behind, KINDS } from "./map_behind.js";
import { MapPair } from "./map_pair.js";
import { MapPane } from "./map_pane.js";

/** @typedef {import("./map_behind.js").Kind} Kind */

export const DEFAULT_BEHIND = "nothing";

// Outlives a page change, as the modules do.
/** @type {Kind | null} null until a link or a hand has said something */
let remembered = null;

/** @extends {MapPair<MapPane<Behind>>} */
export class Atlas extends MapPair {
  /** @param {import("./map_pair.js").PairEvents} events */
  constructor(events) {
    super(
      (kind, slices) => new MapPane(kind, (onProgress) => new Behind(`behind ${kind}`, slices, onProgress)),
      events,
    );
    /** @type {Kind} */
    this.behind = DEFAULT_BEHIND;
  }

  /** @param {{behind: string, view: string}} opening of a link; what was chosen here before wins */
  open({ behind, view }) {
    this.openView(view);
    remembered ??= Object.hasOwn(KINDS, behind) ? /** @type {Kind} */ (behind) : DEFAULT_BEHIND;
    this.choose(remembered);
  }

  /** @param {Kind} kind */
  setBehind(kind) {
    this.choose(kind);
    this.redraw();
    this.onRest();
  }

  /** @param {Kind} kind */
  choose(kind) {
    this.behind = remembered = kind;
    for (const { behind } of this.panes) {
      behind.kind = kind;
      behind.forget();
    }
  }

  /**
   * Pins and pointer, and in words where what the pictures show lies.
   * @param {import("./desk_state.js").ZPair} pins
   * @param {HTMLCanvasElement[]} pictures
   * @param {string[]} modelColours
   * @param {(import("./map_in_hand.js").HandMark | null)[]} hand
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
   * @param {import("./desk_state.js").ZPair} pins
   */
  shown(pins) {
    const { pointed } = this;
    return /** @type {import("./desk_state.js").ZPair} */ (
      pins.map((z, i) => (pointed && this.sides[i].plane?.code(pointed)) || z)
    );
  }

  /** @returns {import("./live_link.js").Query} */
  linkQuery() {
    return { ...super.linkQuery(), behind: this.behind === DEFAULT_BEHIND ? undefined : this.behind };
  }
}
