/** Streamlit's theme as it arrives at an element. */

/** @param {Element} node whose `color` is the theme's text colour @returns {boolean} */
export function isDark(node) {
  const [red, green, blue] = (getComputedStyle(node).color.match(/[\d.]+/g) ?? []).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 127;
}

/**
 * @param {Element} node @param {{light: string, dark: string}[]} colours
 * @returns {string[]}
 */
export const modelColours = (node, colours) => colours.map((colour) => (isDark(node) ? colour.dark : colour.light));

/** @param {Element} node @returns {{background: string, text: string, font: string}} for a canvas */
export function theme(node) {
  const style = getComputedStyle(node);
  return {
    background: style.getPropertyValue("--st-background-color").trim() || "#ffffff",
    text: style.color,
    font: style.fontFamily,
  };
}

/**
 * @param {string} colour @param {string} background any colours that CSS knows
 * @param {number} share of the colour, in [0, 1]
 * @returns {string} both mixed, as an opaque `rgb(...)`
 */
export function mixed(colour, background, share) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.fillStyle = background;
  g.fillRect(0, 0, 1, 1);
  g.globalAlpha = share;
  g.fillStyle = colour;
  g.fillRect(0, 0, 1, 1);
  const [red, green, blue] = g.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}
