/** Denoise: the same noise on the same digits through several models, everything in the same frame. */

import { denoiseActions } from "./denoise_actions.js";
import { Command } from "./denoise_command.js";
import { Controls } from "./denoise_controls.js";
import { Engine, MOST } from "./denoise_engine.js";
import { Grid } from "./denoise_grid.js";
import { Hand } from "./denoise_hand.js";
import { Measurements } from "./denoise_numbers.js";
import { Path } from "./denoise_path.js";
import { MOST_TIMES, settings } from "./denoise_settings.js";
import { element, formatNumber } from "./dom.js";
import { listenForKeys } from "./keys.js";
import { announce } from "./live_link.js";
import { tellIfSlow } from "./load.js";
import { loadModel, PIXELS } from "./nn.js";
import { mulberry32 } from "./random.js";
import { Slices } from "./slices.js";
import { modelColours } from "./theme.js";
import { Tray } from "./tray.js";

/** @typedef {{name: string, label: string, colour: {light: string, dark: string}}} ModelData */
/** @typedef {import("./denoise_settings.js").Kind} Kind */
/**
 * @typedef {object} DenoiseData see ui/components/denoise.py
 * @property {ModelData[]} models
 * @property {string} digits
 * @property {number} seed
 * @property {Kind} corruption
 * @property {Record<string, string | null>} problems why a model has no plane, by name
 * @property {import("./denoise_settings.js").Opening & {row: number | null, drawn: string}} opening
 */

const REST_MS = 300;
const PLAY_MS = 350;
// Of a frame, beside the pictures that the hand moves.
const SLICE_MS = 2;
// Digits that leave room for the pad.
const BESIDE_PAD = 5;
const SEEDS = 2 ** 32;

