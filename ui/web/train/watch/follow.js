/** Hears what a run tells, for as long as somebody watches it: a lost connection is tried again, ever more rarely. */

import { NoAnswer } from "../../server/load.js";
import { onActed } from "../actions.js";
import { followRun } from "../server.js";
import { History } from "./history.js";

/** @typedef {import("../server.js").State} State */

// Between two answers of one that runs: faster than this nobody sees.
const BREATH_MS = 60;
// Somebody else may resume it.
const IDLE_MS = 5000;
const RETRY_MS = { first: 1000, most: 30_000 };

export class Follower {
  /** @param {string} name of the run @param {() => void} onNews of what is known of it */
  constructor(name, onNews) {
    this.name = name;
    this.onNews = onNews;
    this.history = new History();
    /** @type {State | null} */
    this.state = null;
    /** Why nothing more is heard; empty where all is well. */
    this.problem = "";
    this.leaving = new AbortController();
    this.wake = () => {};
    const withdraw = onActed((acted) => acted === name && this.wake());
    this.leaving.signal.addEventListener("abort", withdraw);
    void this.follow();
  }

  /** Whether there is more to come by itself. */
  get isGrowing() {
    return isGoing(this.state);
  }

  async follow() {
    const { signal } = this.leaving;
    let [from, failures] = [0, 0];
    while (!signal.aborted) {
      let rest = 0;
      try {
        const { events, next, state } = await followRun(this.name, from, signal);
        // Another run has its name by now.
        const isOther = next < from;
        if (isOther) this.history = new History();
        else for (const event of events) this.history.take(event);
        from = isOther ? 0 : next;
        failures = 0;
        // There may be more than one answer holds.
        const isMore = isOther || events.length > 0 || isGoing(state);
        rest = isMore ? BREATH_MS : canGoOn(state) ? IDLE_MS : Infinity;
        const isNews = events.length > 0 || isOther || state !== this.state || this.problem !== "";
        Object.assign(this, { state, problem: "" });
        if (isNews) this.onNews();
      } catch (error) {
        if (signal.aborted) return;
        // What does not say how it was trained will not say it later.
        rest = error instanceof NoAnswer ? Infinity : Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** failures++);
        this.problem = /** @type {Error} */ (error).message;
        this.onNews();
      }
      await this.rest(rest);
    }
  }

  /** @param {number} milliseconds less where something wakes it @returns {Promise<void>} */
  rest(milliseconds) {
    return new Promise((done) => {
      const timer = Number.isFinite(milliseconds) ? setTimeout(done, milliseconds) : 0;
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  close() {
    this.leaving.abort();
    this.wake();
  }
}

/** @param {State | null} state */
const isGoing = (state) => state === "running" || state === "waiting";

/** @param {State} state */
const canGoOn = (state) => state === "paused" || state === "failed";
