/** A plot as a picture to keep: its SVG with the look that the page gives it. */

import { picture, SCALE } from "./png.js";

const LOOK = [
  "display",
  "fill",
  "fill-opacity",
  "font-family",
  "font-size",
  "font-weight",
  "opacity",
  "paint-order",
  "stroke",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-opacity",
  "stroke-width",
  "visibility",
];

/**
 * @param {import("./plot.js").Plot} plot that is on the page
 * @param {number} most its width, at most
 * @returns {Promise<import("./png.js").Cell>}
 */
export async function plotPicture({ svg, width, height }, most) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const [from, to] = [svg, copy].map((one) => [one, ...one.querySelectorAll("*")]);
  from.forEach((node, i) => {
    const style = getComputedStyle(node);
    to[i].setAttribute("style", LOOK.map((name) => `${name}: ${style.getPropertyValue(name)}`).join(";"));
  });
  for (const handle of copy.querySelectorAll(".handle")) handle.remove();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const image = new Image(width * SCALE, height * SCALE);
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: width * SCALE, height: height * SCALE });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return picture(canvas, Math.min(width, most));
}