export class DenoiseView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.settings = settings;
    /** @type {import("./nn.js").Model[]} */
    this.models = [];
    /** @type {string | undefined} what is shown, or on its way */
    this.wanted = undefined;
    /** @type {import("./tray.js").Shown[]} */
    this.eight = [];
    this.seed = 0;
    this.frame = 0;
    this.rubbing = false;
    /** Kinds that were sent and have not come back. @type {Kind[]} */
    this.sent = [];
    this.engine = new Engine();
    this.slices = new Slices(SLICE_MS);
    this.tray = new Tray({ label: "Digit in hand", onDigit: () => this.takeDigits() });
    this.grid = new Grid((i) => this.pick(i));
    this.numbers = new Measurements(root, this.engine, this.grid, this.slices);
    this.path = new Path(this.slices, () => this.invalidate());
    this.command = new Command();
    this.hand = new Hand(this.grid.corrupted.frames, {
      mode: () => (this.rubbing ? "rub" : settings.kind === "box" ? "box" : null),
      box: () => settings.cut(this.engine.noise),
      place: (box) => this.change(() => settings.place(box)),
      rub: (from, to) => this.change(() => settings.rub(from, to)),
      point: (place) => this.grid.pointAt(place),
    });
    const actions = denoiseActions(this);
    this.controls = new Controls(
      {
        onKind: (kind) => this.chooseKind(kind),
        onLevel: (level) => this.change(() => settings.setLevel(level)),
        onClip: (clip) => this.change(() => (settings.clip = clip)),
        onTimes: (times) => this.apply(times),
        onPlay: () => this.play(!this.timer),
        onSingle: (single) => this.change(() => (settings.single = single)),
      },
      actions,
    );
    this.alert = element("div", { class: "alert", role: "alert", hidden: true });
    this.waiting = element("p", { class: "waiting", hidden: true });
    this.heard = element("p", { class: "heard", role: "status" });
    root.replaceChildren(
      this.controls.element,
      this.alert,
      this.waiting,
      element("div", { class: "stage" }, this.grid.element, this.tray.pad.element),
      this.tray.element,
      this.path.element,
      this.command.element,
      this.heard,
    );
    const pad = new MutationObserver(() => this.makeRoom());
    pad.observe(this.tray.pad.element, { attributeFilter: ["hidden"] });
    this.leave = [listenForKeys(actions), () => pad.disconnect()];
  }

  /**
   * Takes what Python or the theme changed, and leaves the rest as it is.
   * @param {DenoiseData} data
   * @param {import("./mount.js").Send} send
   */
  update(data, send) {
    this.send = send;
    const before = this.data;
    this.data = data;
    this.takeKind(data.corruption, before?.corruption);
    if (data.seed !== before?.seed) this.reseed(data.seed);
    const wanted = JSON.stringify([data.models.map(({ name }) => name), data.digits, data.seed, data.problems]);
    if (wanted !== this.wanted) {
      this.wanted = wanted;
      void this.load(data);
    } else {
      this.recolour();
    }
  }

  /** What comes back of what was sent from here is old already. @param {Kind} kind @param {Kind | undefined} before */
  takeKind(kind, before) {
    const echo = this.sent.indexOf(kind);
    if (echo >= 0) this.sent.splice(0, echo + 1);
    else if (kind !== before) {
      settings.kind = kind;
      this.hand.refresh();
      this.invalidate();
    }
  }

  /** @param {DenoiseData} data */
  async load(data) {
    const { wanted } = this;
    this.root.dataset.ready = "false";
    this.root.setAttribute("aria-busy", "true");
    this.alert.hidden = true;
    this.waiting.textContent = `loading ${data.models.map(({ name }) => name).join(", ")} …`;
    const { digits, seed, opening } = data;
    const slow = () => {
      this.waiting.hidden = wanted !== this.wanted;
    };
    const opened = settings.open(opening);
    if (!this.models.length) this.announce(data);
    try {
      const models = Promise.all(data.models.map(({ name }) => this.modelOf(name)));
      const all = Promise.all([models, this.tray.open({ digits, seed, opening }), opened]);
      const [found] = await tellIfSlow(all, slow);
      if (wanted === this.wanted) this.build(this.data ?? data, found);
    } catch (error) {
      if (wanted === this.wanted) this.complain(data, /** @type {Error} */ (error));
    }
  }

  /** Everything in its place, and no pictures in it. @param {DenoiseData} data */
  announce({ models, problems }) {
    this.grid.build(models);
    this.grid.show(settings.single ? 1 : MOST);
    this.path.build(models, problems);
    this.recolour();
    this.command.show(settings);
  }

  /** @param {string} name @returns {Promise<import("./nn.js").Model>} */
  modelOf(name) {
    const known = this.models.find((model) => model.name === name);
    return known ? Promise.resolve(known) : loadModel(name);
  }

  /** @param {DenoiseData} data @param {import("./nn.js").Model[]} models */
  build(data, models) {
    this.waiting.hidden = true;
    this.models = models;
    this.engine.use(models);
    this.engine.reseed((this.seed = settings.seed ?? data.seed));
    this.announce(data);
    this.path.load(data.digits);
    this.hand.refresh();
    this.takeDigits();
    this.paint();
    this.root.dataset.ready = "true";
    this.root.removeAttribute("aria-busy");
    // What is kept here may be older than this address.
    announce();
  }

  recolour() {
    const colours = modelColours(this.root, this.data?.models.map(({ colour }) => colour) ?? []);
    this.grid.recolour(colours);
    this.path.recolour(colours);
  }

  /** @param {DenoiseData} data @param {Error} error */
  complain(data, error) {
    this.root.removeAttribute("aria-busy");
    this.waiting.hidden = true;
    const shown = this.models.map(({ name }) => name).join(", ");
    this.alert.replaceChildren(
      element("p", {}, `${error.message} ${shown ? `The page still shows ${shown}.` : ""}`),
      element("button", { type: "button", onclick: () => this.load(this.data ?? data) }, "Try again"),
    );
    this.alert.hidden = false;
  }

  /** @param {number} seed the app's */
  reseed(seed) {
    this.draw = mulberry32(seed);
    if (settings.seed !== null) return;
    this.seed = seed;
    this.engine.reseed(seed);
  }

  /** Other noise. */
  renew() {
    this.change(() => {
      settings.renew(Math.floor(this.draw() * SEEDS));
      this.engine.reseed((this.seed = settings.seed ?? 0));
    });
  }

  /** @param {Kind} kind */
  chooseKind(kind) {
    if (kind === settings.kind) return;
    this.change(() => (settings.kind = kind));
    this.hand.refresh();
    this.sent.push(kind);
    this.send?.("corruption", { kind });
  }

  /** @param {boolean} rubbing */
  rub(rubbing) {
    this.rubbing = rubbing;
    this.hand.refresh();
    this.invalidate();
  }

  /** @param {number} times */
  apply(times) {
    this.change(() => (settings.times = times));
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

  /** @param {number} i which of the clean digits */
  pick(i) {
    const { row } = this.eight[i];
    if (row !== null) this.tray.pickRow(row);
  }

  /** The digit in hand may be another, and its company with it. */
  takeDigits() {
    if (!this.models.length) return;
    this.eight = this.tray.eight().slice(0, MOST);
    this.engine.take(this.eight.map(({ pixels }) => pixels));
    this.grid.announce(this.eight.map(({ label }) => label));
    this.invalidate();
  }

  /** The pad has opened or closed. */
  makeRoom() {
    const { pad } = this.tray;
    this.invalidate();
    const isAbove = getComputedStyle(pad.element).order === "-1";
    if (pad.isOpen && isAbove) pad.element.scrollIntoView({ block: "start" });
  }

  /** @param {() => void} mutate what the visitor chose */
  change(mutate) {
    mutate();
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.rest(), REST_MS);
    this.invalidate();
  }

  invalidate() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  paint() {
    this.controls.refresh(settings, this.rubbing);
    const { engine, grid } = this;
    if (!this.models.length || !engine.count) return;
    const count = settings.single ? 1 : Math.min(engine.count, this.tray.pad.isOpen ? BESIDE_PAD : MOST);
    if (count !== grid.count) grid.show(count);
    engine.run(settings, count);
    grid.clean.paint(engine.clean, count);
    grid.corrupted.paint(engine.pictures(-1), count);
    grid.models.forEach((row, i) => row.paint(engine.pictures(i), count));
    grid.outlineBox(settings.kind === "box" ? settings.cut(engine.noise) : null);
    this.command.show(settings);
    this.numbers.refresh();
    this.path.follow(() => ({
      models: this.models,
      clean: engine.clean.subarray(0, PIXELS),
      corrupted: engine.corrupted.subarray(0, PIXELS),
      times: settings.times,
    }));
  }

  /** What the visitor chose has come to rest. */
  rest() {
    this.restTimer = undefined;
    void settings.rest();
    const words = [this.grid.corrupted, ...this.grid.models].map(
      ({ name, average }) => `${name}: ${average ? formatNumber(average.psnr, 1) : ""} dB`,
    );
    this.heard.textContent = `Mean PSNR. ${words.join(", ")}.`;
  }

  close() {
    this.wanted = undefined;
    cancelAnimationFrame(this.frame);
    clearInterval(this.timer);
    if (this.restTimer) void settings.rest();
    clearTimeout(this.restTimer);
    this.slices.stop();
    this.command.stop();
    this.tray.close();
    for (const leave of this.leave) leave();
    this.root.replaceChildren();
    delete this.root.dataset.ready;
  }
}
