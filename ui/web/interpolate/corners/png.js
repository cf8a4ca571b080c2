/** The squares between four digits, as one PNG. */

import { SIZE } from "../../kit/digits.js";
import { download, drawDot, sheet } from "../../kit/png.js";

const PAD = 24;
const GAP = 24;
const LINE = 18;
const STOP = 56;
const SMALL = "11px";

/** @param {import("./corners.js").CornersMode} view @param {string} name of the file, without its ending */
export function saveCorners({ sides, squares, stops, hand, digits, replacesStage }, name) {
  if (!sides.length) return;
  const square = squares[0].n * SIZE;
  const grids = sides.length * (square + GAP) - GAP;
  const width = 2 * PAD + Math.max(grids, 4 * (STOP + GAP));
  const { canvas, g, look, write } = sheet(replacesStage, width, 2 * PAD + square + 3 * LINE + STOP);
  sides.forEach((side, i) => {
    const x = PAD + i * (square + GAP);
    const colour = getComputedStyle(squares[i].element).getPropertyValue("--colour") || look.text;
    drawDot(g, x + 5, PAD + 6, colour, i === 0);
    write(side.name, x + 16, PAD + 11, "600 13px", square - 16);
    g.drawImage(squares[i].canvas, x, PAD + LINE, square, square);
  });
  const top = PAD + square + 2 * LINE;
  stops.forEach((stop, i) => {
    const x = PAD + i * (STOP + GAP);
    g.drawImage(stop.canvas, x, top, STOP, STOP);
    write(hand.name(hand.stops[i]).name, x, top + STOP + 14, SMALL, STOP + GAP - 4);
  });
  const left = PAD + 4 * (STOP + GAP);
  write("The corners, row by row", left, top + 14, SMALL, width - PAD - left);
  write(`${digits.toUpperCase()} digits`, left, top + 30, SMALL, width - PAD - left);
  download(canvas, `${name}.png`);
}
