/** Both maps with what stands under and between them, as one PNG. */

import { SIZE } from "../kit/digits.js";
import { download, drawDigits, drawDot, SCALE, sheet } from "../kit/png.js";

/**
 * @typedef {object} Pane
 * @property {HTMLElement} name @property {HTMLElement} share @property {HTMLElement} problem
 * @property {HTMLElement} where @property {{words: string}} scale
 * @property {import("./below.js").Below} below
 * @property {(size: number, ratio: number) => HTMLCanvasElement | null} redraw null where there is no map
 */
/** @typedef {{canvas: HTMLCanvasElement, name: string, words: string}} Picture */

const MAP = 420;
const BETWEEN = 196;
const LARGE = 168;
const GAP = 20;
const PAD = 24;
const TITLE = 24;
const LINE = 18;
const SMALL = 46;
// Of a longer path as many, from end to end.
const MOST_PICTURES = 15;
const TEXT = "12px";

/**
 * @param {Element} root of the component
 * @param {string} file
 * @param {Pane[]} panes left, right
 * @param {Picture[]} pictures one of each model, or none
 * @param {{name: string, colours: string[], hidden: Set<number>}} digits
 */
export function savePng(root, file, panes, pictures, { name, colours, hidden }) {
  const apart = pictures.length ? BETWEEN + 2 * GAP : GAP;
  const width = 2 * (PAD + MAP) + apart;
  const below = panes.map(({ where, scale, below: { facts, numbers, rows } }) => ({
    lines: [where, facts, numbers].map(textOf).concat(scale.words).filter(Boolean),
    films: rows.filter((row) => !row.element.hidden),
  }));
  const room = below.map(({ lines, films }) => lines.length * LINE + films.length * (LINE + SMALL));
  const height = PAD + TITLE + MAP + Math.max(...room) + 2 * LINE + PAD;
  const { canvas, g, write } = sheet(root, width, height);
  const top = PAD + TITLE;
  panes.forEach((pane, side) => {
    const colour = /** @type {HTMLElement} */ (root).style.getPropertyValue(side ? "--right" : "--left");
    const left = PAD + side * (MAP + apart);
    drawDot(g, left + 5, PAD + 5, colour, side === 0);
    write(textOf(pane.name), left + 16, PAD + 10, "600 14px", MAP);
    g.textAlign = "right";
    write(textOf(pane.share), left + MAP, PAD + 10, TEXT, MAP);
    g.textAlign = "left";
    const map = pane.redraw(MAP, SCALE);
    if (map) g.drawImage(map, left, top, MAP, MAP);
    else write(textOf(pane.problem), left, top + LINE, TEXT, MAP);
    let y = top + MAP + LINE;
    for (const words of map ? below[side].lines : []) {
      write(words, left, y, TEXT, MAP);
      y += LINE;
    }
    for (const { name: label, canvas: film } of below[side].films) {
      const count = film.width / SIZE;
      const shown = Math.min(count, MOST_PICTURES);
      write(`${textOf(label)}${shown < count ? `, ${shown} of ${count}` : ""}`, left, y, TEXT);
      const small = Math.min(SMALL, MAP / shown);
      for (let k = 0; k < shown; k++) {
        const from = Math.round((k * (count - 1)) / Math.max(1, shown - 1));
        g.drawImage(film, from * SIZE, 0, SIZE, SIZE, left + k * small, y + 5, small, small);
      }
      y += LINE + SMALL;
    }
  });
  pictures.forEach((picture, side) => {
    const [left, y] = [PAD + MAP + GAP, top + side * (MAP / 2)];
    g.drawImage(picture.canvas, left + (BETWEEN - LARGE) / 2, y, LARGE, LARGE);
    write(picture.name, left + 14, y + 182, "600 12px", BETWEEN - 14);
    write(picture.words, left + 14, y + 198, TEXT, BETWEEN - 14);
  });
  drawDigits(g, write, colours, hidden, PAD, height - PAD);
  g.textAlign = "right";
  write(`${name.toUpperCase()} digits`, width - PAD, height - PAD);
  download(canvas, file);
}

/** @param {HTMLElement} node @returns {string} */
const textOf = ({ textContent, hidden }) => (hidden ? "" : (textContent ?? "").trim());
