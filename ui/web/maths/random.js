/**
 * Seeded random numbers that another language can repeat to the bit: the generator uses 32-bit integers only.
 *
 * mulberry32 (Tommy Ettinger, public domain), all in uint32 arithmetic modulo 2^32:
 *   state += 0x6D2B79F5;  t = state
 *   t = (t ^ t >> 15) * (t | 1);  t ^= t + (t ^ t >> 7) * (t | 61);  output t ^ t >> 14
 */

/**
 * @param {number} seed an integer; taken modulo 2^32
 * @returns {() => number} uniform numbers (n + 0.5) / 2^32, strictly inside (0, 1)
 */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

/**
 * @param {number} k which of the draws of a stream, from 1 on; each has as many numbers
 * @param {number} count @param {number} dim @param {() => number} normal the stream from its start
 * @returns {Float32Array[]} [count][dim]
 */
export function drawNumber(k, count, dim, normal) {
  for (let before = (k - 1) * count * dim; before > 0; before--) normal();
  return Array.from({ length: count }, () => Float32Array.from({ length: dim }, normal));
}

/**
 * Standard normals by Box and Muller (1958): from uniforms u, v in this order come
 * sqrt(-2 ln u) cos(2 pi v) and then sqrt(-2 ln u) sin(2 pi v).
 * @param {() => number} uniform strictly inside (0, 1)
 * @returns {() => number} one N(0, 1) number a call
 */
export function normals(uniform) {
  /** @type {number | null} */
  let spare = null;
  return () => {
    if (spare !== null) {
      const second = spare;
      spare = null;
      return second;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
