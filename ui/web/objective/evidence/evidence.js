/** The ELBO of one picture, and ln p(x) from more and more draws above it. */

import pad from "../../hand/pad.css";
import tray from "../../hand/tray.css";
import { Tray } from "../../hand/tray.js";
import { ModelsBase } from "../../kit/base.js";
import { Choice } from "../../kit/controls.js";
import { shape } from "../../kit/digits.js";
import { button, element } from "../../kit/dom.js";
import { component } from "../../kit/mount.js";
import { Slices } from "../../kit/slices.js";
import plot from "../../kit/styles/plot.css";
import { rounded } from "../../maths/grey.js";
import { onAnnounce } from "../../state/live_link.js";
import { get, put } from "../../state/parameters.js";
import objective from "../objective.css";
import evidence from "./evidence.css";
import { letterOf, letterPixels, noisePixels } from "./picture.js";
import { Side } from "./side.js";

/** @typedef {import("../../nn/nn.js").Model} Model */
/** @typedef {{models: import("../../kit/mount.js").ModelData[], digits: string, seed: number}} EvidenceData see ui/objective/evidence.py */
/** @typedef {"hand" | "noise" | "letter"} Kind of picture */

const KINDS = /** @type {const} */ ([
  ["hand", "Digit in hand"],
  ["noise", "Noise", "Every pixel by chance"],
  ["letter", "Letter", "A capital letter, brought into MNIST's format"],
]);
const PIXELS = /** @type {const} */ ([
  ["grey", "grey"],
  ["binary", "black and white", "Every pixel rounded to 0 or 1"],
]);
// Of a frame, in milliseconds: while a hand draws, which needs a frame of its own, and otherwise.
const HELD = 3;
const FREE = 12;
const APART = "One is of Gaussian pixels, the other of Bernoulli ones: compare each with its own digits only.";

