/** Pause, resume, stop: what can be done with a run on its way, the same wherever it is offered. */

import { button, element } from "../kit/dom.js";
import { act } from "./server.js";

/** @typedef {import("./server.js").State} State */
/** @typedef {"pause" | "resume" | "stop"} Step */
/** @typedef {{name: string, state: State, epoch: number, ships: boolean}} Run as a `Summary` has it */

/** @type {Record<Step, {words: string, title: string}>} */
export const STEPS = {
  pause: { words: "Pause", title: "Ends it for now: it goes on from its last whole epoch when it is resumed" },
  resume: { words: "Resume", title: "Goes on after the last whole epoch, to the same weights as without the pause" },
  stop: { words: "Stop", title: "Ends it for good: as it was after its last whole epoch it is a model on every page" },
};

/** @param {Run} run @returns {Step[]} */
export function stepsOf({ state, epoch, ships }) {
  if (ships) return [];
  if (state === "running") return epoch ? ["pause", "stop"] : ["pause"];
  if (state === "waiting") return ["pause"];
  if (state !== "paused" && state !== "failed") return [];
  return state === "paused" && !epoch ? ["resume"] : epoch ? ["resume", "stop"] : [];
}

/** @type {Set<(name: string) => void>} */
const listeners = new Set();

/** @param {(name: string) => void} listener told which run the server has just been asked to change @returns {() => void} withdraws it */
export function onActed(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * As `act`, and whoever shows runs hears of it.
 * @param {string} name @param {Parameters<typeof act>[1]} action @param {object} [values]
 */
export async function perform(name, action, values) {
  try {
    return await act(name, action, values);
  } finally {
    for (const listener of listeners) listener(name);
  }
}

/** Two places for buttons: one pauses or resumes, one stops. */
export class Steps {
  /** @param {(words: string) => void} onProblem why it cannot be done; empty once it is */
  constructor(onProblem) {
    this.onProblem = onProblem;
    /** @type {Run | null} */
    this.run = null;
    /** The run that the server has been asked to change. */
    this.asked = "";
    this.buttons = /** @type {Step[]} */ (Object.keys(STEPS)).map((step) => {
      const { words, title } = STEPS[step];
      return { step, node: button(words, () => void this.ask(step), { title, class: step, hidden: true }) };
    });
    this.element = element("div", { class: "toolbar steps" }, ...this.buttons.map(({ node }) => node));
  }

  /** @param {Run | null} run null where nothing can be done */
  show(run) {
    this.run = run;
    const steps = run ? stepsOf(run) : [];
    for (const { step, node } of this.buttons) {
      node.hidden = !steps.includes(step);
      node.setAttribute("aria-disabled", String(this.asked !== "" && this.asked === run?.name));
    }
  }

  /** @param {Step} step */
  async ask(step) {
    const { run } = this;
    if (!run || this.asked) return;
    this.asked = run.name;
    this.show(run);
    try {
      await perform(run.name, step);
      this.onProblem("");
    } catch (error) {
      this.onProblem(/** @type {Error} */ (error).message);
    } finally {
      this.asked = "";
      this.show(this.run);
    }
  }
}
