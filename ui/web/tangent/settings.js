/** Where the tangent plane touches, and how far to go from there. Kept over page changes; the link says what to see. */

import { get, put } from "../state/parameters.js";

/** @typedef {"digit" | "z"} Source */

class Settings {
  /** Of the left singular vectors, from 0. */
  get direction() {
    return get("direction") - 1;
  }

  set direction(direction) {
    put("direction", direction + 1);
  }

  /** @returns {Source} */
  get source() {
    return get("at");
  }

  set source(source) {
    put("at", source);
  }

  /** Length of the change in pixel space, with its sign. */
  get amount() {
    return get("length");
  }

  set amount(amount) {
    put("length", amount);
  }

  /** Which of the directions off the manifold, from 0. */
  get noise() {
    return get("off") - 1;
  }

  set noise(noise) {
    put("off", noise + 1);
  }

  get showsChanges() {
    return get("change") === "changes";
  }

  set showsChanges(showsChanges) {
    put("change", showsChanges ? "changes" : "pictures");
  }
}

/** Outlives a page change, as modules do. */
export const settings = new Settings();
