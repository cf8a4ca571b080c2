/** Parts of the link that the browser knows a moment before Python does. */

/** @typedef {Record<string, string | undefined>} Query undefined where the parameter is to be left out */

/** @type {Set<() => Query>} */
const sources = new Set();

/** @param {() => Query} read @returns {() => void} withdraws it */
export function contribute(read) {
  sources.add(read);
  return () => void sources.delete(read);
}

/** @returns {Query} what all sources say now */
export const liveQuery = () => Object.assign({}, ...[...sources].map((read) => read()));

/** @param {number[]} z three decimals @returns {string} as `ui.link.format_z` writes it */
export const formatZ = (z) => z.join("_");
