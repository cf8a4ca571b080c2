/** What the server makes of a file of another program: see ui/http/imports.py. */

import { ask, send } from "../server/ask.js";
import { get, read } from "../server/load.js";

/** @typedef {"waiting" | "running" | "found" | "keeping" | "kept" | "failed"} State */
/**
 * What a file leaves open, see vae_core/imports/wishes.py.
 * @typedef {object} Question
 * @property {string} key
 * @property {string} label
 * @property {any} value text, of "shape" channels, height and width; null where it is none of the options
 * @property {boolean} known it was told, and not found by trying
 * @property {{value: any, label: string}[]} options
 */
/**
 * @typedef {object} Candidate
 * @property {string} words in what it differs from the first
 * @property {number | null} loss @property {number | null} squared_error null of an encoder alone
 * @property {string | null} picture the address of a row of pictures, made of the originals
 */
/**
 * @typedef {object} Found
 * @property {string[]} files
 * @property {string} digits the set that it was tried on
 * @property {number} pictures of it that it was tried on
 * @property {number[]} shape channels, height and width of a picture
 * @property {string} about a few words: "VAE, 30 codes"
 * @property {"encoder" | "decoder" | null} half the only part that there is; null of a whole model
 * @property {string} layers
 * @property {number} parameters
 * @property {string[]} guesses a sentence each
 * @property {string[]} warnings a sentence each
 * @property {number} mean_picture_error of one that draws the mean of all pictures, whatever it is shown
 * @property {string} originals the address of a row of pictures
 * @property {Question[]} questions
 * @property {Candidate[]} candidates the best first
 */
/**
 * @typedef {object} Status
 * @property {State} state
 * @property {number} ahead how many are before it where it waits
 * @property {number} seconds that it has taken @property {number} limit that it may take
 * @property {string} doing
 * @property {string | null} problem
 * @property {Found | null} found stays where it is tried again
 * @property {string | null} checkpoint
 */
/** @typedef {{wishes: Record<string, string>, digits: string | null, shape: number[] | null}} Told what is known */

/** @param {string} id @param {string} [action] */
const addressOf = (id, action) => `imports/${encodeURIComponent(id)}${action ? `/${action}` : ""}`;

/**
 * @param {File[]} files of one net @param {AbortSignal} signal @param {(share: number) => void} onShare that has been sent
 * @returns {Promise<{name: string}>} what the import is asked for by
 */
export function beginImport(files, signal, onShare) {
  const about = { files: files.map(({ name, size }) => ({ name, size })), digits: null, shape: null, wishes: null };
  const query = new URLSearchParams({ about: JSON.stringify(about) });
  return send(`imports?${query}`, new Blob(files), signal, onShare);
}

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Status>} comes within seconds, at once where there is news */
export const lookAtImport = (id, signal) =>
  read("The import", signal, async () => (await get(addressOf(id), { signal }, "The import")).json());

/** @param {string} id @param {Told} told */
export const tryAgain = (id, told) => ask(addressOf(id, "again"), JSON.stringify(told));

/** @param {string} id @param {number} candidate @param {string} name of the checkpoint */
export const keepImport = (id, candidate, name) => ask(addressOf(id, "keep"), JSON.stringify({ candidate, name }));

/** @param {string} id */
export const leaveImport = (id) => ask(addressOf(id, "leave"), "{}");
