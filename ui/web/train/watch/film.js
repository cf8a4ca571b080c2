/** The film of a run: 32 pictures decoded after every epoch, each blending into the next. */

import { element } from "../../kit/dom.js";
import { around } from "./history.js";

/** @typedef {import("./history.js").Epoch} Epoch */

// Decoded frames that are kept, of about 100 kB each; those nearest to where the hand is come first.
const KEPT = 256;

/** What is decoded of a film. */
export class Frames {
  /** @param {() => void} onDecoded there is one more */
  constructor(onDecoded) {
    this.onDecoded = onDecoded;
    /** @type {readonly Epoch[]} */
    this.epochs = [];
    this.at = 0;
    /** Null of what is no picture. @type {Map<Epoch, ImageBitmap | null>} */
    this.known = new Map();
    this.isDecoding = false;
    this.isClosed = false;
  }

  /** @param {readonly Epoch[]} epochs of the film @param {number} at the place in them around which frames are wanted */
  want(epochs, at) {
    this.epochs = epochs;
    this.at = at;
    if (!this.isDecoding) void this.decode();
  }

  async decode() {
    this.isDecoding = true;
    for (let next = this.missing(); next && !this.isClosed; next = this.missing()) {
      const image = await bitmapOf(next);
      if (this.isClosed) return image?.close();
      this.known.set(next, image);
      this.forget();
      this.onDecoded();
    }
    this.isDecoding = false;
  }

  /** @returns {Epoch | undefined} the nearest that is not decoded, among as many as are kept */
  missing() {
    const { epochs, at, known } = this;
    for (let away = 0; away < KEPT / 2; away++) {
      for (const one of [epochs[at - away], epochs[at + away]]) if (one?.frame && !known.has(one)) return one;
    }
  }

  /** What is farthest from the hand, or of no epoch any more. */
  forget() {
    if (this.known.size <= KEPT) return;
    const here = this.epochs[this.at]?.epoch ?? 0;
    const away = (/** @type {Epoch} */ one) => Math.abs(one.epoch - here);
    const farthest = [...this.known.keys()].reduce((a, b) => (away(b) > away(a) ? b : a));
    this.known.get(farthest)?.close();
    this.known.delete(farthest);
  }

  close() {
    this.isClosed = true;
    for (const image of this.known.values()) image?.close();
    this.known.clear();
  }
}

/** @param {Epoch} one @returns {Promise<ImageBitmap | null>} */
async function bitmapOf({ frame }) {
  try {
    return await createImageBitmap(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (frame)], { type: "image/png" }));
  } catch {
    return null;
  }
}

export class Film {
  /** @param {() => void} onDecoded it is to be drawn anew */
  constructor(onDecoded) {
    this.frames = new Frames(onDecoded);
    this.canvas = element("canvas", { role: "img", width: 224, height: 112 });
    this.words = element("p", { class: "lack" });
    this.element = element("div", { class: "film" }, this.canvas, this.words);
    /** What is drawn. */
    this.shown = "";
  }

  /**
   * @param {readonly Epoch[]} epochs @param {number} at in epochs
   * @param {{name: string, isVae: boolean, words: string}} about words in place of a film that has no frame
   */
  draw(epochs, at, { name, isVae, words }) {
    const found = around(epochs, at);
    const isEmpty = !found?.before.frame;
    this.element.toggleAttribute("data-lacks", isEmpty);
    if (this.words.textContent !== words) this.words.textContent = words;
    if (!found || isEmpty) return;
    const { before, after, share } = found;
    this.frames.want(epochs, epochs.indexOf(share > 0.5 ? after : before));
    const [one, other] = [this.frames.known.get(before), this.frames.known.get(after)];
    // Until it is decoded, what was there stays.
    if (!one) return;
    const shown = `${name} ${before.epoch} ${other ? share.toFixed(2) : 0}`;
    if (shown === this.shown) return;
    this.shown = shown;
    const { canvas } = this;
    if (canvas.width !== one.width || canvas.height !== one.height)
      Object.assign(canvas, { width: one.width, height: one.height });
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    g.globalAlpha = 1;
    g.drawImage(one, 0, 0);
    if (other && share > 0) {
      g.globalAlpha = share;
      g.drawImage(other, 0, 0, one.width, one.height);
    }
    const what = isVae ? "32 draws from N(0, I)" : "32 training pictures";
    canvas.setAttribute("aria-label", `${what}, decoded by ${name} after epoch ${Math.round(at)}`);
    canvas.dataset.epoch = String(Math.round(at));
  }

  close() {
    this.frames.close();
  }
}
