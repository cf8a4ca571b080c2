/** Rings around the digit in hand and the one under the pointer, with its picture: above a plot, as quick as the hand. */

import { ARROW } from "../gestures/edge.js";
import { digitCanvas, paint } from "../kit/digits.js";
import { element, svg } from "../kit/dom.js";

/** @typedef {import("../gestures/edge.js").Pixel} Pixel from the upper left corner of the plot */

/** @typedef {"pinned" | "hovered"} Which */

export const RINGS = /** @type {const} */ (["pinned", "hovered"]);
const RADIUS = { pinned: 9, hovered: 7 };
const PICTURE_PX = 48;
const ASIDE_PX = 8;
const LABEL_PX = 13;

export class Rings {
  constructor() {
    this.rings = { pinned: ring("pinned"), hovered: ring("hovered") };
    this.path = svg("path", { class: "surrounded" });
    this.svg = svg("svg", { class: "rings", "aria-hidden": "true" }, this.path, ...Object.values(this.rings));
    this.picture = digitCanvas({ class: "thumbnail", "aria-hidden": "true", hidden: true });
    this.label = element("span", { class: "mark", hidden: true });
    this.elements = [this.svg, this.label, this.picture];
    /** The ring that the picture stands beside. @type {Which | null} */
    this.pictured = null;
  }

  /** @param {[number, number][]} path that is being drawn around digits; empty for none */
  surround(path) {
    this.path.setAttribute("d", path.length ? `M${path.join("L")}Z` : "");
  }

  /** @param {Which | null} which @param {Uint8Array | null} pixels of the digit beside that ring; null for none */
  show(which, pixels) {
    this.pictured = pixels && which;
    if (pixels) paint(this.picture, pixels);
    else this.picture.hidden = true;
  }

  /** @param {string} words what is in hand @param {string} how it came to its place @param {boolean} isWaiting for it */
  name(words, how, isWaiting) {
    if (this.label.textContent !== words) this.label.textContent = words;
    this.label.title = how;
    for (const node of [this.rings.pinned, this.label]) node.toggleAttribute("data-waiting", isWaiting);
  }

  /** @param {Which} which @param {Pixel | null} at @param {number} width of the plot */
  place(which, at, width) {
    const node = this.rings[which];
    node.toggleAttribute("hidden", !at);
    if (which === "pinned") this.label.hidden = !at || !this.label.textContent;
    if (which === this.pictured) this.picture.hidden = !at;
    if (!at) return;
    node.setAttribute("transform", `translate(${at.x} ${at.y})`);
    node.toggleAttribute("data-away", at.away !== null);
    node.querySelector("path")?.setAttribute("transform", `rotate(${at.away ?? 0})`);
    if (which === "pinned") {
      // Beside the picture of what is under the pointer, which stands above its ring.
      const shift = at.x > width / 2 ? `${at.x - LABEL_PX}px - 100%` : `${at.x + LABEL_PX}px`;
      this.label.style.transform = `translate(calc(${shift}), ${at.y}px)`;
    }
    if (which !== this.pictured) return;
    const reach = ASIDE_PX + PICTURE_PX;
    const left = at.x + reach > width ? at.x - reach : at.x + ASIDE_PX;
    const top = at.y < reach ? at.y + ASIDE_PX : at.y - reach;
    this.picture.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}

/** @param {Which} which */
const ring = (which) =>
  svg(
    "g",
    { class: `ring ${which}`, hidden: true },
    svg("circle", { class: "halo", r: RADIUS[which] }),
    svg("circle", { r: RADIUS[which] }),
    svg("path", { d: ARROW }),
  );

/**
 * Around the digit in hand, on a picture to keep.
 * @param {CanvasRenderingContext2D} g
 * @param {Pixel} pixel
 * @param {{background: string, text: string}} look
 */
export function drawRing(g, { x, y, away }, look) {
  g.translate(x, y);
  g.beginPath();
  g.arc(0, 0, RADIUS.pinned, 0, 2 * Math.PI);
  for (const [colour, width] of /** @type {[string, number][]} */ ([
    [look.background, 5],
    [look.text, 2],
  ])) {
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.stroke();
  }
  if (away === null) return;
  g.rotate((away * Math.PI) / 180);
  g.fillStyle = look.text;
  g.fill(new Path2D(ARROW));
}
