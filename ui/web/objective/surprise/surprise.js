/** Two distributions over the ten digits to be dragged: surprise, entropy, cross-entropy, divergence. */

import { Base } from "../../kit/base.js";
import { Choice } from "../../kit/controls.js";
import { element, formatNumber } from "../../kit/dom.js";
import { component } from "../../kit/mount.js";
import { isDark } from "../../kit/theme.js";
import { bits, compare, normalised } from "../../maths/categorical.js";
import { get, put } from "../../state/parameters.js";
import objective from "../objective.css";
import { Distribution } from "./distribution.js";
import { Identity } from "./identity.js";
import surprise from "./surprise.css";

/** @typedef {{colours: {light: string[], dark: string[]}, shares: number[]}} SurpriseData see ui/objective/surprise.py */
/** @typedef {import("../../maths/categorical.js").Comparison} Comparison */
/** @typedef {import("./distribution.js").Unit} Unit */

// Two readers of one picture: a 4 that may be a 9.
const FOUR = [4, 2, 6, 4, 90, 4, 4, 16, 10, 60];
const NINE = [2, 1, 2, 3, 12, 3, 1, 8, 5, 95];
/** @type {Record<"nats" | "bits", Unit>} */
const UNITS = {
  nats: { symbol: "ln", name: "nats", of: (nats) => nats },
  bits: { symbol: "log₂", name: "bits", of: bits },
};
// Where the stacked bars end, in nats.
const LENGTHS = [3, 5, 8];

/** @extends {Base<SurpriseData, void>} */
class View extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    const onChange = () => this.schedule();
    this.p = new Distribution("P", "chances", FOUR, this.presets("a 4, or a 9?", FOUR), onChange);
    this.q = new Distribution("Q", "others", NINE, this.presets("a 9, or a 4?", NINE), onChange);
    this.forward = new Identity("P", "Q");
    this.backward = new Identity("Q", "P");
    this.said = element("p", { class: "said" });
    this.unit = new Choice(
      "Unit of information",
      "information",
      [
        ["nats", "nats"],
        ["bits", "bits"],
      ],
      (unit) => {
        put("information", unit);
        this.schedule();
      },
    );
    root.replaceChildren(
      element("div", { class: "pair" }, this.p.element, this.q.element),
      element("div", { class: "sums" }, this.forward.element, this.backward.element, this.unit.element),
      this.said,
    );
  }

  /** @param {string} name @param {number[]} first @returns {import("./distribution.js").Preset[]} */
  presets(name, first) {
    return [
      { name, title: "An answer that wavers", weights: () => first },
      { name: "uniform", title: "Every digit alike", weights: (now) => now.map(() => 50) },
      { name: "one-hot", title: "The likeliest digit for certain", weights: oneHot },
      { name: "this set", title: "How many of each digit the set has", weights: () => this.shares },
    ];
  }

  /** Of the digits in the set, as weights. */
  get shares() {
    const { shares } = /** @type {SurpriseData} */ (this.data);
    const most = Math.max(...shares);
    return shares.map((share) => (100 * share) / most);
  }

  key() {
    return [];
  }

  async load() {}

  build() {
    this.recolour();
    this.unit.value = get("information");
    this.paint();
    this.endReservedPlace();
  }

  refresh() {
    this.recolour();
  }

  recolour() {
    const { colours } = /** @type {SurpriseData} */ (this.data);
    for (const one of [this.p, this.q]) one.recolour(isDark(this.root) ? colours.dark : colours.light);
  }

  paint() {
    const { p, q } = this;
    const unit = UNITS[get("information")];
    try {
      this.showFound(compare(p.weights, q.weights), unit);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.showNone(error.message, unit);
    }
  }

  /** @param {Comparison} found @param {Unit} unit */
  showFound(found, unit) {
    const { p, q, entropyP, entropyQ, crossEntropyPQ, crossEntropyQP, klPQ, klQP } = found;
    this.p.show(p, unit);
    this.q.show(q, unit);
    this.p.own.show("H(P)", entropyP);
    this.p.others.show("H(Q, P)", crossEntropyQP);
    this.q.own.show("H(Q)", entropyQ);
    this.q.others.show("H(P, Q)", crossEntropyPQ);
    const finite = [crossEntropyPQ, crossEntropyQP, entropyP, entropyQ].filter(Number.isFinite);
    const most = LENGTHS.find((length) => length >= Math.max(...finite)) ?? Math.max(...finite);
    this.forward.show(entropyP, klPQ, most, format(unit));
    this.backward.show(entropyQ, klQP, most, format(unit));
    const reason = found.reason && `${found.reason.replaceAll("||", "‖")}.`;
    this.say([trained(found, unit), reason]);
  }

  /** @param {string} problem @param {Unit} unit */
  showNone(problem, unit) {
    for (const one of [this.p, this.q]) {
      one.show(one.weights.some((weight) => weight > 0) ? normalised(one.weights) : null, unit);
      one.own.show("", null);
      one.others.show("", null);
    }
    for (const one of [this.forward, this.backward]) one.show(null, null, 1, format(unit));
    this.say([`${problem}.`]);
  }

  /** @param {(string | null)[]} sentences */
  say(sentences) {
    const words = sentences.filter(Boolean).join(" ");
    if (this.said.textContent !== words) this.said.textContent = words;
  }
}

/** @param {readonly number[]} now @returns {number[]} all on its likeliest, the lower of two */
function oneHot(now) {
  const digit = now.indexOf(Math.max(...now));
  return now.map((_, k) => (k === digit ? 100 : 0));
}

/** @param {Unit} unit @returns {(nats: number | null) => string} */
const format = (unit) => (nats) => (nats === null ? "–" : nats === Infinity ? "infinite" : formatNumber(unit.of(nats)));

/** What a classifier is trained on, where P is what it is trained with. @param {Comparison} found @param {Unit} unit */
function trained({ p, crossEntropyPQ }, unit) {
  const digit = p.indexOf(1);
  if (digit < 0) return null;
  const value = crossEntropyPQ === Infinity ? "infinite" : `${formatNumber(unit.of(crossEntropyPQ))} ${unit.name}`;
  return `P is one-hot, as the label of a picture is: H(P, Q) = −${unit.symbol} q(${digit}) = ${value}, what a classifier is trained to make small.`;
}

export default component("surprise", [objective, surprise], (root) => new View(root));
