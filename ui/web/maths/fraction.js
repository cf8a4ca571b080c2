/** Exact numbers, as Python's `fractions.Fraction` has them, and their short texts. */

/** @typedef {{top: bigint, bottom: bigint}} Fraction in lowest terms, `bottom` above 0 */

// As `_DECIMAL` of vae_core/objective/beta.py, whose blanks are those of ASCII.
const DECIMAL = /^[ \t\n\r\f\v]*([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:e([+-]?\d{1,3}))?[ \t\n\r\f\v]*$/i;
// More than a float64 has.
const DIGITS = 20;

/** @param {bigint} top @param {bigint} [bottom] not 0 @returns {Fraction} */
export function fraction(top, bottom = 1n) {
  const sign = bottom < 0n ? -1n : 1n;
  let [a, b] = [top < 0n ? -top : top, bottom * sign];
  while (b) [a, b] = [b, a % b];
  return { top: (sign * top) / a, bottom: (sign * bottom) / a };
}

export const ONE = fraction(1n);

/** @param {Fraction} a @param {Fraction} b @returns {Fraction} */
export const times = (a, b) => fraction(a.top * b.top, a.bottom * b.bottom);

/** @param {Fraction} a @param {Fraction} b not 0 @returns {Fraction} */
export const over = (a, b) => fraction(a.top * b.bottom, a.bottom * b.top);

/** @param {Fraction} a @param {Fraction} b @returns {boolean} */
export const isSame = (a, b) => a.top === b.top && a.bottom === b.bottom;

/**
 * A number as it is written, "2.5e-4" or "1/784": mirrors `exact` of vae_core/objective/beta.py.
 * @param {string} text @returns {Fraction} @throws {RangeError} it is not a finite number
 */
export function exact(text) {
  const parts = text.split("/").map(decimal);
  const [top, bottom = ONE] = parts;
  if (!top || !bottom || parts.length > 2) throw new RangeError(`'${text}' is not a number`);
  if (!bottom.top) throw new RangeError(`'${text}' divides by 0`);
  return over(top, bottom);
}

/** @param {string} text @returns {Fraction | null} */
function decimal(text) {
  const found = DECIMAL.exec(text);
  if (!found) return null;
  const [, sign, whole = "", after = "", only = "", power = "0"] = found;
  const digits = BigInt(`${whole}${after}${only}`) * (sign === "-" ? -1n : 1n);
  const shift = BigInt(power) - BigInt(after.length + only.length);
  return shift < 0n ? fraction(digits, 10n ** -shift) : fraction(digits * 10n ** shift);
}

/** @param {Fraction} one @returns {number} the nearest, whatever the sizes of its parts */
export function asNumber({ top, bottom }) {
  const size = top < 0n ? -top : top;
  const shift = DIGITS - String(size).length + String(bottom).length;
  const scaled = shift < 0 ? size / (bottom * 10n ** BigInt(-shift)) : (size * 10n ** BigInt(shift)) / bottom;
  return Number(`${top < 0n ? "-" : ""}${scaled}e${-shift}`);
}

/** @param {number} value @param {number} [digits] @returns {string} as Python formats it with `:.6g` */
export function general(value, digits = 6) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  const tidy = (/** @type {string} */ text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent >= -4 && exponent < digits) return tidy(value.toFixed(digits - 1 - exponent));
  return `${tidy(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
