/** Denoise: the same noise on the same digits through several models, everything in the same frame. */

import { listenForKeys } from "../gestures/keys.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { ModelsBase } from "../kit/base.js";
import { formatNumber } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { column, picture, row, savePng, text, title } from "../kit/png.js";
import { mulberry32 } from "../maths/seeded_noise.js";
import { announce } from "../state/live_link.js";
import { MOST_TIMES } from "../state/parameters.js";
import { Controls, KINDS } from "./controls.js";
import denoise from "./denoise.css";
import denoiseGrid from "./denoise_grid.css";
import { formatPsnr } from "./grid.js";
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

/** @extends {ModelsBase<DenoiseData, import("../nn/nn.js").Model[]>} */
export class DenoiseView extends ModelsBase {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** Kinds that were sent and have not come back. @type {Kind[]} */
    this.sent = [];
    this.draw = mulberry32(0);
    this.tray = new Tray({ label: "Digit in hand", onDigit: () => this.stage.takeDigits() });
    this.stage = new Stage(root, this.tray, this.heard, () => this.schedule());
    const change = (/** @type {() => void} */ mutate) => this.stage.change(mutate);
    const actions = this.actions();
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
      this.tray.pad.drawButton(),
    );
    const { elements } = this.stage;
    root.replaceChildren(
      this.controls.element,
      this.wheel.element,
      this.alert.element,
      this.waiting,
      ...elements,
      this.heard,
    );
    this.leave = [listenForKeys(actions), () => this.stage.close(), () => this.tray.close()];
  }

  /** @param {DenoiseData} data @param {DenoiseData | undefined} before */
  take({ corruption, seed }, before) {
    this.takeKind(corruption, before?.corruption);
    if (seed !== before?.seed) this.draw = mulberry32(seed);
  }

  /** @returns {import("../kit/controls.js").Action[]} */
  actions() {
    const { stage, tray } = this;
    const rub = () => stage.rub(!stage.isRubbing);
    const clear = () => stage.change(() => settings.clearRubbed());
    const [isRubbing, hasRubbed] = [() => stage.isRubbing, () => settings.hasRubbed];
    return [
      { name: "New noise", key: "n", title: "Other noise of the same kind", run: () => this.renew() },
      { name: "Rub", key: "b", title: "Rub noise into the corrupted digits", pressed: isRubbing, run: rub },
      { name: "Clear", key: "c", title: "Take away what was rubbed in", enabled: hasRubbed, run: clear },
      { name: "Digit", key: "g", title: "A random digit", run: () => tray.pickRandom(this.draw()) },
      { name: "Save PNG", key: "s", title: "Save the pictures as a PNG", run: () => this.savePng() },
    ];
  }

  get models() {
    return this.stage.models;
  }

  /** @param {DenoiseData} data */
  key(data) {
    return [...super.key(data), data.problems];
  }

  /** @param {DenoiseData} data */
  refresh(data) {
    this.stage.recolour(this.coloursOf(data));
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
  async load(data) {
    return (await Promise.all([this.loadModels(data), this.tray.open(data), settings.open()]))[0];
  }

  /** @param {DenoiseData} data */
  announce(data) {
    if (!this.models.length) this.stage.announce(data.models, data.problems, this.coloursOf(data));
  }

  /** @param {DenoiseData} data @param {import("../nn/nn.js").Model[]} models */
  build(data, models) {
    this.stage.reseed(settings.seed ?? data.seed);
    this.stage.announce(data.models, data.problems, this.coloursOf(data));
    this.stage.build(models, data.digits);
    this.paint();
    // What is kept here may be older than this address.
    announce();
  }

  redecode() {
    this.schedule();
  }

  paint() {
    this.controls.refresh(settings);
    this.stage.paint();
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

  savePng() {
    const { stage, data, models, root } = this;
    if (data && models.length) saveComparison(root, stage.grid, describe(settings, stage.seed, data.digits));
  }

  close() {
    clearInterval(this.timer);
    super.close();
  }
}

const NAMES = 150;
const CELL = 84;
const BIG = 224;
const GAP = 8;
const SMALL = "11px";

/** @param {Element} root @param {import("./grid.js").Grid} grid @param {string} source what was done */
function saveComparison(root, { rows, models, count }, source) {
  const side = count === 1 ? BIG : CELL;
  const lines = rows.map(({ name, label, element, canvases, shown, average }, k) => {
    const colour = getComputedStyle(element).getPropertyValue("--colour");
    const names = column([title(name, colour, k > 0, NAMES), text(label, { font: SMALL })]);
    const cells = canvases
      .slice(0, count)
      .map((canvas, i) => column([picture(canvas, side), text(likeness(shown[i]), { font: SMALL })]));
    const mean = text(likeness(average), { font: "600 11px", width: CELL });
    return row([names, ...cells, ...(count > 1 ? [mean] : [])], GAP);
  });
  const name = `denoise-${models.map((model) => model.name).join("-")}`;
  savePng(root, name, column([...lines, text(source, { font: SMALL })], GAP));
}

/** @param {import("./engine.js").Likeness | null | undefined} likeness */
const likeness = (likeness) => (likeness ? `${formatPsnr(likeness.psnr)} dB  ${formatNumber(likeness.ssim)}` : "");

/**
 * @param {import("./settings.js").Settings} settings @param {number} seed of the noise @param {string} digits the set
 * @returns {string} what was done
 */
function describe(settings, seed, digits) {
  const { name, level, format } = KINDS[settings.kind];
  const clip = settings.kind === "gaussian" ? (settings.clip ? ", clipped" : ", not clipped") : "";
  const rubbed = settings.hasRubbed ? ", noise rubbed in" : "";
  const passes = settings.times > 1 ? `, applied ${settings.times} times` : "";
  const what = `${name}, ${level.toLowerCase()} ${format(settings)}${clip}${rubbed}${passes}`;
  return `${what}, noise seed ${seed}, ${digits.toUpperCase()} digits. PSNR and SSIM to the clean digit.`;
}

export default component("denoise", [tray, pad, denoise, denoiseGrid], (root) => new DenoiseView(root));
