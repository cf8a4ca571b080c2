/** What a run is, how far it has come, and what can be done with it. */

import { button, element, modelTag } from "../../kit/dom.js";
import { glossed } from "../../kit/glosses.js";
import { downloadFile } from "../../kit/png.js";
import { addressBelow } from "../../server/load.js";
import { Steps } from "../actions.js";
import { csvOf } from "./history.js";

/** @typedef {import("../server.js").Summary} Summary */
/** @typedef {import("./follow.js").Follower} Follower */

const ORDINAL = new Intl.PluralRules("en", { type: "ordinal" });
const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th", many: "th", zero: "th" };
const COUNT = new Intl.NumberFormat("en");

export class Head {
  /** @param {(words: string) => void} onProblem of what was asked for */
  constructor(onProblem) {
    this.name = element("b");
    this.label = element("span", { class: "label" });
    this.state = element("span", { class: "state" });
    this.steps = new Steps(onProblem);
    this.film = element("a", { download: true, title: "The film as a GIF" }, "Film");
    /** @type {Follower | null} */
    this.run = null;
    this.numbers = button("Numbers", () => this.save(), { title: "The numbers of every epoch as CSV" });
    this.keep = element("p", { class: "keep" }, this.film, this.numbers);
    this.bar = element("i");
    this.progress = element(
      "div",
      { class: "progress", role: "progressbar", "aria-label": "Progress", "aria-valuemin": 0 },
      this.bar,
    );
    this.pace = element("p", { class: "pace" });
    this.element = element(
      "header",
      { class: "head" },
      element("div", { class: "who" }, modelTag(this.name, {}, this.label), this.state, this.steps.element),
      this.progress,
      this.pace,
    );
  }

  /** @param {Follower} run @param {Summary | undefined} about @param {boolean} isAllowed whether runs can be changed */
  show(run, about, isAllowed) {
    this.run = run;
    const { history, state } = run;
    const { done, planned, last } = history;
    const now = state ?? about?.state ?? "waiting";
    write(this.name, run.name);
    const label = about?.label ?? "";
    if (this.label.textContent !== label) this.label.replaceChildren(...glossed(label, "vae", "dae", "ae", "code"));
    write(this.state, wordsOf(now, about));
    this.state.dataset.state = now;
    this.steps.show(isAllowed && about && state ? { name: run.name, state, epoch: done, ships: about.ships } : null);
    const isModel = now === "done" || now === "stopped";
    this.film.hidden = !isModel;
    if (isModel) this.film.href = addressBelow(`checkpoints/${encodeURIComponent(run.name)}/film.gif`).href;
    this.numbers.hidden = !last;
    const step = done ? 0 : (history.steps.at(-1)?.at ?? 0);
    const [all, at] = [planned || about?.epochs || 1, isModel ? planned || done : done];
    this.progress.setAttribute("aria-valuemax", String(all));
    this.progress.setAttribute("aria-valuenow", String(done));
    this.bar.style.setProperty("--done", (Math.min(1, (at + step) / all) || 0).toFixed(4));
    this.progress.toggleAttribute("data-moves", now === "running");
    this.tell(now, about);
  }

  /** @param {import("../server.js").State} state @param {Summary | undefined} about */
  tell(state, about) {
    const { history } = /** @type {Follower} */ (this.run);
    const { done, planned, last, steps, stepsEach } = history;
    const epochs = planned || about?.epochs;
    const step = steps.at(-1);
    /** @type {(string | null | undefined | false)[]} */
    const parts = [];
    if (done)
      parts.push(state === "done" ? `${done} epochs in ${duration(last?.elapsed ?? 0)}` : `epoch ${done} of ${epochs}`);
    else if (step) parts.push(`first epoch: step ${step.step} of ${stepsEach}`);
    else if (epochs) parts.push(`${epochs} epochs`);
    const left = state === "running" ? history.secondsLeft : null;
    if (left !== null) parts.push(`about ${duration(left)} left`);
    if (last) parts.push(`${COUNT.format(Number(last.perSecond.toPrecision(3)))} images a second`);
    if (!last && history.parameters) parts.push(`${COUNT.format(history.parameters)} parameters`);
    const words = parts.filter(Boolean).join(" · ");
    if (this.pace.textContent !== words) this.pace.replaceChildren(...glossed(words, "epoch"));
  }

  save() {
    const { run } = this;
    if (run) downloadFile(new Blob([csvOf(run.history.epochs)], { type: "text/csv" }), `${run.name}.csv`);
  }
}

/** @param {HTMLElement} node @param {string} words */
function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/** @param {import("../server.js").State} state @param {Summary | undefined} about @returns {string} */
export function wordsOf(state, about) {
  if (about?.ships) return "comes with the app";
  if (state !== "waiting")
    return { running: "runs", paused: "paused", done: "finished", stopped: "stopped", failed: "broke off" }[state];
  const { position } = about ?? {};
  return position ? `waits: ${position}${ENDINGS[ORDINAL.select(position)]} in the queue` : "waits";
}

/** @param {number} seconds @returns {string} such as "12 s", "1 min 20 s", "2 h 5 min" */
export function duration(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(seconds < 1 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
