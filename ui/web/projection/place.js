/** Where a code that has no point of its own lies in a plot: one of a digit that is not drawn, or of the visitor's own. */

import { meanOf, nearest } from "../maths/neighbours.js";
import { fetchJson } from "../server/load.js";

/** @typedef {import("../server/models.js").Latent} Latent */
/** @typedef {import("./points.js").Points} Points */
/**
 * @typedef {object} Placed
 * @property {number[] | null} point null where it is not known, or not yet
 * @property {string} how in words, where it is no projection of the code; or why there is no point
 * @property {boolean} isWaiting the point is that of a code before
 */

const NEAREST = 10;
// The server is asked where a hand pauses, not at every sample of a stroke.
const SETTLE_MS = 120;
const BY_NEIGHBOURS = `t-SNE places no new code: here at the mean of its ${NEAREST} nearest`;

export class Placing {
  /** @param {() => void} onPlaced the server has answered */
  constructor(onPlaced) {
    this.onPlaced = onPlaced;
    this.timer = 0;
    this.wanted = "";
    /** What the server said last. @type {{asked: string, plot: string, placed: Placed} | null} */
    this.known = null;
  }

  /**
   * @param {Points} points @param {string} address of them
   * @param {Latent} latent @param {Float32Array} z [dim]
   * @returns {Placed}
   */
  at(points, address, latent, z) {
    if (points.map) return { point: points.project(z), how: "", isWaiting: false };
    if (new URLSearchParams(address.split("?")[1]).get("method") === "t-sne") {
      return { point: meanOfNearest(points, latent, z), how: BY_NEIGHBOURS, isWaiting: false };
    }
    const plot = address.replace(".safetensors?", ".json?");
    // Little-endian, as all that runs a browser is.
    const bytes = new Uint8Array(z.buffer, z.byteOffset, z.byteLength);
    const asked = `${plot}&code=${encodeURIComponent(btoa(String.fromCharCode(...bytes)))}`;
    const { known } = this;
    if (known?.asked === asked) return known.placed;
    if (asked !== this.wanted) {
      this.wanted = asked;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(asked, plot), SETTLE_MS);
    }
    // Where it was is better than nowhere, while a hand is drawing.
    return { point: known?.plot === plot ? known.placed.point : null, how: "", isWaiting: true };
  }

  /** @param {string} asked an address @param {string} plot */
  async ask(asked, plot) {
    const failed = (/** @type {Error} */ { message }) => ({ problem: message });
    const { point = null, problem = "" } = await fetchJson(asked).catch(failed);
    // Of several questions the newest counts.
    if (asked !== this.wanted) return;
    this.known = { asked, plot, placed: { point, how: problem, isWaiting: false } };
    this.onPlaced();
  }

  close() {
    this.wanted = "";
    clearTimeout(this.timer);
  }
}

/** @param {Points} points @param {Latent} latent @param {Float32Array} z @returns {number[]} */
function meanOfNearest({ rows, axes, indices }, { means, dim }, z) {
  const drawn = new Float32Array(rows.length * dim);
  rows.forEach((row, k) => drawn.set(means.subarray(row * dim, (row + 1) * dim), k * dim));
  // A digit that is drawn has its own point; what is placed here is none of them.
  const found = Array.from(nearest(drawn, dim, z, Math.min(NEAREST, indices.size)));
  return axes.map((axis) => meanOf(axis, 1, found)[0]);
}
