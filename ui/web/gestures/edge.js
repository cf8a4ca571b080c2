/** Marks of what lies out of view: at the edge, with an arrow on the way there. */

/**
 * @typedef {object} Pixel
 * @property {number} x @property {number} y always inside the frame
 * @property {number | null} away where the point itself is out of view: in degrees, clockwise from the right, which way
 */

// Of a mark at the edge, from the edge.
const EDGE_PX = 20;
/** Seen from the mark, to the right. */
export const ARROW = "M 5 -5 L 20 0 L 5 5 Z";

/**
 * @param {number} x @param {number} y @param {boolean} isInside
 * @param {{left: number, top: number, right: number, bottom: number}} frame
 * @returns {Pixel} where it is, or at the edge, on the way from the middle to where it is
 */
export function within(x, y, isInside, { left, top, right, bottom }) {
  if (isInside) return { x, y, away: null };
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const [dx, dy] = [x - middleX, y - middleY];
  const [reachX, reachY] = [(right - left) / 2 - EDGE_PX, (bottom - top) / 2 - EDGE_PX];
  const share = Math.min(1, reachX / Math.max(Math.abs(dx), 1e-9), reachY / Math.max(Math.abs(dy), 1e-9));
  return { x: middleX + share * dx, y: middleY + share * dy, away: (Math.atan2(dy, dx) * 180) / Math.PI };
}
