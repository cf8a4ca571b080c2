/** Amounts in words: bytes, seconds, counts. */

/** @param {number} bytes @returns {string} "1.9 MB" */
export function sizeText(bytes) {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** @param {number} seconds @returns {string} "8 s", "2 min", "3 h" */
export function timeText(seconds) {
  if (seconds < 100) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(seconds < 36_000 ? 1 : 0)} h`;
}

/** @param {number} count @returns {string} "467,924" */
export const countText = (count) => count.toLocaleString("en");
