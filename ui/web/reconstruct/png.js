/** The comparison as one PNG. */

import { blank, column, picture, row, savePng, text, title } from "../kit/png.js";

/** @typedef {{name: string, colour: string}} Side a model */

const BIG = 196;
const SMALL = 56;
const GAP = 16;
const LABEL = 150;

/**
 * @param {Element} root
 * @param {import("./stage.js").Stage} stage
 * @param {import("./rows.js").Rows} rows
 * @param {Side[]} sides
 * @param {string} source the last line
 */
export function saveComparison(root, stage, rows, sides, source) {
  const original = column([
    text("original", { font: "600 14px", height: 24 }),
    picture(stage.original, BIG),
    blank(BIG),
    text(stage.names),
  ]);
  const models = stage.columns.map((shown, i) =>
    column([
      title(shown.name, sides[i].colour),
      picture(shown.picture, BIG),
      picture(shown.difference, BIG),
      text(shown.line.textContent),
    ]),
  );
  const count = rows.digits.length;
  const small = (/** @type {import("../kit/png.js").Cell} */ label, /** @type {HTMLCanvasElement[]} */ canvases) =>
    row([label, ...canvases.slice(0, count).map((canvas) => picture(canvas, SMALL))], 2);
  const table = column(
    [
      small(text("original", { width: LABEL }), rows.gallery.canvases),
      ...rows.rows.map(({ canvases }, i) => small(title(sides[i].name, sides[i].colour, true, LABEL), canvases)),
    ],
    2,
  );
  const name = `reconstruct-${sides.map((side) => side.name).join("-")}`;
  savePng(root, name, column([row([original, ...models], GAP), table, text(source)], GAP));
}
