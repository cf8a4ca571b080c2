/** What the server knows of the paths: the nearest real digits, the way through the graph, the geodesic while found. */

import { askGeodesic, askPath, NoAnswer } from "../../server/latent_ask.js";
import { NAMES, STOPPED } from "./paths.js";

/** @typedef {import("../../state/path_names.js").PathName} PathName */
/** @typedef {import("./paths.js").SidePaths} SidePaths */
/**
 * @typedef {object} Question
 * @property {SidePaths[]} sides
 * @property {string} digits the set
 * @property {string} stops as a text
 * @property {import("../../server/latent_ask.js").GraphChoice} graph
 */

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

/** @param {import("./paths.js").Path} path @param {unknown} error */
function complain(path, error) {
  path.problem = /** @type {Error} */ (error).message;
  path.isFault = !(error instanceof NoAnswer);
}
