/** The comparison as one PNG. */

import { download, drawDot, sheet } from "../kit/png.js";

const BIG = 196;
const SMALL = 56;
const GAP = 16;
const PAD = 24;
const TITLE = 24;
const LINE = 22;
const MARK = 150;
const EIGHT = 8;

/** @param {import("./reconstruct.js").ReconstructView} view does nothing before it is ready */
export function savePng(view) {
  const { stage, rows, sides, data, tray, root } = view;
  if (!sides.length || !data) return;
  const columns = sides.length + 1;
  const width = 2 * PAD + Math.max(columns * (BIG + GAP) - GAP, MARK + EIGHT * SMALL);
  const eightsTop = PAD + TITLE + 2 * BIG + 4 + LINE + GAP;
  const height = eightsTop + columns * SMALL + LINE + PAD;
  const { canvas, g, write } = sheet(root, width, height);

  const top = PAD + TITLE;
  write("original", PAD, PAD + 10, "600 14px");
  g.drawImage(stage.original, PAD, top, BIG, BIG);
  write(stage.names, PAD, top + 2 * BIG + 4 + LINE - 6, "12px", BIG);
  stage.columns.forEach(({ name, picture, difference, line }, i) => {
    const x = PAD + (i + 1) * (BIG + GAP);
    drawDot(g, x + 5, PAD + 5, sides[i].colour, true);
    write(name, x + 16, PAD + 10, "600 14px", BIG - 16);
    g.drawImage(picture, x, top, BIG, BIG);
    g.drawImage(difference, x, top + BIG + 4, BIG, BIG);
    write(line.textContent ?? "", x, top + 2 * BIG + 4 + LINE - 6, "12px", BIG);
  });

  [rows.gallery, ...rows.rows].forEach(({ canvases }, i) => {
    const y = eightsTop + i * SMALL;
    if (i > 0) drawDot(g, PAD + 5, y + SMALL / 2, sides[i - 1].colour, true);
    write(i ? sides[i - 1].name : "original", PAD + 16, y + SMALL / 2 + 4, "12px", MARK - 24);
    canvases.slice(0, rows.digits.length).forEach((one, k) => {
      g.drawImage(one, PAD + MARK + k * SMALL, y, SMALL - 2, SMALL - 2);
    });
  });
  const source = `${tray.chosen.name}, ${data.digits.toUpperCase()} digits, seed ${data.seed}`;
  write(source, PAD, height - PAD, "11px", width - 2 * PAD);
  download(canvas, `reconstruct-${sides.map(({ name }) => name).join("-")}.png`);
}
