/** The experiment as one PNG. */

import { formatNumber } from "../kit/dom.js";
import { download, drawDot, sheet } from "../kit/png.js";
import { settings } from "./settings.js";

const BIG = 140;
const GAP = 12;
const PAD = 24;
const LINE = 20;
const HALF = 3 * (BIG + GAP) + GAP;

/** @param {import("./tangent.js").TangentView} view does nothing before it is ready */
export function savePng(view) {
  const { sides, data, tray, root } = view;
  if (!data || !sides.some(({ plane }) => plane)) return;
  const width = 2 * PAD + sides.length * HALF - 2 * GAP;
  const height = 2 * PAD + 2 * BIG + 6 * LINE;
  const { canvas, g, write } = sheet(root, width, height);
  const top = PAD + 2 * LINE;
  const bottom = top + BIG + LINE;
  sides.forEach(({ name, colour, half }, i) => {
    const left = PAD + i * HALF;
    drawDot(g, left + 5, PAD + 5, colour, true);
    write(`${name} · ${half.dimension.textContent}`, left + 16, PAD + 10, "600 14px", HALF - 3 * GAP);
    half.columns.forEach(({ name, input, output, moves, keeps }, k) => {
      const x = left + k * (BIG + GAP);
      write(name, x, top - 6, "12px", BIG);
      g.drawImage(input, x, top, BIG, BIG);
      write("↓ gives back", x, bottom - 6, "11px", BIG);
      g.drawImage(output, x, bottom, BIG, BIG);
      write(moves.textContent ?? "", x, bottom + BIG + LINE - 4, "600 13px", BIG);
      write(keeps.textContent ?? "", x, bottom + BIG + 2 * LINE - 6, "12px", BIG);
    });
  });
  const origin = settings.source === "z" ? "pinned z" : tray.chosen.name;
  const set = `${data.digits.toUpperCase()} digits, seed ${data.seed}`;
  const words = `a = ${formatNumber(settings.amount)}, ${origin}, ${set}`;
  write(words, PAD, height - PAD, "11px", width - 2 * PAD);
  download(canvas, `tangent-${sides.map(({ name }) => name).join("-")}.png`);
}
