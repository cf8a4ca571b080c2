/** Denoise: the same noise on the same digits through several models, everything in the same frame. */

import { listenForKeys } from "../gestures/keys.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { Base } from "../kit/base.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { mulberry32 } from "../maths/random.js";
import { loadModel } from "../server/models.js";
import { announce } from "../state/live_link.js";
import { MOST_TIMES } from "../state/parameters.js";
import { denoiseActions } from "./actions.js";
import { Controls } from "./controls.js";
import denoise from "./denoise.css";
import denoiseGrid from "./denoise_grid.css";
import { settings } from "./settings.js";
import { Stage } from "./stage.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/** @typedef {import("./settings.js").Kind} Kind */
/**
 * @typedef {object} DenoiseData see ui/components/denoise.py
 * @property {ModelData[]} models
 * @property {string} digits
 * @property {number} seed
 * @property {Kind} corruption
 * @property {Record<string, string | null>} problems why a model has no plane, by name
 */

const PLAY_MS = 350;
const SEEDS = 2 ** 32;

/** @extends {Base<DenoiseData, import("../nn/nn.js").Model[]>} */
export class DenoiseView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** Kinds that were sent and have not come back. @type {Kind[]} */
    this.sent = [];
    this.draw = mulberry32(0);
    this.tray = new Tray({ label: "Digit in hand", onDigit: () => this.stage.takeDigits() });
    this.stage = new Stage(root, this.tray, () => this.controls.refresh(settings, this.stage.isRubbing));
    const change = (/** @type {() => void} */ mutate) => this.stage.change(mutate);
    const actions = denoiseActions(this);
    this.controls = new Controls(
      {
        onKind: (kind) => this.chooseKind(kind),
        onLevel: (level) => change(() => settings.setLevel(level)),
        onClip: (clip) => change(() => (settings.clip = clip)),
        onTimes: (times) => this.apply(times),
        onPlay: () => this.play(!this.timer),
        onSingle: (single) => change(() => (settings.single = single)),
      },
      actions,
      this.tray.drawButton(),
    );
    this.waiting = element("p", { class: "waiting", hidden: true });
    root.replaceChildren(this.controls.element, this.alert.element, this.waiting, ...this.stage.elements);
    this.leave = [listenForKeys(actions), () => this.stage.close(), () => this.tray.close()];
  }

  /** @param {DenoiseData} data @param {DenoiseData | undefined} before */
  take({ corruption, seed }, before) {
    this.takeKind(corruption, before?.corruption);
    if (seed !== before?.seed) this.draw = mulberry32(seed);
  }

  /** @param {DenoiseData} data */
  key({ models, digits, seed, problems }) {
    return [models.map(({ name }) => name), digits, seed, problems];
  }

  /** @param {DenoiseData} data */
  refresh({ models }) {
    this.stage.recolour(models);
  }

  /** What comes back of what was sent from here is old already. @param {Kind} kind @param {Kind | undefined} before */
  takeKind(kind, before) {
    const echo = this.sent.indexOf(kind);
    if (echo >= 0) this.sent.splice(0, echo + 1);
    else if (kind !== before) this.stage.takeKind(kind);
  }

  /** @param {Kind} kind */
  chooseKind(kind) {
    if (kind === settings.kind) return;
    this.stage.change(() => this.stage.takeKind(kind));
    this.sent.push(kind);
    this.send?.("corruption", { kind });
  }

  /** @param {DenoiseData} data */
  async load({ models, digits, seed }) {
    const found = Promise.all(models.map(({ name }) => this.modelOf(name)));
    return (await Promise.all([found, this.tray.open({ digits, seed }), settings.open()]))[0];
  }

  /** @param {DenoiseData} data */
  announce({ models, problems }) {
    if (!this.stage.models.length) this.stage.announce(models, problems);
  }

  /** @param {DenoiseData | null} data */
  wait(data) {
    this.waiting.hidden = !data;
    this.waiting.textContent = data && `loading ${data.models.map(({ name }) => name).join(", ")} …`;
  }

  get namesShown() {
    return this.stage.models.map(({ name }) => name);
  }

  /** @param {string} name @returns {Promise<import("../nn/nn.js").Model>} */
  modelOf(name) {
    const known = this.stage.models.find((model) => model.name === name);
    return known ? Promise.resolve(known) : loadModel(name);
  }

  /** @param {DenoiseData} data @param {import("../nn/nn.js").Model[]} found */
  build({ models, problems, digits, seed }, found) {
    this.stage.reseed(settings.seed ?? seed);
    this.stage.announce(models, problems);
    this.stage.build(found, digits);
    // What is kept here may be older than this address.
    announce();
  }

  /** Other noise. */
  renew() {
    const seed = Math.floor(this.draw() * SEEDS);
    this.stage.reseed(seed);
    this.stage.change(() => settings.renew(seed));
  }

  /** @param {number} times */
  apply(times) {
    this.stage.change(() => (settings.times = times));
    if (times === MOST_TIMES) this.play(false);
  }

  /** One pass after the other. @param {boolean} playing */
  play(playing) {
    clearInterval(this.timer);
    this.timer = undefined;
    if (playing) {
      this.apply(settings.times === MOST_TIMES ? 1 : settings.times + 1);
      this.timer = setInterval(() => this.apply(settings.times + 1), PLAY_MS);
    }
    this.controls.playing = playing;
  }

  close() {
    clearInterval(this.timer);
    super.close();
  }
}

export default component("denoise", [tray, pad, denoise, denoiseGrid], (root) => new DenoiseView(root));
