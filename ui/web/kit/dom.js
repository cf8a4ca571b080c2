/** Elements without markup strings. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [attributes] `on...` take a listener, `class` and the rest are attributes;
 *   true sets an empty attribute, false, null and undefined leave it out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * @param {string | Node} words
 * @param {(event: MouseEvent) => void} onclick
 * @param {Record<string, unknown> & {name?: string}} [attributes] as of `element`; a name is title and label at once
 * @param {...(Node | string)} more after the words
 */
export const button = (words, onclick, { name, ...attributes } = {}, ...more) =>
  element("button", { type: "button", title: name, "aria-label": name, onclick, ...attributes }, words, ...more);

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} node
 * @param {Record<string, unknown>} attributes
 * @param {(Node | string)[]} children
 * @returns {E}
 */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/**
 * A model's name behind the mark in its colour.
 * @param {string | Node} name
 * @param {{as?: "span" | "p" | "h3" | "figcaption", class?: string, title?: string}} [look]
 * @param {...(Node | string)} more after the name
 */
export function modelTag(name, { as = "span", class: kind = "", title } = {}, ...more) {
  const bold = typeof name === "string" ? element("b", {}, name) : name;
  return element(as, { class: `tag ${kind}`.trim(), title }, element("i", { class: "dot" }), bold, ...more);
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** @param {number} index @returns {string} such as ₁₂ */
export const subscript = (index) => [...String(index)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");

/** @param {number} index @returns {string} such as z₁₂ */
export const coordinateName = (index) => `z${subscript(index)}`;

/** @param {number} value @param {number} [digits] after the point @returns {string} with a true minus sign, and no minus before zero */
export const formatNumber = (value, digits = 2) => {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
};

/**
 * A number among others of one scale, to about a hundredth of it: "0.50" where the scale is 4, "0.50e−6" where it is 4e-6.
 * @param {number} value
 * @param {number} scale the largest of them, above 0
 * @param {number} [digits] after the point, below 0 as far as tens do
 * @returns {string} as `formatNumber`
 */
export function formatScaled(value, scale, digits = Math.ceil(-Math.log10(scale / 200) - 1e-9)) {
  const power = Math.floor(Math.log10(scale));
  if (!Number.isFinite(power)) return formatNumber(value);
  if (digits <= 4 && power < 5) return formatNumber(value, Math.max(0, digits));
  const text = formatNumber(value / 10 ** power, Math.max(0, digits + power));
  return Number(text) === 0 ? "0" : `${text}e${formatNumber(power, 0)}`;
}

/** @param {number} value above 0 @returns {number} the least of 1, 2, 5, 10, 20 and so on that is as large */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return power * /** @type {number} */ ([1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)));
}
