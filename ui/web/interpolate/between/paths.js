/** The five paths of one model through the same stops: their curves, pictures and numbers, as far as they are known. */

import { crossFade, measure, pointAt, STEPS, slerp, straight } from "../../maths/paths.js";
import { Batch } from "../../nn/batch.js";
import { askGeodesic, askPath } from "../../server/latent_ask.js";
import { NoAnswer } from "../../server/load.js";

/** @typedef {import("../../state/paths.js").PathName} PathName */
/**
 * @typedef {object} Path empty or null as long as it is not known
 * @property {Float32Array | null} curve [64 * D], or [64 * pixels] of the cross-fade
 * @property {import("../../maths/paths.js").Measures | null} measures
 * @property {boolean} isStale the measures are of other stops
 * @property {Float32Array | null} nearest [64] distance to the nearest real digit
 * @property {Int32Array | null} nearestRow [64]
 * @property {number} meanNearest NaN where it is not known
 * @property {boolean} isNearestStale it is of other stops
 * @property {Int32Array | null} rows digits that the path passes
 * @property {boolean} isRefining of the geodesic
 * @property {number} round of the geodesic
 * @property {string} state how the geodesic ended; empty
 * @property {string} problem one sentence; empty
 * @property {boolean} isFault the problem lies with the connection, and may pass
 */

/** @typedef {{pixels: Float32Array, label: number | null}} Digit */

/** @type {PathName[]} */
export const NAMES = ["straight", "slerp", "pixels", "graph", "geodesic"];
/** Those that the browser draws itself. @type {PathName[]} */
const LOCAL = ["straight", "slerp", "pixels"];
/** @type {PathName[]} */
const LINES = ["straight", "slerp"];
/** How a geodesic ends that the visitor has seen enough of. */
export const STOPPED = "stopped";
const AT_ONCE = 8;

/** @returns {Path} */
const unknown = () => ({
  curve: null,
  measures: null,
  isStale: false,
  nearest: null,
  nearestRow: null,
  meanNearest: NaN,
  isNearestStale: false,
  rows: null,
  isRefining: false,
  round: 0,
  state: "",
  problem: "",
  isFault: false,
});

export class SidePaths {
  /** @param {import("../mode.js").Side} side */
  constructor({ name, model }) {
    this.name = name;
    this.model = model;
    this.batch = new Batch(model, AT_ONCE);
    this.z = new Float32Array(model.latentDim);
    this.pictures = new Float32Array(STEPS * model.shape.pixels);
    /** @type {WeakMap<object, {z: Float32Array, picture: Float32Array}>} */
    this.ends = new WeakMap();
    /** @type {Record<PathName, Path>} */
    this.paths = { straight: unknown(), slerp: unknown(), pixels: unknown(), graph: unknown(), geodesic: unknown() };
  }

  /**
   * Other stops: of what was known of any path only the numbers stay, until there are others.
   * @param {{stop: object, digit: () => Digit}[]} stops each an object that never comes to mean another digit
   */
  through(stops) {
    const { paths } = this;
    const ends = stops.map(({ stop, digit }) => this.end(stop, digit));
    const codes = ends.map(({ z }) => z);
    for (const name of NAMES) this.forget(name);
    paths.straight.curve = straight(codes);
    paths.slerp.curve = slerp(codes);
    paths.pixels.curve = crossFade(ends.map(({ picture }) => picture));
    this.take("pixels", measure(paths.pixels.curve, this.model.shape.pixels));
  }

  /** @param {PathName} name */
  forget(name) {
    const { measures, meanNearest } = this.paths[name];
    this.paths[name] = {
      ...unknown(),
      measures,
      meanNearest,
      isStale: measures !== null,
      isNearestStale: !Number.isNaN(meanNearest),
    };
  }

  /** @param {PathName} name @param {import("../../maths/paths.js").Measures} measures */
  take(name, measures) {
    Object.assign(this.paths[name], { measures, isStale: false });
  }

  /** Class-conditional models draw another digit. */
  redecode() {
    this.ends = new WeakMap();
  }

  /** @param {object} stop @param {() => Digit} digit */
  end(stop, digit) {
    const known = this.ends.get(stop);
    if (known) return known;
    const { pixels, label } = digit();
    const z = Float32Array.from(this.model.encode(pixels, label));
    const end = { z, picture: Float32Array.from(this.model.decode(z)) };
    this.ends.set(stop, end);
    return end;
  }

  /** What the hand wants to see first: a step decodes eight pictures. @returns {Generator<void>} */
  *measureLocal() {
    const { paths, pictures, batch } = this;
    const { pixels } = this.model.shape;
    const dim = this.z.length;
    const curves = LINES.map((name) => /** @type {Float32Array} */ (paths[name].curve));
    for (const [i, name] of LINES.entries()) {
      const curve = curves[i];
      for (let k = 0; k < STEPS; k += AT_ONCE) {
        pictures.set(batch.decode(curve.subarray(k * dim, (k + AT_ONCE) * dim)), k * pixels);
        yield;
      }
      this.take(name, measure(pictures, pixels));
      paths[name].isStale = paths[name].curve !== curve;
    }
  }

