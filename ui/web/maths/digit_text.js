/** A visitor's own digit as the text of a link: levels of 0 to 15 as `ui.choices.drawn` reads and writes them. */

import { DIGIT } from "../nn/shape.js";
import { inflate } from "./inflate.js";

// As in `ui.choices.drawn.LONGEST`: DEFLATE stores what it cannot shrink.
const STORED = 64;
const FORMAT = "deflate-raw";

/**
 * @param {Uint8Array} levels 0 to 15, an even number of them
 * @returns {Promise<string>} two levels a byte, the first in the high half, raw DEFLATE, base64url without padding
 */
export async function pack(levels) {
  const bytes = Uint8Array.from({ length: levels.length / 2 }, (_, i) => (levels[2 * i] << 4) | levels[2 * i + 1]);
  const packed = await deflated(bytes);
  return btoa(String.fromCharCode(...packed))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/**
 * The inverse of `pack`.
 * @param {string} text @param {number} [count] of the levels, even: those of a digit
 * @returns {Promise<Uint8Array | null>} [count], 0 to 15; null where the text is something else
 */
export async function unpack(text, count = DIGIT.pixels) {
  const size = count / 2;
  if (text.length > Math.floor((4 * (size + STORED)) / 3) || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  let packed;
  try {
    packed = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  } catch {
    // A wrong number of characters.
    return null;
  }
  const bytes = inflate(packed, size);
  if (bytes?.length !== size) return null;
  return Uint8Array.from({ length: count }, (_, i) => (i % 2 ? bytes[i >> 1] & 15 : bytes[i >> 1] >> 4));
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Uint8Array>} */
async function deflated(bytes) {
  let shrink;
  try {
    shrink = new CompressionStream(FORMAT);
  } catch {
    // An older browser has none, or not of this format: the bytes as they are, in a block of their own, are DEFLATE, too.
    const size = [bytes.length & 255, bytes.length >> 8];
    return Uint8Array.from([1, ...size, ...size.map((byte) => byte ^ 255), ...bytes]);
  }
  const stream = new Blob([bytes]).stream().pipeThrough(shrink);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
