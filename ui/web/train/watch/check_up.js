/** What is wrong with a training, if anything is: faults it shows, why it broke off, and that nothing more is heard. */

import { element } from "../../kit/dom.js";

export class CheckUp {
  constructor() {
    this.lines = element("ul", { role: "status", "aria-label": "Check-up" });
    this.element = element("div", { class: "check-up" }, this.lines);
    this.problem = "";
    this.said = "";
    /** @type {import("./follow.js").Follower[]} */
    this.runs = [];
  }

  clear() {
    this.problem = "";
  }

  /** @param {string} words of what was asked for and cannot be done; empty for none */
  complain(words) {
    this.problem = words;
    this.show(this.runs);
  }

  /** @param {import("./follow.js").Follower[]} runs */
  show(runs) {
    this.runs = runs;
    /** @type {[kind: string, words: string, advice: string][]} */
    const lines = this.problem ? [["problem", this.problem, ""]] : [];
    for (const { name, history, problem, state } of runs) {
      const of = runs.length > 1 ? `${name}: ` : "";
      if (problem) lines.push(["lost", `${of}${problem}`, "It is tried again."]);
      if (state === "failed" && history.problem) lines.push(["failed", of + history.problem, ""]);
      for (const { fault, words, advice } of history.last?.findings ?? []) lines.push([fault, of + words, advice]);
    }
    const said = JSON.stringify(lines);
    if (said === this.said) return;
    this.said = said;
    this.lines.replaceChildren(
      ...lines.map(([kind, words, advice]) =>
        element("li", { "data-fault": kind }, element("b", {}, words), advice && ` ${advice}`),
      ),
    );
  }
}
