/** What is compared, as one PNG. */

import { formatNumber } from "../kit/dom.js";
import { column, picture, row, savePng, text, title } from "../kit/png.js";
import { KINDS } from "./controls.js";
import { formatPsnr } from "./grid.js";

const NAMES = 150;
const CELL = 84;
const BIG = 224;
const GAP = 8;
const SMALL = "11px";

/** @param {Element} root @param {import("./grid.js").Grid} grid @param {string} source what was done */
export function saveComparison(root, { rows, models, count }, source) {
  const side = count === 1 ? BIG : CELL;
  const lines = rows.map(({ name, label, element, canvases, shown, average }, k) => {
    const colour = getComputedStyle(element).getPropertyValue("--colour");
    const names = column([title(name, colour, k > 0, NAMES), text(label, { font: SMALL })]);
    const cells = canvases
      .slice(0, count)
      .map((canvas, i) => column([picture(canvas, side), text(likeness(shown[i]), { font: SMALL })]));
    const mean = text(likeness(average), { font: "600 11px", width: CELL });
    return row([names, ...cells, ...(count > 1 ? [mean] : [])], GAP);
  });
  const name = `denoise-${models.map((model) => model.name).join("-")}`;
  savePng(root, name, column([...lines, text(source, { font: SMALL })], GAP));
}

/** @param {import("./engine.js").Likeness | null | undefined} likeness */
const likeness = (likeness) => (likeness ? `${formatPsnr(likeness.psnr)} dB  ${formatNumber(likeness.ssim)}` : "");

/**
 * @param {import("./settings.js").Settings} settings @param {number} seed of the noise @param {string} digits the set
 * @returns {string} what was done
 */
export function describe(settings, seed, digits) {
  const { name, level, format } = KINDS[settings.kind];
  const clip = settings.kind === "gaussian" ? (settings.clip ? ", clipped" : ", not clipped") : "";
  const rubbed = settings.hasRubbed ? ", noise rubbed in" : "";
  const passes = settings.times > 1 ? `, applied ${settings.times} times` : "";
  const what = `${name}, ${level.toLowerCase()} ${format(settings)}${clip}${rubbed}${passes}`;
  return `${what}, noise seed ${seed}, ${digits.toUpperCase()} digits. PSNR and SSIM to the clean digit.`;
}
