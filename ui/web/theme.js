/** Streamlit's theme as it arrives at an element. */

/** @param {Element} node whose `color` is the theme's text colour @returns {boolean} */
function isDark(node) {
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
