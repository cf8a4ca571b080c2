/** Where the tangent plane touches, and how far to go from there. Kept over page changes; the link says what to see. */

import { announce, contribute } from "./live_link.js";
import { get, put } from "./parameters.js";

/** @typedef {"digit" | "z"} Source */
/** @typedef {{direction: number | null, at: string}} Opening what a link asks for; null, empty where it says nothing */

export const FARTHEST = 4;

class Settings {
  constructor() {
    this.isOpen = false;
    /** Of the left singular vectors, from 0. */
    this.direction = 0;
    /** @type {Source} */
    this.source = "digit";
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

  /** What is known here already wins over what a link says. @param {Opening} opening */
  open({ direction, at }) {
    if (this.isOpen) return;
    this.isOpen = true;
    this.direction = (direction ?? 1) - 1;
    this.source = at === "z" ? "z" : "digit";
  }

  /** @param {Partial<Pick<Settings, "direction" | "source">>} chosen by a hand */
  choose(chosen) {
    Object.assign(this, chosen);
    announce();
  }

  /** @returns {import("./live_link.js").Query} */
  linkQuery() {
    return {
      direction: this.direction ? String(this.direction + 1) : undefined,
      at: this.source === "z" ? "z" : undefined,
    };
  }
}

/** Outlives a page change, as modules do. */
export const settings = new Settings();
contribute(() => (settings.isOpen ? settings.linkQuery() : {}));
