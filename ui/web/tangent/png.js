/** The experiment as one PNG. */

import { column, picture, row, savePng, text, title } from "../kit/png.js";

/** @typedef {import("./side.js").Side} Side */

const BIG = 140;
const GAP = 12;
const LINE = 20;

/** @param {Element} root @param {Side[]} sides @param {string} note the last line */
export function saveExperiment(root, sides, note) {
  const halves = sides.map(({ name, colour, half }) =>
    column([title(`${name} · ${half.dimension.textContent}`, colour), row(half.columns.map(trial), GAP)]),
  );
  savePng(root, `tangent-${sides.map(({ name }) => name).join("-")}`, column([row(halves, 2 * GAP), text(note)]));
}

/** @param {Side["half"]["columns"][number]} shown what a model is shown, and what it gives back */
const trial = ({ name, input, output, moves, keeps }) =>
  column([
    text(name, { height: LINE }),
    picture(input, BIG),
    text("↓ gives back", { font: "11px", height: LINE }),
    picture(output, BIG),
    text(moves.textContent, { font: "600 13px", height: LINE }),
    text(keeps.textContent),
  ]);
