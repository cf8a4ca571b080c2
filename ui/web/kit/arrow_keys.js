/** What arrow keys, Home and End mean where they move something. With other keys held they are the browser's. */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** @type {Record<string, number>} */
const ENDS = { Home: -Infinity, End: Infinity };

/** @param {KeyboardEvent} event @returns {boolean} whether no key is held with it, Shift aside */
export const isPlain = ({ ctrlKey, metaKey, altKey }) => !ctrlKey && !metaKey && !altKey;

/** @param {KeyboardEvent} event @returns {[number, number] | undefined} by how much across and down the plane */
export const stepInPlane = (event) => (isPlain(event) ? ARROWS[event.key] : undefined);

/** @param {KeyboardEvent} event @returns {number} steps along a line, infinite to its ends; 0 for other keys */
export function stepOnLine(event) {
  const [across, down] = stepInPlane(event) ?? [0, 0];
  return across - down || (isPlain(event) ? (ENDS[event.key] ?? 0) : 0);
}

/**
 * One tab stop for many buttons: arrow keys, Home and End move it among those that are shown.
 * @param {HTMLElement} place that holds them
 * @param {HTMLElement[]} buttons the hidden ones last
 * @param {{columns?: () => number, onMove?: (index: number) => void}} [options] in one line where there are no columns
 * @returns {(index: number) => void} puts the tab stop there
 */
export function oneTabStop(place, buttons, { columns, onMove = () => {} } = {}) {
  const stopAt = (/** @type {number} */ index) => buttons.forEach((one, i) => (one.tabIndex = i === index ? 0 : -1));
  place.addEventListener("keydown", (event) => {
    const from = buttons.indexOf(/** @type {HTMLElement} */ (event.target));
    const [across, down] = stepInPlane(event) ?? [0, 0];
    const isEnd = event.key in ENDS && isPlain(event);
    if (from < 0 || !(across || (down && columns) || isEnd)) return;
    event.preventDefault();
    event.stopPropagation();
    const last = buttons.filter((one) => !one.closest("[hidden]")).length - 1;
    const to = isEnd ? (event.key === "Home" ? 0 : last) : from + across + down * (columns?.() ?? 0);
    if (to < 0 || to > last) return;
    stopAt(to);
    onMove(to);
    buttons[to].focus();
  });
  stopAt(0);
  return stopAt;
}
