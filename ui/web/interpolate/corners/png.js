/** The squares between four digits, as one PNG. */

import { column, picture, row, savePng, text, title } from "../../kit/png.js";
import { SIZE } from "../../nn/nn.js";

const GAP = 24;
const STOP = 56;
const NAME = { font: "11px", width: STOP + GAP - 4 };

/**
 * @param {Element} root @param {string} name of the file, without its ending
 * @param {import("./square.js").Square[]} squares those that are shown
 * @param {{canvas: HTMLCanvasElement, name: string}[]} stops the corners
 * @param {string} digits the set
 */
export function saveCorners(root, name, squares, stops, digits) {
  const grids = squares.map(({ element, canvas, n }, i) => {
    const colour = getComputedStyle(element).getPropertyValue("--colour");
    return column([title(canvas.dataset.grid ?? "", colour, i === 0), picture(canvas, n * SIZE)]);
  });
  const corners = stops.map((stop) => column([picture(stop.canvas, STOP), text(stop.name, NAME)]));
  const words = ["The corners, row by row", `${digits.toUpperCase()} digits`].map((line) =>
    text(line, { font: NAME.font }),
  );
  savePng(root, name, column([row(grids, GAP), row([...corners, column(words)], 4)], 12));
}
