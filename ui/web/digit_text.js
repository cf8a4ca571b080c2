/** A visitor's own digit as the text of a link: 784 levels of 0 to 15 as `ui.drawn` reads and writes them. */

import { PIXELS } from "./nn.js";

const BYTES = PIXELS / 2;
// As `ui.drawn.LONGEST`: DEFLATE stores what it cannot shrink.
const LONGEST = Math.floor((4 * (BYTES + 64)) / 3);
const FORMAT = "deflate-raw";

/**
 * @param {Uint8Array} levels [784], 0 to 15
 * @returns {Promise<string>} two levels a byte, the first in the high half, raw DEFLATE, base64url without padding
 */
export async function pack(levels) {
  const bytes = Uint8Array.from({ length: BYTES }, (_, i) => (levels[2 * i] << 4) | levels[2 * i + 1]);
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(FORMAT));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
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
  const bytes = await inflated(text);
  if (bytes?.length !== BYTES) return null;
  return Uint8Array.from({ length: PIXELS }, (_, i) => (i % 2 ? bytes[i >> 1] & 15 : bytes[i >> 1] >> 4));
}

/** @param {string} text @returns {Promise<Uint8Array | null>} at most a byte more than a digit has */
async function inflated(text) {
  try {
    const packed = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream(FORMAT)).getReader();
    const found = new Uint8Array(BYTES + 1);
    for (let length = 0; ;) {
      const { done, value } = await reader.read();
      if (done) return found.subarray(0, length);
      found.set(value.subarray(0, found.length - length), length);
      length += value.length;
      if (length > BYTES) {
        await reader.cancel();
        return null;
      }
    }
  } catch {
    return null;
  }
}
