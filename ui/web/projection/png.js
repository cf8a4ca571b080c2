/** Both plots as one PNG, with what they show in words. */

import { ARROW } from "../gestures/edge.js";
import { download, drawDigits, drawDot, SCALE, sheet } from "../kit/png.js";

/** @typedef {import("./figure.js").Look} Look */
/**
 * @typedef {object} Shot what is to be kept
 * @property {Element} root of the component
 * @property {string} digits the set
 * @property {{name: string, label: string}[]} models
 * @property {import("./slot.js").Slot[]} slots
 * @property {Look[]} looks
 * @property {import("./figure.js").Shown} shown
 */

const GAP = 16;
const PAD = 24;
const TITLE = 24;
const LINE = 20;
const CHIPS = 260;
const METHODS = { pca: "PCA", "kernel-pca": "Kernel PCA", "t-sne": "t-SNE", raw: "Raw codes" };
const LINES = { fitted: "solid: 95 % of the fitted Gaussian", prior: "dashed: 95 % of N(0, I)" };
const COUNTED = new Intl.NumberFormat("en");

/** @param {Shot} shot without a plot, nothing is kept */
export function savePng({ root, digits, models, slots, looks, shown }) {
  const content = slots.map((slot) => slot.content).find(Boolean);
  if (!content) return;
  const { width, height } = slots[0].plot.size;
  const total = 2 * (PAD + width) + GAP;
  const { canvas, g, look, write } = sheet(root, total, 2 * PAD + TITLE + height + 2 * LINE);
  const top = PAD + TITLE;
  slots.forEach(({ content, plot, sentence }, side) => {
    const left = PAD + side * (width + GAP);
    const { name, label } = models[side];
    drawDot(g, left + 5, PAD + 5, looks[side].colour, side === 0);
    write(name, left + 16, PAD + 10, "600 14px");
    write(label, left + 24 + g.measureText(name).width, PAD + 10);
    if (!content) return write(sentence.querySelector("p")?.textContent ?? "", left, top + LINE);
    g.save();
    g.translate(left, top);
    plot.drawOn(g, looks[side], shown, SCALE);
    const pixel = plot.pixel("pinned");
    if (pixel) drawRing(g, pixel, look);
    g.restore();
  });

  const base = top + height + LINE;
  const query = new URLSearchParams(content.address.split("?")[1]);
  const method = query.get("method") ?? "";
  const parameters = [...query].filter(([name]) => !["method", "components", "count", "seed", "v"].includes(name));
  const count = `${COUNTED.format(content.points.count)} ${digits.toUpperCase()} digits, seed ${query.get("seed")}`;
  const words = [METHODS[/** @type {"pca"} */ (method)], ...parameters.map((both) => both.join(" ")), count];
  write(words.join(" · "), PAD, base);
  const lines = Object.entries(LINES).filter(([name]) => {
    const outline = /** @type {import("./figure.js").Outline} */ (name);
    return shown.outlines[outline] && slots.some((slot) => slot.content?.points.outlines[outline]);
  });
  const inHand = slots.map(({ plot }) => plot.ringed.pinned?.name).find(Boolean);
  const notes = [...lines.map(([, words]) => words), ...(inHand ? [`ring: ${inHand}`] : [])];
  write(notes.join("   "), PAD, base + LINE);
  drawDigits(g, write, looks[0].digits, shown.hidden, total - PAD - CHIPS, base + LINE);
  download(canvas, `encodings-${models.map(({ name }) => name).join("-")}-${method}-${content.points.dims}d.png`);
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {import("../gestures/edge.js").Pixel} pixel
 * @param {{background: string, text: string}} look
 */
function drawRing(g, { x, y, away }, look) {
  g.translate(x, y);
  g.beginPath();
  g.arc(0, 0, 9, 0, 2 * Math.PI);
  for (const [colour, width] of /** @type {[string, number][]} */ ([
    [look.background, 5],
    [look.text, 2],
  ])) {
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.stroke();
  }
  if (away === null) return;
  g.rotate((away * Math.PI) / 180);
  g.fillStyle = look.text;
  g.fill(new Path2D(ARROW));
}
