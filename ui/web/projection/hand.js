/** What a mouse, a pen or a finger does on a plot, and the tools to choose from. */

import { listenForZoom } from "../gestures/zoom_hand.js";
import { Choice } from "../kit/controls.js";
import { get, put } from "../state/parameters.js";

/** @typedef {[number, number]} Pixel from the upper left of the plot */
/** @typedef {"tap" | "pan" | "turn" | "lasso" | "box"} Tool */
/**
 * @typedef {object} Deeds
 * @property {() => Tool} tool
 * @property {() => boolean} isSpace
 * @property {(pixel: Pixel | null) => void} hover null where the pointer has left; never while it is down
 * @property {(pixel: Pixel, isFinger: boolean) => void} pick
 * @property {() => void} takeBack the second click of two, in place of `pick`
 * @property {(factor: number, pixel: Pixel) => void} zoom
 * @property {(dx: number, dy: number) => void} move
 * @property {(dx: number, dy: number) => void} turn
 * @property {(path: Pixel[]) => void} surround on the way; closed, without its last side
 * @property {(path: Pixel[]) => void} select
 */

const CLICK_PX = 5;
const TAP_PX = 10;
const DOUBLE_MS = 350;

/** @type {readonly import("../kit/controls.js").Option<Tool>[]} */
const TOOLS = [
  ["tap", "Tap", "A finger scrolls the page, a tap picks"],
  ["pan", "Pan", "Dragging moves the points, Ctrl and the wheel zoom"],
  ["lasso", "Lasso", "Draw around digits: their mean, decoded"],
  ["box", "Box", "Draw a box around digits: their mean, decoded"],
  ["turn", "Turn", "Dragging turns the points, Ctrl and the wheel zoom"],
];
/** @type {Record<number, Tool[]>} by the number of axes */
const OFFERED = { 2: ["pan", "lasso", "box"], 3: ["turn"] };

/** What dragging over a plot does. */
export class Tools {
  /** @param {(tool: Tool) => void} onChange by hand, and where another is left by the number of axes */
  constructor(onChange) {
    this.onChange = onChange;
    // A finger that comes upon a plot while it scrolls must not be caught there.
    this.hasFinger = matchMedia("(pointer: coarse)").matches;
    this.tool = /** @type {Tool | ""} */ (get("dragging")) || (this.hasFinger ? "tap" : "pan");
    this.choice = new Choice("Dragging", "tool", TOOLS, (tool) => {
      put("dragging", tool);
      this.use(tool);
    });
    this.element = this.choice.element;
  }

  /** @param {2 | 3} axes */
  offer(axes) {
    const tools = this.hasFinger ? [/** @type {Tool} */ ("tap"), ...OFFERED[axes]] : OFFERED[axes];
    this.element.hidden = tools.length === 1;
    for (const { value, element } of this.choice.options) element.hidden = !tools.includes(value);
    this.use(tools.includes(this.tool) ? this.tool : tools[0]);
  }

  /** @param {Tool} tool */
  use(tool) {
    this.tool = this.choice.value = tool;
    this.onChange(tool);
  }
}

export class Hand {
  /** @param {HTMLElement} place with `touch-action: pan-y` @param {Deeds} deeds */
  constructor(place, deeds) {
    this.deeds = deeds;
    /** What is down. @type {{id: number, from: Pixel, at: Pixel, moved: boolean, tool: Tool, path: Pixel[]} | null} */
    this.press = null;
    this.clicked = -Infinity;
    place.addEventListener("pointerdown", (event) => this.onDown(event));
    place.addEventListener("pointermove", (event) => this.onMove(event));
    place.addEventListener("pointerup", (event) => this.onUp(event));
    place.addEventListener("pointercancel", () => this.drop());
    place.addEventListener("pointerleave", () => this.press || deeds.hover(null));
    place.addEventListener("contextmenu", (event) => deeds.isSpace() && event.preventDefault());
    listenForZoom(place, {
      zoom: deeds.zoom,
      pan: deeds.move,
      // A finger that comes upon a plot while it scrolls must not be caught there.
      holds: () => deeds.tool() !== "tap",
    });
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    // The second finger: both zoom.
    if (this.press) return this.drop();
    const isSecond = event.button === 2 && this.deeds.isSpace();
    // With Ctrl it is the other button of a Mac.
    if (!isSecond && (event.button !== 0 || event.ctrlKey || !event.isPrimary)) return;
    const at = pixelOf(event);
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    const tool = isSecond ? "pan" : this.deeds.tool();
    this.press = { id: event.pointerId, from: at, at, moved: false, tool, path: [at] };
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const { press, deeds } = this;
    const pixel = pixelOf(event);
    const isFinger = event.pointerType === "touch";
    if (!press) return void (isFinger || deeds.hover(pixel));
    if (press.id !== event.pointerId) return;
    press.moved ||= Math.hypot(pixel[0] - press.from[0], pixel[1] - press.from[1]) > (isFinger ? TAP_PX : CLICK_PX);
    if (!press.moved) return;
    const [dx, dy] = [pixel[0] - press.at[0], pixel[1] - press.at[1]];
    press.at = pixel;
    if (press.tool === "pan") deeds.move(dx, dy);
    else if (press.tool === "turn") deeds.turn(dx, dy);
    else if (press.tool !== "tap") deeds.surround(this.surround(pixel));
  }

  /** @param {Pixel} pixel @returns {Pixel[]} what is drawn around so far */
  surround([x, y]) {
    const { from, path, tool } = /** @type {NonNullable<Hand["press"]>} */ (this.press);
    if (tool === "box") return [from, [x, from[1]], [x, y], [from[0], y]];
    path.push([x, y]);
    return path;
  }

  /** @param {PointerEvent} event */
  onUp(event) {
    const { press, deeds } = this;
    if (press?.id !== event.pointerId) return;
    const pixel = pixelOf(event);
    const selects = press.moved && (press.tool === "lasso" || press.tool === "box");
    if (selects) deeds.select(this.surround(pixel));
    this.drop();
    if (press.moved || event.button !== 0) return;
    const now = performance.now();
    const isSecond = now - this.clicked < DOUBLE_MS;
    this.clicked = isSecond ? -Infinity : now;
    if (isSecond) deeds.takeBack();
    else deeds.pick(pixel, event.pointerType === "touch");
  }

  /** What was down counts no more. */
  drop() {
    this.press = null;
    this.deeds.surround([]);
  }
}

/** @param {PointerEvent} event @returns {Pixel} */
function pixelOf({ clientX, clientY, currentTarget }) {
  const { left, top } = /** @type {HTMLElement} */ (currentTarget).getBoundingClientRect();
  return [clientX - left, clientY - top];
}