/** @extends {ModelsBase<EvidenceData, Model[]>} */
export class EvidenceView extends ModelsBase {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** @type {Side[]} */
    this.sides = [];
    this.slices = new Slices(FREE);
    /** Whether another picture is to be taken in the next frame. */
    this.isOther = false;
    this.isSeen = false;
    this.known = "";
    this.tray = new Tray({
      onDigit: (_, { stroke }) => this.takeDigit(stroke !== undefined),
      label: "Digit whose likelihood is shown",
      listens: false,
    });
    this.kind = new Choice("Picture", "likelihoodof", KINDS, (kind) => put("likelihoodof", kind));
    this.another = button("", () => this.draw());
    this.binary = new Choice("Pixels", "pixels", PIXELS, (pixels) => put("pixels", pixels));
    this.apart = element("p", { class: "numbers-line", hidden: true }, APART);
    this.halves = element("div", { class: "sides" });
    root.replaceChildren(
      this.alert.element,
      this.waiting,
      element("div", { class: "toolbar choices" }, this.kind.element, this.binary.element, this.another),
      this.wheel.element,
      this.apart,
      this.halves,
      this.tray.element,
      this.heard,
    );
    // Nobody waits for draws that are not seen.
    const seen = new IntersectionObserver(([{ isIntersecting }]) => this.see(isIntersecting));
    seen.observe(root);
    this.leave = [
      onAnnounce(() => this.follow()),
      onAnnounce(() => void this.tray.keepUp()),
      () => seen.disconnect(),
      () => this.tray.close(),
    ];
  }

  refresh() {
    this.recolour();
  }

  get models() {
    return this.sides.map(({ model }) => model);
  }

  /** @param {EvidenceData} data */
  async load(data) {
    return (await Promise.all([this.loadModels(data), this.tray.open(data)]))[0];
  }

  /** @param {EvidenceData} data @param {Model[]} models */
  build(data, models) {
    this.leaveSides();
    const pick = (/** @type {number} */ row) => void this.tray.pickRow(row);
    this.sides = data.models.map((one, i) => new Side(one, models[i], data.seed, pick, models.length === 1));
    this.halves.replaceChildren(...this.sides.map((side) => side.element));
    this.apart.hidden = new Set(models.map(({ config }) => config.likelihood)).size < 2;
    this.kind.offer("letter", shape.isDigit, shape.isDigit ? "" : "Letters are of the size of digits, these are not");
    this.recolour();
    this.known = "";
    this.follow();
    this.paint();
    this.endReservedPlace();
  }

  recolour() {
    if (!this.data) return;
    const colours = this.coloursOf(this.data);
    this.sides.forEach((side, i) => side.element.style.setProperty("--colour", colours[i]));
  }

  /** @returns {Kind} as far as there is such a picture */
  get source() {
    const kind = get("likelihoodof");
    return kind === "letter" && !shape.isDigit ? "hand" : kind;
  }

  /** What the link says of the picture may have changed, here or in another block. */
  follow() {
    if (!this.sides.length) return;
    const said = [this.source, get("likelihooddraw"), get("pixels")].join();
    if (said === this.known) return;
    this.known = said;
    const { source } = this;
    this.kind.value = source;
    this.binary.value = get("pixels");
    this.another.hidden = source === "hand";
    this.another.textContent = `Another ${source}`;
    if (source === "hand") this.tray.remark();
    else this.tray.unmark();
    this.slices.budget = FREE;
    this.takeOther();
  }

  /** @param {boolean} isDrawing the hand may go on */
  takeDigit(isDrawing) {
    put("likelihoodof", "hand");
    this.slices.budget = isDrawing ? HELD : FREE;
    this.takeOther();
  }

  redecode() {
    this.takeOther();
  }

  takeOther() {
    this.isOther = true;
    this.schedule();
  }

  /** Another picture of this kind. */
  draw() {
    const before = get("likelihooddraw");
    put("likelihooddraw", before + 1);
    // After the last comes the first.
    if (get("likelihooddraw") === before) put("likelihooddraw", 1);
  }

  /** @returns {Float32Array} [pixels] in [0, 1] */
  get picture() {
    const draw = get("likelihooddraw");
    const { seed } = /** @type {EvidenceData} */ (this.data);
    if (this.source === "noise") return noisePixels(seed, draw, shape.pixels);
    return this.source === "letter" ? letterPixels(letterOf(draw)) : this.tray.chosen.pixels;
  }

  paint() {
    if (this.isOther) {
      this.isOther = false;
      const isBinary = get("pixels") === "binary";
      const label = this.source === "hand" ? this.tray.chosen.label : null;
      const x = isBinary ? rounded(this.picture) : this.picture;
      for (const side of this.sides) side.take(x, isBinary, label);
      this.work();
    }
    for (const side of this.sides) side.paint();
    this.restSoon();
  }

  /** @param {boolean} isSeen */
  see(isSeen) {
    this.isSeen = isSeen;
    if (isSeen) this.work();
    else this.slices.stop();
  }

  /** The draws that are left of the picture, and once for these pixels the digits of the set. */
  work() {
    const { set } = this.tray;
    if (!this.isSeen || !set) return;
    const pixels = get("pixels");
    this.sides.forEach((side, i) => {
      const repaint = () => side.paint();
      this.slices.start(`draws ${i}`, side.steps(), repaint);
      if (side.among.pixels !== pixels) this.slices.start(`digits ${i}`, side.among.steps(set, pixels), repaint);
    });
  }

  rest() {
    this.slices.budget = FREE;
    super.rest();
  }

  get summary() {
    return this.sides.map((side) => side.summary).join(" ");
  }

  leaveSides() {
    this.slices.stop();
    for (const side of this.sides) side.close();
  }

  close() {
    this.leaveSides();
    super.close();
  }
}

export default component("evidence", [plot, tray, pad, objective, evidence], (root) => new EvidenceView(root));
