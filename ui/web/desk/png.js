/** What is on the desk as one PNG. */

import { coordinateName, formatScaled } from "../kit/dom.js";
import { download, drawDot, sheet } from "../kit/png.js";

const PICTURE = 280;
const GAP = 16;
const PAD = 24;
// As on the desk, over the empty margins of both.
const ORIGINAL = GAP + (2 * 4 * PICTURE) / 28;
const WIDTH = 2 * PICTURE + GAP + 2 * PAD;
const CELL = (2 * PICTURE + GAP) / 11;
const SAMPLE_COLUMNS = 8;
const SAMPLE = PICTURE / SAMPLE_COLUMNS;
const LINE = 15;
const PER_LINE = 8;

/**
 * @typedef {object} Snapshot
 * @property {string[]} names of the models
 * @property {string[]} colours of the models
 * @property {string[]} lines where each z lies
 * @property {HTMLCanvasElement[]} pictures
 * @property {HTMLCanvasElement | null} original of which z is the code
 * @property {string} stripTitle
 * @property {HTMLCanvasElement[][]} strips
 * @property {(number | null)[]} positions of z along the strips, in [0, 1]
 * @property {(string | null)[]} lacks what a strip says that has no pictures
 * @property {string} samplesTitle
 * @property {HTMLCanvasElement[][]} samples
 * @property {import("../state/z.js").ZPair} z
 * @property {string} source the digits and the seed
 * @property {HTMLElement} root whose theme it has
 */

/** @param {import("./desk.js").DeskView} desk does nothing before it is ready */
export function savePng(desk) {
  if (!desk.state || !desk.data) return;
  const names = desk.sides.map(({ name }) => name);
  download(drawDesk(snapshot(desk, desk.state.z, desk.data)), `desk-${names.join("-")}.png`);
}

/**
 * @param {import("./desk.js").DeskView} desk
 * @param {import("../state/z.js").ZPair} z
 * @param {import("./desk.js").DeskData} data
 * @returns {Snapshot}
 */
function snapshot({ root, sides, pictures, strip, samples, digit }, z, { digits, seed }) {
  return {
    names: sides.map(({ name }) => name),
    colours: ["--left", "--right"].map((name) => root.style.getPropertyValue(name)),
    lines: pictures.lines,
    pictures: pictures.canvases,
    original: digit.original.hidden ? null : digit.canvas,
    stripTitle: strip.title.textContent ?? "",
    strips: strip.galleries.map((gallery) => gallery.canvases),
    positions: strip.positions,
    lacks: strip.lacks,
    samplesTitle: samples.caption,
    samples: samples.galleries.map((gallery) => gallery.canvases),
    z,
    source: `${digits.toUpperCase()} digits, seed ${seed}`,
    root,
  };
}

/** @param {Snapshot} snapshot @returns {HTMLCanvasElement} */
function drawDesk({ names, colours, lines, pictures, strips, samples, ...rest }) {
  const texts = [...names.map((name, side) => zLines(name, rest.z[side])), [rest.source]];
  const stripTop = PAD + 24 + PICTURE + 28 + 24;
  const samplesTop = stripTop + 2 * CELL + 32;
  const textTop = samplesTop + Math.ceil(samples[0].length / SAMPLE_COLUMNS) * SAMPLE + 12;
  const height = textTop + texts.reduce((sum, rows) => sum + rows.length * LINE + 8, 0) + PAD - 8;
  const { canvas, g, look, write } = sheet(rest.root, WIDTH, height);

  names.forEach((name, side) => {
    const x = PAD + side * (PICTURE + GAP);
    drawDot(g, x + 5, PAD + 5, colours[side], side === 0);
    write(name, x + 16, PAD + 10, "600 14px");
    g.drawImage(pictures[side], x, PAD + 24, PICTURE, PICTURE);
    write(lines[side], x, PAD + 24 + PICTURE + 18, "12px");
  });

  if (rest.original) {
    const [x, y] = [PAD + PICTURE + (GAP - ORIGINAL) / 2, PAD + 24 + PICTURE - ORIGINAL];
    g.fillStyle = look.background;
    g.fillRect(x - 1, y - LINE, ORIGINAL + 2, ORIGINAL + LINE + 1);
    g.drawImage(rest.original, x, y, ORIGINAL, ORIGINAL);
    write("original", x + 2, y - 4, "11px");
  }

  write(rest.stripTitle, PAD, stripTop - 8, "12px");
  strips.forEach((strip, side) => {
    const top = stripTop + side * CELL;
    const words = rest.lacks[side];
    if (words) write(words, PAD, top + CELL / 2 + 4, "12px");
    else strip.forEach((cell, k) => g.drawImage(cell, PAD + k * CELL, top, CELL - 2, CELL - 2));
    const at = rest.positions[side];
    if (at === null) return;
    g.fillStyle = colours[side];
    // The width of the last cell ends 2 before that of the strip.
    g.fillRect(PAD + at * 11 * CELL - 2, top - 3, 2, CELL + 4);
  });

  write(rest.samplesTitle, PAD, samplesTop - 8, "12px");
  samples.forEach((cells, side) =>
    cells.forEach((cell, k) => {
      const x = PAD + side * (PICTURE + GAP) + (k % SAMPLE_COLUMNS) * SAMPLE;
      g.drawImage(cell, x, samplesTop + Math.floor(k / SAMPLE_COLUMNS) * SAMPLE, SAMPLE, SAMPLE);
    }),
  );

  let y = textTop;
  for (const rows of texts) {
    for (const row of rows) write(row, PAD, (y += LINE), "11px");
    y += 8;
  }
  return canvas;
}

/** @param {string} name @param {Float64Array} z @returns {string[]} */
function zLines(name, z) {
  const largest = Math.max(...z.map(Math.abs));
  const parts = Array.from(z, (value, i) => `${coordinateName(i)} ${formatScaled(value, largest)}`);
  const rows = [];
  for (let i = 0; i < parts.length; i += PER_LINE) rows.push(parts.slice(i, i + PER_LINE).join("   "));
  return [`z of ${name}`, ...rows];
}
