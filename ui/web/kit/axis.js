/** An axis of a plot: where a value lies along it, and which of its values are written beside it. */

/**
 * @typedef {object} Axis
 * @property {string} label
 * @property {number} from
 * @property {number} to
 * @property {"linear" | "log"} [scale] linear if left out; of a logarithmic one both ends are above 0
 * @property {readonly number[]} [ticks] where they are; a few round numbers if left out
 * @property {(value: number) => string} [format] of a tick
 */

/** @param {Axis} axis @param {number} value @returns {number} 0 at its beginning, 1 at its end */
export function share({ from, to, scale }, value) {
  if (scale !== "log") return (value - from) / (to - from);
  return value > 0 ? Math.log(value / from) / Math.log(to / from) : -1;
}

/** @param {Axis} axis @param {number} share cut to [0, 1] */
export function valueAt({ from, to, scale }, share) {
  const cut = Math.min(1, Math.max(0, share));
  return scale === "log" ? from * (to / from) ** cut : from + cut * (to - from);
}

/** @param {Axis} axis @param {number} most about how many there is room for @returns {readonly number[]} */
export function ticksOf({ from, to, scale, ticks }, most) {
  if (ticks) return ticks;
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  if (scale === "log") {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const every = Math.max(1, Math.ceil((last - first) / most));
    return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, k) => 10 ** (first + k * every));
  }
  const rough = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * /** @type {number} */ ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)));
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, k) => (first + k) * step);
}

/** @param {Axis} axis @param {number} value */
export function textOf({ format }, value) {
  if (format) return format(value);
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
