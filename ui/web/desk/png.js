/** What is on the desk as one PNG. */

import { coordinateName, formatScaled } from "../kit/dom.js";
import { blank, column, lines, marked, picture, row, savePng, text, title } from "../kit/png.js";

const PICTURE = 280;
const GAP = 16;
const WIDTH = 2 * PICTURE + GAP;
const TITLE = 24;
// As on the desk, over the empty margins of both, a seventh of a digit each.
const ORIGINAL = GAP + (2 * PICTURE) / 7;
const CELLS = 11;
const CELL = WIDTH / CELLS;
const SAMPLE_COLUMNS = 8;
const SMALL = { font: "11px", height: 15 };
const PER_LINE = 8;

/**
 * @typedef {object} Desk
 * @property {HTMLElement} root whose theme and colours it has
 * @property {string[]} namesShown of the models
 * @property {import("../kit/pictures.js").Pictures} pictures
 * @property {{original: HTMLElement, canvas: HTMLCanvasElement}} digit of which z is the code, where it is not hidden
 * @property {import("./strip.js").Strip} strip
 * @property {import("./samples.js").Samples} samples
 */

/** @param {Desk} desk @param {import("../state/z.js").ZPair} z @param {string} source the digits and the seed */
export function saveDesk({ root, namesShown: names, pictures, digit, strip, samples }, z, source) {
  const colours = ["--left", "--right"].map((name) => root.style.getPropertyValue(name));
  const decoded = names.map((name, side) =>
    column([
      title(name, colours[side], side === 0),
      picture(pictures.canvases[side], PICTURE),
      text(pictures.lines[side], { height: 28 }),
    ]),
  );
  const strips = strip.galleries.map(({ canvases }, side) => along(strip, canvases, side, colours[side]));
  const drawn = samples.galleries.map(({ canvases }) =>
    lines(
      canvases.map((canvas) => picture(canvas, PICTURE / SAMPLE_COLUMNS)),
      SAMPLE_COLUMNS,
    ),
  );
  const numbers = [...names.map((name, side) => zLines(name, z[side])), [source]];
  const parts = [
    digit.original.hidden ? row(decoded, GAP) : withOriginal(row(decoded, GAP), digit.canvas),
    text(strip.title.textContent, { height: TITLE }),
    column(strips, 2),
    blank(WIDTH, 10),
    text(samples.caption, { height: TITLE }),
    row(drawn, GAP),
    ...numbers.flatMap((words) => [blank(WIDTH, 8), ...words.map((line) => text(line, SMALL))]),
  ];
  savePng(root, `desk-${names.join("-")}`, column(parts));
}

/** @param {import("../kit/png.js").Cell} pair @param {HTMLCanvasElement} original */
const withOriginal = (pair, original) =>
  marked(pair, ({ g, look, write }, x, y) => {
    const ratio = original.height / original.width;
    const [left, top] = [x + (WIDTH - ORIGINAL) / 2, y + TITLE + (PICTURE - ORIGINAL) * ratio];
    const height = ORIGINAL * ratio;
    g.fillStyle = look.background;
    g.fillRect(left - 1, top - SMALL.height, ORIGINAL + 2, height + SMALL.height + 1);
    g.drawImage(original, left, top, ORIGINAL, height);
    write("original", left + 2, top - 4, SMALL.font);
  });

/**
 * The strip of one model, with a line where z is.
 * @param {Desk["strip"]} strip @param {HTMLCanvasElement[]} canvases @param {number} side @param {string} colour
 */
function along({ lacks, positions }, canvases, side, colour) {
  const words = lacks[side];
  const at = positions[side];
  const cells = canvases.map((canvas) => picture(canvas, CELL - 2));
  const line = words === null ? row(cells, 2) : row([blank(1, CELL - 2), text(words)]);
  return marked(line, ({ g }, x, y) => {
    if (at === null) return;
    g.fillStyle = colour;
    // The width of the last cell ends 2 before that of the strip.
    g.fillRect(x + at * WIDTH - 2, y - 3, 2, CELL + 4);
  });
}

/** @param {string} name @param {Float64Array} z @returns {string[]} */
function zLines(name, z) {
  const largest = Math.max(...z.map(Math.abs));
  const parts = Array.from(z, (value, i) => `${coordinateName(i)} ${formatScaled(value, largest)}`);
  const rows = [];
  for (let i = 0; i < parts.length; i += PER_LINE) rows.push(parts.slice(i, i + PER_LINE).join("   "));
  return [`z of ${name}`, ...rows];
}
