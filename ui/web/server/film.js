/** A film of pictures, made by the server. */

import { checked, get, read } from "./load.js";

const LONGEST_CAPTION = 60;
// What `String.fromCharCode` takes.
const AT_ONCE = 0x8000;

/**
 * @param {object} asked
 * @param {number[]} asked.shape channels, height and width of a picture
 * @param {{caption: string, frames: Uint8Array}[]} asked.panels 1 to 4, as many frames each: [N * pixels], 0 to 255
 * @param {"gif" | "webp"} asked.format
 * @param {number} asked.size of a panel in pixels, 28 to 840
 * @param {number} asked.fps 1 to 50
 * @param {boolean} asked.loop
 * @param {AbortSignal} [signal]
 * @returns {Promise<Blob>}
 */
export async function askFilm({ shape, panels, format, size, fps, loop }, signal) {
  const query = new URLSearchParams({ format, size: String(size), fps: String(fps), loop: loop ? "1" : "0" });
  const body = JSON.stringify({
    shape,
    panels: panels.map(({ caption, frames }) => ({
      caption: captionText(caption),
      heading: encodeBytes(heading(caption, size)),
      frames: encodeBytes(frames),
    })),
  });
  const headers = { "Content-Type": "application/json" };
  const name = "The film";
  return read(name, signal, async () => {
    const response = await checked(await get(`films?${query}`, { method: "POST", body, headers, signal }, name));
    return response.blob();
  });
}

/** @param {string} text @returns {string} one line, as long as the server takes it */
function captionText(text) {
  const letters = [...text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, " ")];
  return letters.length > LONGEST_CAPTION ? `${letters.slice(0, LONGEST_CAPTION - 1).join("")}…` : letters.join("");
}

/**
 * The caption of a film in every script the browser knows, as high as `vae_core.pictures.animation.caption_height` has it.
 * @param {string} text too long for it, it ends in an ellipsis
 * @param {number} width
 * @returns {Uint8Array} grey levels, [height * width]
 */
function heading(text, width) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.max(14, Math.floor(width / 12));
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.fillRect(0, 0, width, canvas.height);
  g.font = `${Math.round(0.7 * canvas.height)}px system-ui, sans-serif`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillStyle = "rgb(200 200 200)";
  const letters = [...text];
  let shown = text;
  while (letters.length && g.measureText(shown).width > width) {
    letters.pop();
    shown = `${letters.join("")}…`;
  }
  g.fillText(shown, width / 2, canvas.height / 2);
  return new Uint8Array(g.getImageData(0, 0, width, canvas.height).data.filter((_, i) => i % 4 === 1));
}

/** @param {Uint8Array} bytes @returns {string} base64 */
function encodeBytes(bytes) {
  let text = "";
  for (let from = 0; from < bytes.length; from += AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(from, from + AT_ONCE));
  }
  return btoa(text);
}
