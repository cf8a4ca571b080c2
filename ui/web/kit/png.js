/** Pictures to keep: the caller says what stands in which row and column; where that is, is found here. */

import { digit, isTold } from "../state/digit.js";
import { theme } from "./theme.js";

/** Pixels for each of CSS: pictures of 28 pixels fall on whole ones, and text stays sharp. */
export const SCALE = 2;

/**
 * An empty picture in the colours of the page.
 * @param {Element} root of the component @param {number} width @param {number} height in pixels of CSS
 */
function sheet(root, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.scale(SCALE, SCALE);
  g.imageSmoothingEnabled = false;
  const look = theme(root);
  g.fillStyle = look.background;
  g.fillRect(0, 0, width, height);
  /** @type {(text: string, x: number, y: number, style?: string, most?: number) => void} `most` is its width */
  const write = (text, x, y, style = "12px", most) => {
    g.font = `${style} ${look.font}`;
    g.fillStyle = look.text;
    g.fillText(text, x, y, most);
  };
  return { canvas, g, look, write };
}

/**
 * A model's mark, as it stands beside its name on the page.
 * @param {CanvasRenderingContext2D} g
 * @param {number} x @param {number} y
 * @param {string} colour @param {boolean} filled a ring else
 */
function drawDot(g, x, y, colour, filled) {
  g.beginPath();
  g.arc(x, y, filled ? 5 : 3.75, 0, 2 * Math.PI);
  g.fillStyle = g.strokeStyle = colour;
  g.lineWidth = 2.5;
  if (filled) g.fill();
  else g.stroke();
}

/** @param {Blob} blob @param {string} name of the file; the digit that models are told is part of it */
export function downloadFile(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(isTold() ? name.replace(/(\.\w+)$/, `-digit-${digit()}$1`) : name);
  link.click();
  // Revoked at once, the download would not start.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const LONGEST_STEM = 120;

/** @param {string} name with an ending @returns {string} what every system takes for the name of a file */
function fileName(name) {
  const ending = name.slice(name.lastIndexOf("."));
  const stem = name.slice(0, -ending.length).replace(/[^\p{L}\p{M}\p{N}._-]/gu, "_");
  return `${[...stem].slice(0, LONGEST_STEM).join("")}${ending}`;
}

/** @typedef {ReturnType<typeof sheet>} Pen */
/**
 * @typedef {object} Cell
 * @property {number} width in pixels of CSS; 0 where it takes what there is
 * @property {number} height
 * @property {(pen: Pen, x: number, y: number, width: number) => void} draw from its upper left on, in the width there is
 */

const PAD = 24;
const GAP = 12;
const TITLE_HEIGHT = 24;
const DOT = 16;
const CHIP = 26;

/** @param {HTMLCanvasElement} image @param {number} width @param {number} [height] as it is to the width @returns {Cell} */
export const picture = (image, width, height = (width * image.height) / image.width) => ({
  width,
  height,
  draw: ({ g }, x, y) => g.drawImage(image, x, y, width, height),
});

/**
 * @param {string | null} words in one line, squeezed where they are longer than there is room
 * @param {{font?: string, width?: number, height?: number}} [look]
 * @returns {Cell}
 */
export const text = (words, { font = "12px", width = 0, height = 18 } = {}) => ({
  width,
  height,
  draw: ({ write }, x, y, most) => write(words ?? "", x, y + Math.min(14, height - 4), font, most),
});

/**
 * A model's name behind its mark.
 * @param {string} name @param {string} colour @param {boolean} [isFilled] else the mark is a ring @param {number} [width]
 * @param {string} [note] after the name
 * @returns {Cell}
 */
export const title = (name, colour, isFilled = true, width = 0, note = "") => ({
  width,
  height: TITLE_HEIGHT,
  draw: ({ g, look, write }, x, y, most) => {
    drawDot(g, x + 5, y + 5, colour || look.text, isFilled);
    write(name, x + DOT, y + 10, "600 14px", most - DOT);
    const from = DOT + g.measureText(name).width + 8;
    if (note && from < most) write(note, x + from, y + 10, "12px", most - from);
  },
});

/** The digits that are shown, each behind its colour. @param {string[]} colours ten @param {Set<number>} hidden @returns {Cell} */
export const digits = (colours, hidden) => ({
  width: 0,
  height: 18,
  draw: ({ g, write }, x, y) => {
    const shown = colours.flatMap((colour, digit) => (hidden.has(digit) ? [] : [{ colour, digit }]));
    shown.forEach(({ colour, digit }, i) => {
      drawDot(g, x + i * CHIP + 5, y + 10, colour, true);
      write(String(digit), x + i * CHIP + 13, y + 14);
    });
  },
});

/** @param {number} width @param {number} [height] @returns {Cell} with nothing in it */
export const blank = (width, height = width) => ({ width, height, draw: () => {} });

/** @param {Cell[]} cells side by side, their middles in line @param {number} [gap] @returns {Cell} */
export function row(cells, gap = 0) {
  const own = cells.reduce((sum, { width }) => sum + width, gap * (cells.length - 1));
  const takers = cells.filter(({ width }) => !width).length;
  const height = Math.max(...cells.map((cell) => cell.height));
  const draw = (
    /** @type {Pen} */ pen,
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {number} */ most,
  ) => {
    let left = x;
    for (const cell of cells) {
      const width = cell.width || (most - own) / takers;
      cell.draw(pen, left, y + (height - cell.height) / 2, width);
      left += width + gap;
    }
  };
  return { width: takers ? 0 : own, height, draw };
}

/** @param {Cell[]} cells side by side, their upper edges in line @param {number} [gap] @returns {Cell} */
export function columns(cells, gap = 0) {
  const height = Math.max(...cells.map((cell) => cell.height));
  return row(
    cells.map((cell) => ({ ...cell, height })),
    gap,
  );
}

/** @param {Cell[]} cells one below the other @param {number} [gap] @returns {Cell} */
export function column(cells, gap = 0) {
  const height = cells.reduce((sum, cell) => sum + cell.height, gap * (cells.length - 1));
  const draw = (
    /** @type {Pen} */ pen,
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {number} */ most,
  ) => {
    let top = y;
    for (const cell of cells) {
      cell.draw(pen, x, top, cell.width || most);
      top += cell.height + gap;
    }
  };
  return { width: Math.max(...cells.map(({ width }) => width)), height, draw };
}

/** @param {Cell[]} cells all of one size @param {number} columns @param {number} [gap] @returns {Cell} line by line */
export const lines = (cells, columns, gap = 0) =>
  column(
    Array.from({ length: Math.ceil(cells.length / columns) }, (_, k) =>
      row(cells.slice(k * columns, (k + 1) * columns), gap),
    ),
    gap,
  );

/** @param {Cell} cell @param {Cell["draw"]} draw @returns {Cell} with that over it */
export const marked = (cell, draw) => ({
  ...cell,
  draw: (pen, x, y, width) => {
    cell.draw(pen, x, y, width);
    draw(pen, x, y, width);
  },
});

/** @param {Element} root whose theme it has @param {string} name of the file, without its ending @param {Cell} cell */
export function savePng(root, name, cell) {
  const told = isTold() ? [text(`Models that are told a digit are told ${digit()}.`)] : [];
  const whole = column([cell, ...told], GAP);
  const pen = sheet(root, whole.width + 2 * PAD, whole.height + 2 * PAD);
  whole.draw(pen, PAD, PAD, whole.width);
  pen.canvas.toBlob((blob) => blob && downloadFile(blob, `${name}.png`));
}
