/** What the server has of runs, and what it is asked to do with them: see ui/http/runs.py. */

import { ask } from "../server/ask.js";
import { checked, get, read } from "../server/load.js";

/** @typedef {"waiting" | "running" | "paused" | "done" | "stopped" | "failed"} State */
/**
 * @typedef {object} Summary
 * @property {string} name
 * @property {State} state
 * @property {boolean} ships one of the checkpoints that come with the app: it can be watched and compared, no more
 * @property {"ae" | "dae" | "vae"} role
 * @property {string} label a few words: "VAE, 2 codes"
 * @property {string} digits
 * @property {number} epoch epochs done
 * @property {number} epochs
 * @property {number | null} position in the queue from 1, where it waits
 * @property {number | null} seconds_left where it runs and that is known
 * @property {string} words of what went wrong; empty where nothing did
 * @property {number} asked seconds since 1970; 0 of one that ships
 * @property {number} bytes on disk
 */
/** @typedef {{epochs: number, parameters: number, kept: number, megabytes: number}} Limits */
/** @typedef {{training: boolean, why: string, limits: Limits, flops: number, runs: Summary[]}} Runs
 *   why: training is switched off; flops: a second that a training makes on this machine */
/** @typedef {Record<string, any> & {event: string, time: number}} Event see vae_core/training/events.py */

/** @param {AbortSignal} [signal] @returns {Promise<Runs>} newest first, those that ship last */
export const listRuns = (signal) =>
  read("The list of runs", signal, async () => (await get("runs", { signal }, "The list of runs")).json());

/**
 * @param {string} name
 * @param {number} from the byte after what is known
 * @param {AbortSignal} [signal]
 * @returns {Promise<{events: Event[], next: number, state: State}>} comes within ten seconds, at once where there is more
 */
export const followRun = (name, from, signal) =>
  read(`The run ${name}`, signal, async () => {
    const path = `runs/${encodeURIComponent(name)}/events.ndjson?from=${from}`;
    const response = await checked(await get(path, { signal }, `The run ${name}`));
    const text = await response.text();
    const next = Number(response.headers.get("Run-Next"));
    const state = /** @type {State} */ (response.headers.get("Run-State"));
    return {
      events: text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
      next,
      state,
    };
  });

/** @param {object} plan see vae_core/training/plan.py @returns {Promise<{name: string}>} @throws {import("../server/load.js").NoAnswer} why it cannot start */
export const startRun = (plan) => ask("runs", JSON.stringify(plan));

/**
 * @param {string} name
 * @param {"pause" | "resume" | "stop" | "delete" | "restore" | "rename"} action
 * @param {object} [values] of "rename", {to}
 * @returns {Promise<{name: string}>}
 */
export const act = (name, action, values = {}) =>
  ask(`runs/${encodeURIComponent(name)}/${action}`, JSON.stringify(values));

/** @param {string} name @returns {string} where its zip is */
export const zipOf = (name) => `checkpoints/${encodeURIComponent(name)}.zip`;
