/** A visitor's own digit as the text of a link: 784 levels of 0 to 15 as `ui.choices.drawn` reads and writes them. */

import { PIXELS } from "../nn/nn.js";
import { inflate } from "./inflate.js";

const BYTES = PIXELS / 2;
// As `ui.choices.drawn.LONGEST`: DEFLATE stores what it cannot shrink.
const LONGEST = Math.floor((4 * (BYTES + 64)) / 3);
const FORMAT = "deflate-raw";

/**
 * @param {Uint8Array} levels [784], 0 to 15
 * @returns {Promise<string>} two levels a byte, the first in the high half, raw DEFLATE, base64url without padding
 */
export async function pack(levels) {
  const bytes = Uint8Array.from({ length: BYTES }, (_, i) => (levels[2 * i] << 4) | levels[2 * i + 1]);
  const packed = await deflated(bytes);
  return btoa(String.fromCharCode(...packed))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/**
 * The inverse of `pack`.
 * @param {string} text
 * @returns {Promise<Uint8Array | null>} [784], 0 to 15; null where the text is no digit
 */
export async function unpack(text) {
  if (text.length > LONGEST || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  let packed;
  try {
    packed = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  } catch {
    // A wrong number of characters.
    return null;
  }
  const bytes = inflate(packed, BYTES);
  if (bytes?.length !== BYTES) return null;
  return Uint8Array.from({ length: PIXELS }, (_, i) => (i % 2 ? bytes[i >> 1] & 15 : bytes[i >> 1] >> 4));
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
