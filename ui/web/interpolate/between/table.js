/** The five paths: a table to choose from, with the numbers of both models, and charts of them along the way. */

import { Choice } from "../../kit/controls.js";
import { button, element, formatNumber } from "../../kit/dom.js";
import { AlongChart } from "../../player/along.js";
import { PATHS } from "../../state/paths.js";
import { NAMES, STOPPED } from "./paths.js";

/** @typedef {import("../../state/paths.js").PathName} PathName */
/** @typedef {import("./paths.js").SidePaths} SidePaths */
/** @typedef {import("./paths.js").Path} Path */
/**
 * @typedef {object} Row
 * @property {HTMLElement} tr
 * @property {HTMLElement[][]} numbers of each column, a side at a time
 * @property {HTMLElement} problem a row below it
 * @property {HTMLElement} again
 */
/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} title
 * @property {number} digits
 * @property {(path: Path) => number | null | undefined} read
 * @property {"isStale" | "isNearestStale"} stale
 */

const LENGTH = "Sum of the distances from each of 64 pictures to the next";
const ENERGY = "63 times the sum of their squares: the length squared, and more where the speed varies";
const JUMP = "Largest step over mean step: 1 at constant speed";
const NEAREST = "Distance to the nearest real digit, mean of the 64 pictures";
/** @type {Column[]} */
const COLUMNS = [
  { name: "Length", title: LENGTH, digits: 2, read: ({ measures }) => measures?.length, stale: "isStale" },
  { name: "Energy", title: ENERGY, digits: 1, read: ({ measures }) => measures?.energy, stale: "isStale" },
  { name: "Jump", title: JUMP, digits: 2, read: ({ measures }) => measures?.jump, stale: "isStale" },
  { name: "From real digits", title: NEAREST, digits: 2, read: (path) => path.meanNearest, stale: "isNearestStale" },
];
// The length and the energy of the cross-fade are the least there can be, which is no merit of a model.
const BASELINE = "pixels";
const SIDES = ["left", "right"];
const ROUNDING = 1e-6;

export class PathTable {
  /**
   * @param {object} listener
   * @param {(path: PathName) => void} listener.onPath
   * @param {() => void} listener.onAct find the geodesic, or stop
   * @param {() => void} listener.onAgain what did not arrive is asked for again
   */
  constructor(listener) {
    this.listener = listener;
    // Of the geodesic, which takes its time.
    this.state = element("span", { class: "state" });
    this.act = button("", listener.onAct, { class: "act", hidden: true });
    const options = NAMES.map((name, i) => {
      const { label, title } = PATHS[name];
      const words = element("span", {}, label, element("kbd", { "aria-hidden": "true" }, String(i + 1)));
      return /** @type {const} */ ([name, words, `${title} (${i + 1})`]);
    });
    this.choice = new Choice("Path", "path", options, listener.onPath);
    this.rows = /** @type {Record<PathName, Row>} */ (
      Object.fromEntries(NAMES.map((name, i) => [name, this.build(name, this.choice.options[i].element)]))
    );
    this.heads = SIDES.map((kind) => element("span", { class: `number-of ${kind}` }, element("i", { class: "dot" })));
    const dots = () =>
      element("span", { class: "pair", "aria-hidden": "true" }, ...this.heads.map((head) => head.cloneNode(true)));
    const columns = COLUMNS.map(({ name, title }) => element("th", { scope: "col", title }, name, dots()));
    this.element = element(
      "table",
      { class: "paths" },
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Path"), ...columns)),
      element("tbody", {}, ...NAMES.flatMap((name) => [this.rows[name].tr, this.rows[name].problem])),
    );
  }

  /** @param {PathName} name @param {HTMLElement} choice its radio button @returns {Row} */
  build(name, choice) {
    const numbers = COLUMNS.map(() => SIDES.map((kind) => element("span", { class: `number-of ${kind}` }, "")));
    const tr = element(
      "tr",
      { "data-path": name },
      element("th", { scope: "row" }, choice, ...(name === "geodesic" ? [this.state, this.act] : [])),
      ...numbers.map((pair) => element("td", {}, element("span", { class: "pair" }, ...pair))),
    );
    const again = button("again", () => this.listener.onAgain(), { class: "act" });
    const words = element("td", { colspan: COLUMNS.length + 1 }, element("span", {}), " ", again);
    const problem = element("tr", { class: "problem-row", role: "alert", hidden: true }, words);
    return { tr, numbers, problem, again };
  }

