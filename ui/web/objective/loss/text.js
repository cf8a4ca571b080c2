/** Numbers of the block about the loss, as they are read. */

import { asNumber } from "../../maths/fraction.js";

const DIGITS = 4;
const PLAIN = new Intl.NumberFormat("en", { maximumSignificantDigits: DIGITS });
const LARGE = new Intl.NumberFormat("en", { maximumSignificantDigits: DIGITS, notation: "scientific" });

/** @param {number} value at least 0 @returns {string} of four digits: "784", "0.0125", "1.2e−7" */
export const shortly = (value) =>
  (value === 0 || (value >= 1e-4 && value < 1e7) ? PLAIN : LARGE).format(value).toLowerCase().replace("-", "−");

/** @param {import("../../maths/fraction.js").Fraction} one @returns {string} "= 784", or "≈ 0.3333" */
export function equals(one) {
  const value = asNumber(one);
  const text = shortly(value);
  return `${Number(value.toPrecision(DIGITS)) === value ? "=" : "≈"} ${text}`;
}

/** @param {import("../../maths/fraction.js").Fraction} one @returns {string} "1/784", or of long ones "0.01234" */
export const asRatio = (one) =>
  one.bottom === 1n || one.bottom > 9999n || one.top > 9999n ? shortly(asNumber(one)) : `${one.top}/${one.bottom}`;
