/** What is compared, as one PNG. */

import { formatNumber } from "../kit/dom.js";
import { download, drawDot, sheet } from "../kit/png.js";
import { KINDS } from "./controls.js";
import { formatPsnr } from "./grid.js";
import { settings } from "./settings.js";

const PAD = 24;
const NAMES = 150;
const CELL = 84;
const BIG = 224;
const GAP = 8;
const LINE = 16;
const MEAN = 84;
const SMALL = "11px";

/** @typedef {import("./denoise.js").DenoiseView} DenoiseView */

/** @param {DenoiseView} view does nothing before it is ready */
export function savePng(view) {
  const { grid, models } = view.stage;
  if (!models.length) return;
  const cell = grid.count === 1 ? BIG : CELL;
  const columns = grid.count;
  const width = 2 * PAD + NAMES + columns * (cell + GAP) + (columns > 1 ? MEAN : 0);
  const height = 2 * PAD + grid.rows.length * (cell + LINE + GAP) + LINE;
  const { canvas, g, look, write } = sheet(view.root, width, height);
  grid.rows.forEach((row, k) => {
    const top = PAD + k * (cell + LINE + GAP);
    drawDot(g, PAD + 5, top + 9, getComputedStyle(row.element).getPropertyValue("--colour") || look.text, k > 0);
    write(row.name, PAD + 16, top + 14, "600 13px", NAMES - 24);
    write(row.label, PAD + 16, top + 30, SMALL, NAMES - 24);
    row.canvases.slice(0, grid.count).forEach((picture, i) => {
      const x = PAD + NAMES + i * (cell + GAP);
      g.drawImage(picture, x, top, cell, cell);
      if (row.shown[i]) write(likeness(row.shown[i]), x, top + cell + LINE - 3, SMALL);
    });
    if (grid.count > 1 && row.average) {
      write(likeness(row.average), PAD + NAMES + grid.count * (cell + GAP), top + cell / 2, "600 11px");
    }
  });
  write(source(view), PAD, height - PAD, SMALL);
  download(canvas, `denoise-${grid.models.map(({ name }) => name).join("-")}.png`);
}

/** @param {import("./engine.js").Likeness} likeness */
const likeness = ({ psnr, ssim }) => `${formatPsnr(psnr)} dB  ${formatNumber(ssim)}`;

/** @param {DenoiseView} view @returns {string} what was done */
function source({ stage, data }) {
  const { name, level, format } = KINDS[settings.kind];
  const clip = settings.kind === "gaussian" ? (settings.clip ? ", clipped" : ", not clipped") : "";
  const rubbed = settings.hasRubbed ? ", noise rubbed in" : "";
  const passes = settings.times > 1 ? `, applied ${settings.times} times` : "";
  const what = `${name}, ${level.toLowerCase()} ${format(settings)}${clip}${rubbed}${passes}`;
  return `${what}, noise seed ${stage.seed}, ${data?.digits.toUpperCase()} digits. PSNR and SSIM to the clean digit.`;
}
