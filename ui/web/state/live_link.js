/** Parts of the link that the browser knows a moment before Python does, or that Python never hears of. */

/** @typedef {Record<string, string | undefined>} Query undefined where the parameter is to be left out */

/** @type {Set<() => Query>} */
const sources = new Set();
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => Query} read @returns {() => void} withdraws it */
export function contribute(read) {
  sources.add(read);
  return () => void sources.delete(read);
}

/** @returns {Query} what all sources say now */
export const liveQuery = () => Object.assign({}, ...[...sources].map((read) => read()));

/** What a source says has changed, by a hand and for longer than a moment: the address is to say it, too. */
export function announce() {
  for (const listener of listeners) listener();
}

/** @param {() => void} listener called at each `announce` @returns {() => void} withdraws it */
export function onAnnounce(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

// Of a code of any scale: a picture does not show the seventh.
const SIGNIFICANT = 6;

/** @param {ArrayLike<number>} z @returns {number[]} as the link keeps it */
export const inLink = (z) => Array.from(z, (value) => Number(value.toPrecision(SIGNIFICANT)) + 0);

/** @param {ArrayLike<number>} z @returns {string} as `ui.link.format_z` writes it */
export const formatZ = (z) => inLink(z).join("_");