  /** @param {PathName} name @param {import("../../server/latent_ask.js").AskedPath} asked */
  learn(name, { curve, rows, length, energy, jump, speed, nearest, nearestRow }) {
    const path = this.paths[name];
    if (!LOCAL.includes(name)) {
      path.curve = curve;
      this.take(name, { length, energy, jump, speed });
    }
    Object.assign(path, { rows, nearest, nearestRow, meanNearest: mean(nearest), isNearestStale: false, problem: "" });
  }

  /** @param {PathName} name @returns {PathName} the path itself; as long as it has no curve, the straight line */
  shown(name) {
    return this.paths[name].curve ? name : "straight";
  }

  /**
   * @param {PathName} name of a path that has codes @param {Digit} digit
   * @returns {number} when the path is nearest to the digit's code
   */
  timeNear(name, { pixels, label }) {
    const code = Float32Array.from(this.model.encode(pixels, label));
    let [best, time] = [Infinity, 0];
    for (let k = 0; k < STEPS; k++) {
      const t = k / (STEPS - 1);
      const distance = (this.codeAt(name, t) ?? code).reduce((sum, value, i) => sum + (value - code[i]) ** 2, 0);
      if (distance < best) [best, time] = [distance, t];
    }
    return time;
  }

  /** @param {PathName} name @param {number} t @param {Float32Array} out [pixels] */
  pictureAt(name, t, out) {
    const z = this.codeAt(name, t);
    if (z) out.set(this.model.decode(z));
    else pointAt(/** @type {Float32Array} */ (this.paths.pixels.curve), out.length, t, out);
  }

  /**
   * @param {PathName} name @param {number} t
   * @returns {Float32Array | null} [D], overwritten by the next call; null of the cross-fade
   */
  codeAt(name, t) {
    const { curve } = this.paths[name];
    return curve && name !== "pixels" ? pointAt(curve, this.z.length, t, this.z) : null;
  }
}

/** @param {Float32Array} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * @typedef {object} Question
 * @property {SidePaths[]} sides
 * @property {string} digits the set
 * @property {string} stops as a text
 * @property {import("../../server/latent_ask.js").GraphChoice} graph
 */

/** What the server knows of the paths: the nearest real digits, the way through the graph, the geodesic while found. */
export class PathQuestions {
  /** @param {(path: PathName) => void} onAnswer a path of a side has got on, or has a problem */
  constructor(onAnswer) {
    this.onAnswer = onAnswer;
    this.asking = new AbortController();
    this.refining = new AbortController();
  }

  /** Gives up what was asked. */
  stop() {
    this.asking.abort();
    this.refining.abort();
  }

  /**
   * All but the geodesic, one after the other for each model.
   * @param {Question} question @param {PathName} first the path that is looked at
   */
  ask(question, first) {
    this.asking.abort();
    this.asking = new AbortController();
    const names = [first, ...NAMES.filter((name) => name !== first)];
    for (const side of question.sides) void this.askSide(side, question, names, this.asking.signal);
  }

  /** @param {SidePaths} side @param {Question} question @param {PathName[]} names @param {AbortSignal} signal */
  async askSide(side, { digits, stops, graph }, names, signal) {
    for (const path of names) {
      if (path === "geodesic" || side.paths[path].nearest || side.paths[path].problem) continue;
      try {
        const answer = await askPath({ model: side.name, digits, stops, path, graph }, signal);
        if (signal.aborted) return;
        side.learn(path, answer);
      } catch (error) {
        if (signal.aborted) return;
        complain(side.paths[path], error);
      }
      this.onAnswer(path);
    }
  }

  /** The geodesic, which gets shorter while one looks. @param {Question} question */
  refine(question) {
    this.refining.abort();
    this.refining = new AbortController();
    for (const side of question.sides) void this.refineSide(side, question, this.refining.signal);
  }

  /** @param {SidePaths} side @param {Question} question @param {AbortSignal} signal */
  async refineSide(side, { digits, stops }, signal) {
    const path = side.paths.geodesic;
    Object.assign(path, { isRefining: true, state: "", problem: "" });
    this.onAnswer("geodesic");
    try {
      for await (const line of askGeodesic({ model: side.name, digits, stops }, signal)) {
        if (signal.aborted) break;
        side.learn("geodesic", line);
        path.round = line.round;
        if (line.done) path.state = line.converged ? "converged" : `not converged in ${line.round} rounds`;
        path.isRefining = !line.done;
        this.onAnswer("geodesic");
      }
    } catch (error) {
      if (!signal.aborted) complain(path, error);
    }
    if (side.paths.geodesic !== path || !path.isRefining) return;
    Object.assign(path, { isRefining: false, state: path.curve ? STOPPED : "" });
    this.onAnswer("geodesic");
  }
}

/** @param {Path} path @param {unknown} error */
function complain(path, error) {
  path.problem = /** @type {Error} */ (error).message;
  path.isFault = !(error instanceof NoAnswer);
}
