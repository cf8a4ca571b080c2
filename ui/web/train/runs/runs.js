/** All runs: which is watched or compared, and what can be done with each. */

import { Alert } from "../../kit/controls.js";
import { button, element } from "../../kit/dom.js";
import { isDark } from "../../kit/theme.js";
import { importCheckpoint } from "../../server/ask.js";
import { onActed, perform } from "../actions.js";
import { act, listRuns } from "../server.js";
import { Chosen } from "./chosen.js";
import { RunRow } from "./row.js";

/** @typedef {import("../server.js").Summary} Summary */
/** @typedef {import("../server.js").Runs} Runs */
/** @typedef {import("./row.js").Action} Action */

const ALIVE = ["waiting", "running"];
const SOON_MS = 1500;
const LATER_MS = 10_000;

export class RunList {
  /** @param {(names: string[]) => void} onChoice of what is to be watched @param {(runs: Runs) => void} onRuns as they are now */
  constructor(onChoice, onRuns) {
    this.onRuns = onRuns;
    this.chosen = new Chosen(onChoice, () => this.refresh());
    /** @type {Runs | undefined} */
    this.runs = undefined;
    /** @type {Map<string, RunRow>} */
    this.rows = new Map();
    this.asked = 0;
    /** @type {AbortController | undefined} */
    this.asking = undefined;
    this.own = element("ul", { "aria-label": "Runs of one's own" });
    this.ships = element("ul", { "aria-label": "Models that ship" });
    this.none = element("p", { class: "none" }, "Nothing of your own yet: press Start, and watch a model learn.");
    this.fold = element("details", {}, element("summary", {}, "Models that ship, to compare"), this.ships);
    // What a screen reader hears at each box itself.
    this.captions = element(
      "div",
      { class: "captions", "aria-hidden": "true" },
      "watch",
      element("span", {}, "compare"),
    );
    this.alert = new Alert();
    this.undo = element("p", { class: "undo", role: "status" });
    this.file = element("input", { type: "file", accept: ".zip", hidden: true, onchange: () => this.pick() });
    const title = "A zip of a checkpoint, as one of these runs is downloaded; it can be dropped here, too";
    this.import = button("Import a zip", () => this.file.click(), { title });
    this.element = element(
      "section",
      { class: "runs", "aria-label": "Runs" },
      element("header", {}, element("h3", {}, "Runs"), this.undo, this.import, this.file),
      this.alert.element,
      this.none,
      this.captions,
      this.own,
      this.fold,
    );
    this.none.hidden = true;
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      this.element.addEventListener(kind, (event) => this.drag(/** @type {DragEvent} */ (event)));
    }
    this.leaving = new AbortController();
    const withdraw = onActed(() => this.poll());
    this.leaving.signal.addEventListener("abort", withdraw);
    document.addEventListener("visibilitychange", () => this.poll(), { signal: this.leaving.signal });
  }

  /** @param {import("../data.js").Data} data */
  take(data) {
    this.data = data;
    if (!this.asked) this.poll();
    this.refresh();
  }

  /** @param {string} name of a run that has just been asked for */
  select(name) {
    this.chosen.watch(name);
    this.poll();
  }

  /** Asks now, and again as long as the page is seen. */
  poll() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (document.hidden || this.leaving.signal.aborted) return;
    void this.ask();
  }

  async ask() {
    const mine = ++this.asked;
    this.asking = new AbortController();
    try {
      const runs = await listRuns(this.asking.signal);
      if (mine !== this.asked) return;
      if (this.isLost) this.alert.hide();
      this.isLost = false;
      this.takeRuns(runs);
    } catch (error) {
      if (mine !== this.asked || this.asking.signal.aborted) return;
      this.isLost = true;
      this.alert.show(/** @type {Error} */ (error).message, () => this.poll());
    }
    const isAlive = !this.isLost && this.runs?.runs.some(({ state }) => ALIVE.includes(state));
    this.timer = setTimeout(() => this.poll(), isAlive ? SOON_MS : LATER_MS);
  }

  /** @param {Runs} runs */
  takeRuns(runs) {
    const isFirst = !this.runs;
    this.runs = runs;
    this.chosen.offer(runs.runs);
    if (isFirst) this.fold.open = runs.runs.some(({ name, ships }) => ships && this.chosen.isAsked(name));
    this.onRuns(runs);
    this.refresh();
  }

  refresh() {
    const { runs, data, chosen } = this;
    if (!runs || !data) return;
    const names = new Set(runs.runs.map(({ name }) => name));
    for (const [name, row] of this.rows) {
      if (names.has(name)) continue;
      row.element.remove();
      this.rows.delete(name);
    }
    const theme = isDark(this.element) ? "dark" : "light";
    const rows = runs.runs.map((run) => {
      const row =
        this.rows.get(run.name) ?? new RunRow(run.name, chosen, (action, to) => this.act(run.name, action, to));
      this.rows.set(run.name, row);
      row.show(run, data.kinds[run.role][theme], runs.training);
      return { row, run };
    });
    place(
      this.own,
      rows.flatMap(({ row, run }) => (run.ships ? [] : [row.element])),
    );
    place(
      this.ships,
      rows.flatMap(({ row, run }) => (run.ships ? [row.element] : [])),
    );
    this.none.hidden = this.own.childElementCount > 0 || !runs.training;
    this.own.hidden = this.captions.hidden = !this.own.childElementCount;
    this.fold.hidden = !this.ships.childElementCount;
    this.import.hidden = !runs.training;
  }

  /** @param {string} name @param {Action | "restore"} action @param {string} [to] of "rename" @returns {Promise<boolean>} whether it was done */
  async act(name, action, to) {
    const { runs, chosen } = this;
    const watched = chosen.names;
    this.alert.hide();
    // Nobody asks any more for what is about to go.
    if (action === "delete") chosen.offer(runs?.runs.filter((run) => run.name !== name) ?? []);
    try {
      if (action === "delete" || action === "restore" || action === "rename") {
        await act(name, action, to === undefined ? {} : { to });
        this.poll();
      } else await perform(name, action);
    } catch (error) {
      if (action === "delete") chosen.return(watched);
      this.alert.show(/** @type {Error} */ (error).message);
      return false;
    }
    if (action === "rename" && to !== undefined) chosen.rename(name, to);
    if (action === "delete") this.offerUndo(name);
    else if (action === "restore") this.undo.replaceChildren();
    return true;
  }

  /** @param {string} name that is gone, and can come back */
  offerUndo(name) {
    const back = button("Undo", () => void this.act(name, "restore"));
    this.undo.replaceChildren(element("b", {}, name), " is deleted.", back);
    // Focus was on what has gone.
    back.focus();
  }

  pick() {
    const file = this.file.files?.[0];
    this.file.value = "";
    if (file) void this.bring(file);
  }

  /** @param {DragEvent} event a file over the list is a checkpoint, and no picture */
  drag(event) {
    const { dataTransfer: data, type } = event;
    if (!data?.types.includes("Files") || !this.runs?.training) return;
    event.preventDefault();
    this.element.classList.toggle("dropping", type === "dragenter" || type === "dragover");
    const file = data.files[0];
    if (type === "drop" && file) void this.bring(file);
  }

  /** @param {File} file */
  async bring(file) {
    this.alert.hide();
    this.import.setAttribute("aria-busy", "true");
    try {
      this.select((await importCheckpoint(file)).name);
    } catch (error) {
      this.alert.show(/** @type {Error} */ (error).message, () => void this.bring(file));
    }
    this.import.removeAttribute("aria-busy");
  }

  close() {
    this.leaving.abort();
    this.asked += 1;
    this.asking?.abort();
    clearTimeout(this.timer);
  }
}

/** @param {HTMLElement} list @param {HTMLElement[]} rows in this order; those that are in their place stay untouched */
function place(list, rows) {
  rows.forEach((row, i) => {
    if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
  });
}
