/** From one digit to the next, and on through up to six, on one of five paths. */

import { element, formatNumber } from "../../kit/dom.js";
import { STEPS } from "../../maths/paths.js";
import { get, put } from "../../state/parameters.js";
import { graphChoice, PATHS, setGraph } from "../../state/paths.js";
import { stopsText } from "../../state/stops.js";
import { GraphControls } from "./graph.js";
import { NAMES, PathQuestions, SidePaths } from "./paths.js";
import { rowsOfPath } from "./rows.js";
import { Charts, PathTable } from "./table.js";
import { Tour } from "./tour.js";

/** @typedef {import("../mode.js").Mode} Mode */
/** @typedef {import("../../state/paths.js").PathName} PathName */

// A hand that draws pauses longer than this only where it is done.
const REST_MS = 250;
const SECONDS_A_STOP = 1.6;
const TASK = "between measures";
const SAME = "Both ends are the same: nothing moves.";

/** @implements {Mode} */
export class BetweenMode {
  /** @param {import("../mode.js").Host} host */
  constructor(host) {
    this.name = /** @type {const} */ ("between");
    this.host = host;
    /** @type {SidePaths[]} */
    this.sides = [];
    /** @type {import("../mode.js").Side[]} */
    this.models = [];
    this.digits = "";
    this.opened = 0;
    this.restTimer = 0;
    this.tour = new Tour(host.tray, { onStops: () => this.follow(), onRest: () => host.rest() });
    this.questions = new PathQuestions((path) => this.onAnswer(path));
    this.table = new PathTable({
      onPath: (path) => this.choose(path),
      onAct: () => this.act(),
      onAgain: () => this.again(),
    });
    this.graph = new GraphControls({
      onChange: (graph) => this.setGraph(graph),
      onPass: (side, row) => this.seekDigit(side, row),
    });
    this.charts = new Charts((t) => host.seek(t));
    this.above = this.tour.row.element;
    this.below = element("div", { class: "between" }, this.table.element, this.graph.element, this.charts.element);
    this.timeline = { frames: STEPS, endless: false, duration_s: 2 * SECONDS_A_STOP };
    const byKey = NAMES.map((path, i) => {
      const { label, title } = PATHS[path];
      return { name: label, key: String(i + 1), title, run: () => this.choose(path) };
    });
    this.actions = [...this.tour.actions, ...byKey];
  }

  /** @param {import("../mode.js").Opened} opened */
  async open({ sides, digits, seed, arrives }) {
    const opened = ++this.opened;
    await this.tour.open(digits, seed, arrives);
    if (opened !== this.opened) return;
    this.digits = digits;
    this.models = sides;
    this.sides = sides.map((side) => this.sides.find(({ model }) => model === side.model) ?? new SidePaths(side));
    this.graph.show(graphChoice());
    this.follow();
  }

  /** @param {import("../../hand/tray.js").Chosen} _ @param {import("../../hand/pad.js").DigitChange} change */
  onDigit(_, change) {
    this.tour.take(change);
  }

  redecode() {
    for (const side of this.sides) side.redecode();
    this.follow();
  }

  /** The paths, through other stops. */
  follow() {
    const { tour, sides, questions, host } = this;
    questions.stop();
    const stops = tour.stops.map((stop) => ({ stop, digit: () => tour.hand.digit(stop) }));
    for (const side of sides) side.through(stops);
    this.timeline.duration_s = SECONDS_A_STOP * stops.length;
    this.measure();
    this.showNumbers(false);
    host.changed();
    this.askSoon();
  }

  measure() {
    const onEnd = (/** @type {boolean} */ isLast) => this.showNumbers(isLast);
    this.host.slices.follow(TASK, () => this.measureLocal(), onEnd);
  }

  *measureLocal() {
    const works = this.sides.map((side) => side.measureLocal());
    for (let open = works; open.length; ) {
      open = open.filter((work) => !work.next().done);
      yield;
    }
  }

  /** @param {boolean} withCharts */
  showNumbers(withCharts) {
    this.table.show(this.sides, get("path"));
    this.graph.element.hidden = get("path") !== "graph";
    if (withCharts) this.drawCharts();
  }

  drawCharts() {
    const colours = this.models.map(({ colour }) => colour);
    this.charts.draw(this.sides, colours, get("path"), this.host.time());
  }

