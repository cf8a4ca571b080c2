/** Both plots as one PNG, with what they show in words. */

import { ARROW } from "../gestures/edge.js";
import { download, drawDot, SCALE, sheet } from "../kit/png.js";

const GAP = 16;
const PAD = 24;
const TITLE = 24;
const LINE = 20;
const CHIP = 26;
const METHODS = { pca: "PCA", "kernel-pca": "Kernel PCA", "t-sne": "t-SNE", raw: "Raw codes" };
const COUNTED = new Intl.NumberFormat("en");

/** @param {import("./projection.js").ProjectionView} view does nothing before there is a plot */
export async function savePng(view) {
  const { slots, data, root, legend, colours = [], outlines } = view;
  if (!data || !slots.some(({ content }) => content)) return;
  const pictures = await Promise.all(slots.map(({ content, plot }) => (content ? picture(plot) : null)));
  const sizes = slots.map(({ plot }) => plot.size);
  const [width, height] = [Math.max(...sizes.map((size) => size.width)), Math.max(...sizes.map((size) => size.height))];
  const total = 2 * width + GAP + 2 * PAD;
  const { canvas, g, look, write } = sheet(root, total, 2 * PAD + TITLE + height + 2 * LINE);

  slots.forEach(({ content, plot, sentence, element }, side) => {
    const left = PAD + side * (width + GAP);
    const top = PAD + TITLE;
    const { name, label } = [data.left, data.right][side];
    const colour = getComputedStyle(element).getPropertyValue("--colour").trim();
    drawDot(g, left + 5, PAD + 5, colour, side === 0);
    write(name, left + 16, PAD + 10, "600 14px");
    write(label, left + 24 + g.measureText(name).width, PAD + 10);
    const image = pictures[side];
    if (image) g.drawImage(image, left, top, plot.size.width, plot.size.height);
    else write(sentence.querySelector("p")?.textContent ?? "", left, top + LINE);
    const pixel = plot.pixel("pinned");
    if (content && pixel) drawRing(g, left + pixel.x, top + pixel.y, look, pixel.away);
  });

  const base = PAD + TITLE + height + LINE;
  write(describe(view), PAD, base);
  const lines = Object.entries(outlines).filter(([name, isOn]) =>
    slots.some(({ content }) => isOn && content?.points[/** @type {"fitted"} */ (name)]),
  );
  /** @type {string[]} */
  const words = lines.map(([name]) =>
    name === "fitted" ? "solid: 95 % of the fitted Gaussian" : "dashed: 95 % of N(0, I)",
  );
  const { name } = slots.map(({ plot }) => plot.ringed.pinned).find(Boolean) ?? {};
  if (name) words.push(`ring: ${name}`);
  write(words.join("   "), PAD, base + LINE);
  const on = colours.map((colour, digit) => ({ colour, digit })).filter(({ digit }) => !legend.hidden.has(digit));
  on.forEach(({ colour, digit }, k) => {
    const x = total - PAD - (on.length - k) * CHIP + 8;
    g.fillStyle = colour;
    g.beginPath();
    g.arc(x, base + LINE - 4, 4.5, 0, 2 * Math.PI);
    g.fill();
    write(String(digit), x + 7, base + LINE);
  });
  const method = query(view).get("method");
  download(canvas, `encodings-${data.left.name}-${data.right.name}-${method}-${data.components}d.png`);
}

/** @param {import("./plot.js").Plot} plot @returns {Promise<HTMLImageElement>} */
async function picture(plot) {
  const image = new Image();
  image.src = await plot.toImage(SCALE);
  await image.decode();
  return image;
}

/**
 * @param {CanvasRenderingContext2D} g @param {number} x @param {number} y
 * @param {{background: string, text: string}} look
 * @param {number | null} away see `Pixel`
 */
function drawRing(g, x, y, look, away) {
  if (away !== null) {
    g.save();
    g.translate(x, y);
    g.rotate((away * Math.PI) / 180);
    g.fillStyle = look.text;
    g.fill(new Path2D(ARROW));
    g.restore();
  }
  for (const [colour, width] of /** @type {[string, number][]} */ ([
    [look.background, 5],
    [look.text, 2],
  ])) {
    g.beginPath();
    g.arc(x, y, 9, 0, 2 * Math.PI);
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.stroke();
  }
}

/** @param {import("./projection.js").ProjectionView} view @returns {URLSearchParams} what is drawn */
function query({ slots }) {
  const drawn = slots.find(({ content }) => content);
  return new URLSearchParams(drawn?.data?.projection.split("?")[1]);
}

/** @param {import("./projection.js").ProjectionView} view @returns {string} one line */
function describe(view) {
  const asked = query(view);
  const method = asked.get("method") ?? "";
  const parameters = [...asked].filter(([name]) => !["method", "components", "count", "seed"].includes(name));
  const count = view.slots.map(({ content }) => content?.points.count).find(Boolean) ?? 0;
  return [
    METHODS[/** @type {"pca"} */ (method)],
    ...parameters.map(([name, value]) => `${name} ${value}`),
    `${COUNTED.format(count)} ${view.data?.digits.toUpperCase()} digits, seed ${asked.get("seed")}`,
  ].join(" · ");
}