  /** @param {SidePaths[]} sides one or two @param {PathName} chosen */
  show(sides, chosen) {
    this.choice.value = chosen;
    this.element.dataset.models = String(sides.length);
    for (const name of NAMES) {
      const { tr, numbers, problem, again } = this.rows[name];
      tr.toggleAttribute("data-current", name === chosen);
      COLUMNS.forEach(({ digits, read, stale }, c) => {
        numbers[c].forEach((number, side) => {
          const path = sides[side]?.paths[name];
          write(number, path ? text(isAwaited(name, path) ? read(path) : null, digits) : "");
          number.toggleAttribute("data-stale", Boolean(path?.[stale]));
        });
      });
      const words = problemOf(sides, name);
      problem.hidden = !words;
      again.hidden = !sides.some(({ paths }) => paths[name].problem && paths[name].isFault);
      write(/** @type {HTMLElement} */ (problem.querySelector("span")), words);
    }
    this.mark(sides);
    this.showState(sides);
  }

  /** The best of each column, a model at a time. @param {SidePaths[]} sides */
  mark(sides) {
    COLUMNS.forEach(({ read }, c) => {
      sides.forEach(({ paths }, side) => {
        const values = NAMES.map((name) => (name === BASELINE ? NaN : (read(paths[name]) ?? NaN)));
        const known = values.filter(Number.isFinite);
        const most = Math.min(...known) * (1 + ROUNDING);
        const isContest = Math.max(...known) > most;
        NAMES.forEach((name, i) => {
          this.rows[name].numbers[c][side].toggleAttribute("data-best", isContest && values[i] <= most);
        });
      });
    });
  }

  /** How far the geodesic is. @param {SidePaths[]} sides */
  showState(sides) {
    const { state, act } = this;
    const geodesics = sides.map(({ paths }) => paths.geodesic);
    const rounds = geodesics.filter(({ isRefining }) => isRefining).map(({ round }) => round);
    const ends = [...new Set(geodesics.map((path) => path.state).filter(Boolean))];
    const each = sides.flatMap(({ name, paths }) => (paths.geodesic.state ? [`${name} ${paths.geodesic.state}`] : []));
    const ended = ends.length > 1 ? each.join(", ") : (ends[0] ?? "");
    write(state, rounds.length ? `refining ${Math.max(...rounds)}` : ended);
    const isIdle = geodesics.every(({ curve, isRefining, problem }) => !curve && !isRefining && !problem);
    const isStopped = ends.includes(STOPPED);
    act.hidden = !isIdle && !isStopped && !rounds.length;
    write(act, rounds.length ? "Stop" : isStopped ? "again" : "find");
  }
}

/** @param {PathName} name @param {Path} path @returns {boolean} whether its numbers are on their way, or here */
const isAwaited = (name, { measures, isRefining, problem }) =>
  !problem && (Boolean(measures) || isRefining || name !== "geodesic");

/** @param {SidePaths[]} sides @param {PathName} name @returns {string} the same words of both only once */
function problemOf(sides, name) {
  const problems = sides.map(({ paths }) => paths[name].problem);
  if (problems.every((words) => words === problems[0])) return problems[0];
  return sides.flatMap((side, i) => (problems[i] ? [`${side.name}: ${problems[i]}`] : [])).join(" ");
}

/** @param {number | null | undefined} value @param {number} digits */
function text(value, digits) {
  if (value === undefined || Number.isNaN(value)) return "…";
  return value === null ? "–" : formatNumber(value, digits);
}

/** @param {HTMLElement} node @param {string} words */
function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/** How fast the pictures change along the path, and how far from real digits they are. */
export class Charts {
  /** @param {(t: number) => void} onSeek */
  constructor(onSeek) {
    this.speed = new AlongChart({ label: "Speed", unit: "|dx/dt|", onSeek });
    this.nearest = new AlongChart({ label: "Distance to the nearest real digit", onSeek });
    this.element = element("div", { class: "charts" }, this.speed.element, this.nearest.element);
  }

  /**
   * @param {SidePaths[]} sides @param {string[]} colours of the sides
   * @param {PathName} chosen the others stand faint behind it
   * @param {number} t
   */
  draw(sides, colours, chosen, t) {
    const lines = NAMES.flatMap((path) =>
      sides.map((side, i) => ({
        name: `${side.name}, ${PATHS[path].label.toLowerCase()}`,
        colour: colours[i],
        faint: path !== side.shown(chosen),
        path: side.paths[path],
      })),
    ).sort((a, b) => Number(b.faint) - Number(a.faint));
    this.speed.draw(
      lines.flatMap(({ path, ...line }) =>
        path.measures && !path.isStale ? [{ ...line, values: path.measures.speed, between: true }] : [],
      ),
      t,
    );
    this.nearest.draw(
      lines.flatMap(({ path, ...line }) => (path.nearest ? [{ ...line, values: path.nearest }] : [])),
      t,
    );
  }

  /** @param {number} t */
  mark(t) {
    this.speed.mark(t);
    this.nearest.mark(t);
  }
}
