/** Two models on the same digits, or the same draws; and below, epoch by epoch, how each came to it. */

import { listenForKeys } from "../gestures/keys.js";
import { Base } from "../kit/base.js";
import { Choice } from "../kit/choice.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { mulberry32, normals } from "../maths/random.js";
import player from "../player/player.css";
import { Player } from "../player/player.js";
import { DigitSet, loadTray } from "../server/digit_set.js";
import { addressOf, fetchTensors } from "../server/load.js";
import { loadModel } from "../server/models.js";
import { get, put } from "../state/parameters.js";
import learning from "./learning.css";
import { COUNT, LearningSide } from "./side.js";

/** @typedef {import("./side.js").Subject} Subject */
/** @typedef {import("./side.js").ModelWithFilm} ModelWithFilm */
/** @typedef {{left: ModelWithFilm, right: ModelWithFilm, digits: string, seed: number}} LearningData see ui/components/films.py */

/** @typedef {{tray: import("../server/digit_set.js").TrayData, found: Awaited<ReturnType<typeof loadSide>>[]}} Loaded */

const EPOCH_S = 0.12;
const SUBJECTS = /** @type {const} */ ([
  ["digits", "Digits, reconstructed", "Both models encode and decode the same digits"],
  ["draws", "Draws of N(0, I), decoded", "Both models decode the same random codes"],
]);

/** @extends {Base<LearningData, Loaded>} */
export class LearningView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    this.sides = [new LearningSide("left"), new LearningSide("right")];
    this.player = new Player({ onTime: (t) => this.seek(t) });
    this.player.looping = "once";
    this.player.refresh();
    this.epoch = element("output", { class: "epoch" });
    this.films = element(
      "section",
      { class: "films", "aria-label": "Films of the training" },
      element("h3", {}, "How they learned: ", this.epoch),
      element("div", { class: "pair" }, ...this.sides.map((side) => side.film)),
      this.player.element,
    );
    const onSubject = (/** @type {Subject} */ subject) => this.choose(subject);
    const subject = new Choice("What both models show", "subject", SUBJECTS, onSubject, { value: get("subject") });
    root.replaceChildren(
      this.alert.element,
      element("header", {}, element("h3", {}, "The same for both"), subject.element),
      element("div", { class: "pair" }, ...this.sides.map((side) => side.now)),
      this.films,
    );
    /** @type {Record<Subject, Float32Array[]>} */
    this.inputs = { digits: [], draws: [] };
    this.leave = [listenForKeys(this.player.actions), () => this.player.close()];
  }

  /** @param {LearningData} data */
  take({ left, right }) {
    this.recolourPair(left, right);
  }

  /** @param {LearningData} data */
  key({ left, right, digits, seed }) {
    return [left.name, right.name, digits, seed];
  }

  /** @param {LearningData} data */
  announce({ left, right }) {
    [left, right].forEach((model, side) => this.sides[side].announce(model));
  }

  /** @param {LearningData} data */
  async load({ left, right, digits }) {
    const [tray, ...found] = await Promise.all([loadTray(digits), loadSide(left), loadSide(right)]);
    return { tray, found };
  }

  /** @param {LearningData} data @param {Loaded} loaded */
  build({ digits, seed }, { tray, found }) {
    this.inputs.digits = someDigits(new DigitSet(digits, tray));
    this.inputs.draws = someDraws(seed, Math.max(...found.map(({ model }) => model.latentDim)));
    found.forEach(({ model, frames }, side) => this.sides[side].build(model, frames));
    this.choose(/** @type {Subject} */ (get("subject")));
    this.openFilms();
  }

  openFilms() {
    this.epochs = Math.max(...this.sides.map(({ epochs }) => epochs));
    this.films.hidden = this.epochs === 0;
    if (!this.epochs) return;
    this.player.open({ frames: Math.max(2, this.epochs), duration_s: this.epochs * EPOCH_S, plays: true });
    // Who wants no motion sees what came out.
    if (!this.player.playing) this.player.seek(1);
  }

  /** @param {Subject} subject */
  choose(subject) {
    put("subject", subject);
    for (const side of this.sides) side.show(subject, this.inputs[subject]);
  }

  /** @param {number} t */
  seek(t) {
    const epochs = this.epochs ?? 0;
    const epoch = 1 + Math.round(t * (epochs - 1));
    this.epoch.textContent = `epoch ${epoch} of ${epochs}`;
    for (const side of this.sides) side.seek(epoch);
  }
}

/** @param {ModelWithFilm} model */
async function loadSide({ name, film }) {
  const [model, tensors] = await Promise.all([
    loadModel(name),
    film && fetchTensors(addressOf("films", name, "frames.safetensors")),
  ]);
  return { model, frames: tensors ? tensors.frames : null };
}

/** @param {DigitSet} set @returns {Float32Array[]} of all classes in turn; blank where there are fewer */
function someDigits(set) {
  const inTurn = Array.from({ length: COUNT }, (_, k) => set.byClass[k % 10][Math.floor(k / 10)]);
  return inTurn.map((row) => (row === undefined ? new Float32Array(28 * 28) : set.pixels(row)));
}

/** @param {number} seed @param {number} dim @returns {Float32Array[]} */
function someDraws(seed, dim) {
  const normal = normals(mulberry32(seed));
  return Array.from({ length: COUNT }, () => Float32Array.from({ length: dim }, normal));
}

export default component("learning", [player, learning], (root) => new LearningView(root));