  askSoon() {
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => void this.ask(), REST_MS);
  }

  /** What only the server knows. */
  async ask() {
    const question = await this.question();
    if (!question) return;
    this.questions.ask(question, get("path"));
    if (get("path") === "geodesic" && this.lacksGeodesic) this.questions.refine(question);
  }

  /** @returns {Promise<import("./paths.js").Question | null>} null where the stops are others by now */
  async question() {
    const { sides, digits, opened, tour } = this;
    const { stops } = tour;
    const text = await stopsText(stops);
    const isOld = opened !== this.opened || stops !== tour.stops;
    return isOld ? null : { sides, digits, stops: text, graph: graphChoice() };
  }

  get lacksGeodesic() {
    return this.sides.some(({ paths }) => !paths.geodesic.curve && !paths.geodesic.isRefining);
  }

  /** @param {PathName} path */
  onAnswer(path) {
    this.showNumbers(true);
    const isShown = this.sides.some((side) => side.shown(get("path")) === path);
    if (isShown) this.host.changed();
    if (isShown || path === "graph") void this.fetchDigits();
  }

  /** Digits that lie near a path may be any of the set. */
  async fetchDigits() {
    const { set } = this.host.tray;
    const { opened } = this;
    if (!set) return;
    try {
      await set.load();
    } catch (error) {
      const problem = /** @type {Error} */ (error).message;
      for (const { paths } of this.sides) Object.assign(paths[get("path")], { problem, isFault: true });
      this.showNumbers(false);
      return;
    }
    if (opened !== this.opened || set !== this.host.tray.set) return;
    this.graph.pass(
      this.sides.map(({ name, paths }) => ({ name, rows: paths.graph.rows })),
      set,
    );
    this.host.changed();
  }

  /** @param {PathName} path */
  choose(path) {
    put("path", path);
    this.showNumbers(true);
    this.host.changed();
    if (path === "geodesic" && this.lacksGeodesic) void this.refine();
    void this.fetchDigits();
  }

  /** Finds the geodesic, or stops finding it. */
  act() {
    if (this.sides.some(({ paths }) => paths.geodesic.isRefining)) this.questions.refining.abort();
    else void this.refine();
  }

  async refine() {
    const question = await this.question();
    if (question) this.questions.refine(question);
  }

  again() {
    for (const { paths } of this.sides) for (const name of NAMES) paths[name].problem = "";
    this.showNumbers(false);
    void this.ask();
    void this.fetchDigits();
  }

  /** @param {import("../../server/latent_ask.js").GraphChoice} graph */
  setGraph(graph) {
    setGraph(graph);
    this.graph.show(graph);
    this.questions.asking.abort();
    for (const side of this.sides) side.forget("graph");
    this.showNumbers(true);
    this.host.changed();
    this.askSoon();
  }

  /** To where the path is nearest to a digit that it passes. @param {number} side @param {number} row */
  seekDigit(side, row) {
    this.host.seek(this.sides[side].timeNear("graph", this.tour.hand.digit({ row, levels: null })));
  }

  /** @param {number} side @param {number} t @param {Float32Array} out */
  pictureAt(side, t, out) {
    const { paths, name } = this.shown(side);
    paths.pictureAt(name, t, out);
  }

  /** @param {number} side @param {number} t */
  codeAt(side, t) {
    const { paths, name } = this.shown(side);
    return paths.codeAt(name, t);
  }

  /** @param {number} side @param {number} t */
  nearestAt(side, t) {
    const { paths, name } = this.shown(side);
    const { nearest, nearestRow } = paths.paths[name];
    const { set } = this.host.tray;
    if (!nearest || !nearestRow || !set?.whole) return null;
    const frame = Math.round(t * (STEPS - 1));
    const row = nearestRow[frame];
    return { row, label: set.label(row), distance: nearest[frame], pixels: set.greys(row) };
  }

  /** @param {number} side */
  shown(side) {
    const paths = this.sides[side];
    return { paths, name: paths.shown(get("path")) };
  }

  /** @param {number} t */
  onTime(t) {
    this.charts.mark(t);
  }

  problem() {
    return this.tour.staysPut ? SAME : "";
  }

  fileName() {
    return `${this.tour.shortNames.join("-to-")}-${get("path")}`;
  }

  caption() {
    const numbers = this.sides.flatMap(({ name, paths }) => {
      const { measures, isStale } = paths[get("path")];
      return measures && !isStale ? [`${name}: length ${formatNumber(measures.length)}.`] : [];
    });
    const way = `${PATHS[get("path")].label} from ${this.tour.names.join(" to ")}.`;
    return [way, ...numbers, this.problem()].join(" ").trim();
  }

  rows() {
    return rowsOfPath(this.sides.map((_, side) => this.shown(side)));
  }

  recolour() {
    this.drawCharts();
  }

  close() {
    this.opened += 1;
    clearTimeout(this.restTimer);
    this.questions.stop();
    this.host.slices.cancel(TASK);
  }
}
