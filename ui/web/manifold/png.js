/** Both maps of the Manifold page, with what is under them, as one PNG. */

import { SIZE } from "../kit/digits.js";
import { download, drawDigits, drawDot, SCALE, sheet } from "../kit/png.js";
import { context, redraw } from "../map/pane.js";
import { drawPaths } from "./pane.js";

const MAP = 420;
const GAP = 28;
const PAD = 24;
const TITLE = 24;
const LINE = 18;
const PICTURE = 46;
// Of a longer path as many, from end to end.
const MOST_PICTURES = 15;
const TEXT = "12px";
const WIDTH = 2 * (PAD + MAP) + GAP;
const HEIGHT = PAD + TITLE + MAP + 3 * LINE + 2 * (LINE + PICTURE) + LINE + PAD;

/** @param {import("./manifold_map.js").ManifoldView} view does nothing before it is ready */
export function savePng(view) {
  const { data, sides } = view;
  if (!sides.length || !data) return;
  const { surface } = view.choice.now;
  download(drawMaps(view, data), `${surface}-${sides.map(({ name }) => name).join("-")}.png`);
}

/**
 * @param {import("./manifold_map.js").ManifoldView} view
 * @param {import("./manifold_map.js").ManifoldData} data
 * @returns {HTMLCanvasElement}
 */
function drawMaps({ root, sides, pair, tool, legend }, data) {
  const { canvas, g, write } = sheet(root, WIDTH, HEIGHT);
  const top = PAD + TITLE;
  const bottom = HEIGHT - PAD;
  sides.forEach(({ name }, side) => {
    const left = PAD + side * (MAP + GAP);
    const pane = pair.panes[side];
    drawDot(g, left + 5, PAD + 5, root.style.getPropertyValue(side ? "--right" : "--left"), side === 0);
    write(name, left + 16, PAD + 10, "600 14px", MAP);
    const map = redraw(pane, MAP, SCALE, null, null);
    if (!map) return void write(pane.problem.textContent ?? "", left, top + LINE, TEXT, MAP);
    const colour = (side ? data.right : data.left).colour.dark;
    const marks = { lines: tool.lines(side), ends: tool.ends(side), pointer: null, thumb: false };
    drawPaths(context(map, MAP), MAP, pair.viewport, marks, colour);
    g.drawImage(map, left, top, MAP, MAP);
    let y = top + MAP + LINE;
    for (const words of [pane.scale.words, tool.facts(side), tool.numbers(side)].filter(Boolean)) {
      write(words, left, y, TEXT, MAP);
      y += LINE;
    }
    for (const { element: row, name: label, canvas: film } of pane.below.rows) {
      if (row.hidden) continue;
      const count = film.width / SIZE;
      const shown = Math.min(count, MOST_PICTURES);
      write(`${label.textContent}${shown < count ? `, ${shown} of ${count}` : ""}`, left, y, TEXT);
      const width = Math.min(PICTURE, MAP / shown);
      for (let k = 0; k < shown; k++) {
        const from = Math.round((k * (count - 1)) / Math.max(1, shown - 1));
        g.drawImage(film, from * SIZE, 0, SIZE, SIZE, left + k * width, y + 5, width, width);
      }
      y += LINE + PICTURE;
    }
  });
  drawDigits(g, write, data.colours.dark, legend.hidden, PAD, bottom);
  g.textAlign = "right";
  write(`${data.digits.toUpperCase()} digits`, WIDTH - PAD, bottom);
  return canvas;
}
