/** Both maps as one PNG. */

import { download, drawDigits, drawDot, SCALE, sheet } from "../kit/png.js";
import { redraw } from "./pane.js";

const MAP = 420;
const PICTURE = 196;
const GAP = 20;
const PAD = 24;
const TITLE = 24;
const LINE = 18;
const TEXT = "12px";
const WIDTH = 2 * (PAD + MAP + GAP) + PICTURE;
const HEIGHT = PAD + TITLE + MAP + 3 * LINE + PAD;

/** @param {import("./latent_map.js").MapView} view does nothing before it is ready */
export function savePng(view) {
  const { data, sides, pins } = view;
  if (!pins.z || !data) return;
  download(drawMaps(view, pins.z, data), `map-${sides.map(({ name }) => name).join("-")}.png`);
}

/**
 * @param {import("./latent_map.js").MapView} view
 * @param {import("../state/z.js").ZPair} pins
 * @param {import("./latent_map.js").MapData} data
 * @returns {HTMLCanvasElement}
 */
function drawMaps({ root, sides, atlas, pictures, legend }, pins, data) {
  const { canvas, g, write } = sheet(root, WIDTH, HEIGHT);
  const top = PAD + TITLE;
  const middle = PAD + MAP + GAP;
  sides.forEach(({ name, plane }, side) => {
    const left = side ? middle + PICTURE + GAP : PAD;
    const pane = atlas.panes[side];
    drawDot(g, left + 5, PAD + 5, root.style.getPropertyValue(side ? "--right" : "--left"), side === 0);
    write(name, left + 16, PAD + 10, "600 14px", MAP);
    g.textAlign = "right";
    write(pane.share.textContent ?? "", left + MAP, PAD + 10, TEXT, MAP);
    g.textAlign = "left";
    const map = redraw(pane, MAP, SCALE, plane?.project(pins[side]).place ?? null, atlas.pointed);
    if (map) g.drawImage(map, left, top, MAP, MAP);
    else write(pane.problem.textContent ?? "", left, top + LINE, TEXT, MAP);
    write(pane.where.textContent ?? "", left, top + MAP + LINE, TEXT, MAP);

    const pictureTop = top + side * (MAP / 2);
    g.drawImage(pictures.canvases[side], middle + (PICTURE - 168) / 2, pictureTop, 168, 168);
    write(name, middle + 14, pictureTop + 182, "600 12px", PICTURE - 14);
    write(pictures.lines[side], middle + 14, pictureTop + 198, TEXT, PICTURE - 14);
  });

  const bottom = HEIGHT - PAD;
  drawDigits(g, write, data.colours.dark, legend.hidden, PAD, bottom);
  g.textAlign = "right";
  write(`${data.digits.toUpperCase()} digits`, WIDTH - PAD, bottom);
  return canvas;
}
