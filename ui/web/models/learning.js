/** Two models on the same digits, or the same draws; and below, epoch by epoch, how each came to it. */

import { listenForKeys } from "../gestures/keys.js";
import { Base } from "../kit/base.js";
import { Choice } from "../kit/controls.js";
import { paintAt, shape } from "../kit/digits.js";
import { element, modelTag } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { component } from "../kit/mount.js";
import { mulberry32, normals } from "../maths/seeded_noise.js";
import { Batch } from "../nn/batch.js";
import player from "../player/player.css";
import { Player } from "../player/player.js";
import { DigitSet, loadTray } from "../server/digit_set.js";
import { addressOf, fetchTensors } from "../server/load.js";
import { loadModel } from "../server/models.js";
import { get, put } from "../state/parameters.js";
import learning from "./learning.css";

/** @typedef {{left: ModelWithFilm, right: ModelWithFilm, digits: string, seed: number}} LearningData see ui/components/films.py */

/** @typedef {{tray: import("../server/digit_set.js").TrayData, sides: Awaited<ReturnType<typeof loadSide>>[]}} Loaded */

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
    // Digits are reconstructed as what they are.
    this.turned = element("div", {}, this.wheel.element);
    root.replaceChildren(
      this.alert.element,
      element("header", {}, element("h3", {}, "The same for both"), subject.element, this.turned),
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
    const [tray, ...sides] = await Promise.all([loadTray(digits), loadSide(left), loadSide(right)]);
    return { tray, sides };
  }

  /** @param {LearningData} data @param {Loaded} loaded */
  build({ digits, seed }, { tray, sides }) {
    this.inputs.digits = someDigits(new DigitSet(digits, tray));
    this.inputs.draws = someDraws(seed, Math.max(...sides.map(({ model }) => model.latentDim)));
    sides.forEach(({ model, frames }, side) => this.sides[side].build(model, frames));
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

  redecode() {
    this.choose(/** @type {Subject} */ (get("subject")));
  }

  /** @param {Subject} subject */
  choose(subject) {
    put("subject", subject);
    this.turned.hidden = subject === "digits";
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

/** @param {import("../nn/nn.js").Model} model @returns {(number | null)[]} of the digits, as far as it knows them */
const labelsFor = ({ config }) => IN_TURN.map((label) => (label < config.classes ? label : null));

/** @param {DigitSet} set @returns {Float32Array[]} of all classes in turn; blank where there are fewer */
function someDigits(set) {
  const inTurn = Array.from({ length: COUNT }, (_, k) => set.byClass[IN_TURN[k]][Math.floor(k / 10)]);
  return inTurn.map((row) => (row === undefined ? new Float32Array(set.shape.pixels) : set.pixels(row)));
}

/** @param {number} seed @param {number} dim @returns {Float32Array[]} */
function someDraws(seed, dim) {
  const normal = normals(mulberry32(seed));
  return Array.from({ length: COUNT }, () => Float32Array.from({ length: dim }, normal));
}

/** @typedef {"digits" | "draws"} Subject */
/** @typedef {import("../kit/mount.js").ModelData & {film: Subject | null}} ModelWithFilm */
/** @typedef {{shape: number[], data: ArrayLike<number>}} Frames uint8 [epochs, height, width], in colour with 3 more */

const [ROWS, COLUMNS] = [4, 8];
const COUNT = ROWS * COLUMNS;
// The classes of the digits.
const IN_TURN = Array.from({ length: COUNT }, (_, k) => k % 10);

/** @type {Record<Subject, string>} */
const FILM_SHOWS = {
  digits: `reconstructs the same ${COUNT} digits after every epoch`,
  draws: `decodes the same ${COUNT} draws of N(0, I) after every epoch`,
};
/** @type {Record<Subject, string>} */
const MAKES = { digits: `${COUNT} digits, reconstructed`, draws: `${COUNT} draws from N(0, I), decoded` };

class LearningSide {
  /** @param {"left" | "right"} kind */
  constructor(kind) {
    this.name = element("b", {});
    this.label = element("span", { class: "name" });
    const mosaic = { class: "mosaic", width: COLUMNS * shape.width, height: ROWS * shape.height, role: "img" };
    this.live = element("canvas", mosaic);
    this.screen = element("canvas", mosaic);
    this.words = element("figcaption", {});
    this.now = element("figure", { class: kind }, modelTag(this.name, { as: "p" }, this.label), this.live);
    this.film = element("figure", { class: kind }, this.words, this.screen);
    /** @type {Batch | null} */
    this.batch = null;
    /** @type {Frames | null} */
    this.frames = null;
    this.shown = -1;
  }

  /** @param {ModelWithFilm} model */
  announce({ name, label, film }) {
    this.name.textContent = name;
    this.label.textContent = label;
    this.live.dataset.grid = name;
    this.film.toggleAttribute("data-lacks", film === null);
    const words = film ? `${name} ${FILM_SHOWS[film]}` : `There is no film of the training of ${name}.`;
    this.words.replaceChildren(...glossed(words, "prior", "epoch"));
    this.screen.setAttribute("aria-label", `Film: ${this.words.textContent}`);
  }

  /** @param {import("../nn/nn.js").Model} model @param {Frames | null} frames */
  build(model, frames) {
    if (this.batch?.model !== model) this.batch = new Batch(model, COUNT);
    this.frames = frames;
    this.shown = -1;
    if (frames) [, this.screen.height, this.screen.width] = frames.shape;
  }

  /** @param {Subject} subject @param {Float32Array[]} inputs `COUNT` digits, or draws of as many coordinates at least */
  show(subject, inputs) {
    const { batch } = this;
    if (!batch) return;
    const { half } = batch.model;
    const isMade = half === null || (half === "decoder" && subject === "draws");
    this.now.toggleAttribute("data-lacks", !isMade);
    if (!isMade) {
      this.live.getContext("2d")?.clearRect(0, 0, this.live.width, this.live.height);
      return;
    }
    const { pixels, width, height } = shape;
    const size = subject === "digits" ? pixels : batch.model.latentDim;
    const all = new Float32Array(COUNT * size);
    inputs.forEach((input, k) => all.set(input.subarray(0, size), k * size));
    const made = subject === "digits" ? batch.run(all, COUNT, labelsFor(batch.model)) : batch.decode(all);
    for (let k = 0; k < COUNT; k++) {
      const picture = made.subarray(k * pixels, (k + 1) * pixels);
      paintAt(this.live, picture, (k % COLUMNS) * width, Math.floor(k / COLUMNS) * height);
    }
    this.live.setAttribute("aria-label", `${this.name.textContent}: ${MAKES[subject]}`);
  }

  get epochs() {
    return this.frames?.shape[0] ?? 0;
  }

  /** @param {number} epoch from 1; after its last one a film stands still */
  seek(epoch) {
    const { frames } = this;
    if (!frames) return;
    const k = Math.min(epoch, this.epochs) - 1;
    if (k === this.shown) return;
    this.shown = k;
    const [, height, width, colours = 1] = frames.shape;
    const image = new ImageData(width, height);
    const start = k * height * width * colours;
    for (let i = 0; i < height * width; i++) {
      const at = start + i * colours;
      const level = (/** @type {number} */ channel) => frames.data[at + (channel % colours)];
      image.data.set([level(0), level(1), level(2), 255], 4 * i);
    }
    /** @type {CanvasRenderingContext2D} */ (this.screen.getContext("2d")).putImageData(image, 0, 0);
    this.screen.dataset.epoch = String(k + 1);
  }
}

export default component("learning", [player, learning], (root) => new LearningView(root));
