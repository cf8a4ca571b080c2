/** What is watched, as a picture to keep. */

import { plotPicture } from "../../kit/plot_png.js";
import { column, columns, lines, picture, savePng, text, title } from "../../kit/png.js";

/** @typedef {import("../../kit/png.js").Cell} Cell */
/** @typedef {{name: string, colour: string, film: HTMLCanvasElement, isFilmed: boolean, note: string}} Filmed */

const GAP = 14;
const FILM = 340;
const CODES = 300;
const ACROSS = 2;
const WHOLE = ACROSS * FILM + GAP;

/**
 * @param {Element} root of the component
 * @param {object} shown
 * @param {Filmed[]} shown.runs
 * @param {HTMLCanvasElement | null} shown.codes
 * @param {import("../../kit/plot.js").Plot[]} shown.plots
 * @param {string} shown.curves what the lines are
 */
export async function saveWatched(root, { runs, codes, plots, curves }) {
  const width = codes || runs.length > 1 ? FILM : WHOLE;
  const films = runs.map(({ name, colour, film, isFilmed, note: of }) =>
    column([title(name, colour, true, width, of), ...(isFilmed ? [picture(film, width)] : [])], GAP / 2),
  );
  const drawn = await Promise.all(plots.map((plot) => plotPicture(plot, codes ? FILM + GAP + CODES : WHOLE)));
  const above = lines(films, ACROSS, GAP);
  const parts = [codes ? columns([above, picture(codes, CODES)], GAP) : above, ...drawn, text(curves)];
  savePng(root, `train-${runs.map(({ name }) => name).join("-")}`, column(parts, GAP));
}
