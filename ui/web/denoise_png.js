/** What is compared, as one PNG. */

import { KINDS } from "./denoise_controls.js";
import { formatPsnr } from "./denoise_grid.js";
import { formatNumber } from "./dom.js";
import { download, drawDot } from "./png.js";
import { theme } from "./theme.js";

const PAD = 24;
const NAMES = 150;
const CELL = 84;
const BIG = 224;
const GAP = 8;
const LINE = 16;
const MEAN = 84;
const SCALE = 2;

/** @typedef {import("./denoise_view.js").DenoiseView} DenoiseView */

/** @param {DenoiseView} view does nothing before it is ready */
export function savePng(view) {
  const { data, grid } = view;
  if (!data || !grid.count) return;
  const cell = grid.count === 1 ? BIG : CELL;
  const columns = grid.count;
  const width = 2 * PAD + NAMES + columns * (cell + GAP) + (columns > 1 ? MEAN : 0);
  const height = 2 * PAD + grid.rows.length * (cell + LINE + GAP) + LINE;
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.scale(SCALE, SCALE);
  g.imageSmoothingEnabled = false;
  draw(g, view, cell, width, height);
  download(canvas, `denoise-${grid.models.map(({ name }) => name).join("-")}.png`);
}

/**
 * @param {CanvasRenderingContext2D} g @param {DenoiseView} view
 * @param {number} cell @param {number} width @param {number} height
 */
function draw(g, view, cell, width, height) {
  const { root, grid } = view;
  const look = theme(root);
  const write = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y, style = "11px") => {
    g.font = `${style} ${look.font}`;
    g.fillStyle = look.text;
    g.fillText(text, x, y);
  };
  g.fillStyle = look.background;
  g.fillRect(0, 0, width, height);
  grid.rows.forEach((row, k) => {
    const top = PAD + k * (cell + LINE + GAP);
    drawDot(g, PAD + 5, top + 9, getComputedStyle(row.element).getPropertyValue("--colour") || look.text, k > 0);
    write(row.name, PAD + 16, top + 14, "600 13px");
    write(row.label, PAD + 16, top + 30);
    row.canvases.slice(0, grid.count).forEach((picture, i) => {
      const x = PAD + NAMES + i * (cell + GAP);
      g.drawImage(picture, x, top, cell, cell);
      if (row.shown[i]) write(likeness(row.shown[i]), x, top + cell + LINE - 3);
    });
    if (grid.count > 1 && row.average) {
      write(likeness(row.average), PAD + NAMES + grid.count * (cell + GAP), top + cell / 2, "600 11px");
    }
  });
  write(source(view), PAD, height - PAD);
}

/** @param {import("./denoise_engine.js").Likeness} likeness */
const likeness = ({ psnr, ssim }) => `${formatPsnr(psnr)} dB  ${formatNumber(ssim)}`;

/** @param {DenoiseView} view @returns {string} what was done */
function source({ settings, seed, data }) {
  const { name, level, format } = KINDS[settings.kind];
  const clip = settings.kind === "gaussian" ? (settings.clip ? ", clipped" : ", not clipped") : "";
  const rubbed = settings.hasRubbed ? ", noise rubbed in" : "";
  const passes = settings.times > 1 ? `, applied ${settings.times} times` : "";
  const what = `${name}, ${level.toLowerCase()} ${format(settings)}${clip}${rubbed}${passes}`;
  return `${what}, noise seed ${seed}, ${data?.digits.toUpperCase()} digits. PSNR and SSIM to the clean digit.`;
}
