/** What an import has found: originals, what each candidate makes of them, and what is to become of it. */

import { countText } from "../kit/amounts.js";
import { Alert } from "../kit/controls.js";
import { element, formatNumber } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { KeepForm } from "./keep_form.js";
import { capital, Questions, shapeText } from "./questions.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./server.js").Found} Found */
/** @typedef {import("./server.js").Candidate} Candidate */

/** Of one that cannot be taken as it is: what is told of it may help. */
const NOTHING = "nothing";
const MOST_SHOWN = 1_000_000;
const ASKS = {
  whole: "Which of them gives back the originals?",
  decoder: "Which of them draws pictures that are near to the originals?",
  encoder: "An encoder alone draws nothing to choose by.",
};

export class FoundNet {
  /** @param {import("./under_way.js").UnderWay} underWay */
  constructor(underWay) {
    this.underWay = underWay;
    /** @type {Found | typeof NOTHING | null} */
    this.subject = null;
    this.chosen = 0;
    this.questions = new Questions((told) => void underWay.again(told));
    this.form = new KeepForm((name) => void underWay.keep(this.chosen, name));
    this.alert = new Alert();
    this.pictures = element("div", { class: "candidates" });
    this.about = element("div", { class: "about" });
    this.element = element(
      "section",
      { class: "found-net", "aria-label": "What was found" },
      this.pictures,
      element("div", { class: "form" }, this.about, this.questions.element, this.alert.element, this.form.element),
    );
  }

  /** @param {Data} data */
  show(data) {
    const { status, isMoving, name, problem, retry } = this.underWay;
    const before = this.subject;
    // Tried again, what was found before stays until there is more.
    const again = status && isMoving ? before : null;
    this.subject = status?.found ?? (status?.state === "failed" ? NOTHING : again);
    const found = this.subject === NOTHING ? null : this.subject;
    this.element.hidden = !this.subject || status?.state === "kept";
    this.pictures.hidden = this.about.hidden = this.form.element.hidden = !found;
    const hasEnded = this.wasMoving && !isMoving;
    this.wasMoving = isMoving;
    if (this.subject && (this.subject !== before || (found && hasEnded))) {
      this.questions.show(found, data);
      if (found && found !== before) this.build(found, data);
    }
    this.element.setAttribute("aria-busy", String(isMoving));
    this.questions.wait(isMoving);
    this.form.show(name, data, isMoving);
    // Where the hand is, which may be far below the top.
    if (status?.found) this.alert.show(problem, retry);
    else this.alert.hide();
  }

  /** @param {Found} found @param {Data} data */
  build(found, { sets }) {
    this.chosen = 0;
    const set = sets.find(({ name }) => name === found.digits)?.label ?? found.digits;
    const rows = found.candidates.map((candidate, k) => this.row(candidate, k));
    const mean = formatNumber(found.mean_picture_error);
    const yardstick = `squared error ${mean}: the mean of all ${found.pictures} pictures, in place of a model.`;
    this.pictures.replaceChildren(
      element("h3", {}, ASKS[found.half ?? "whole"]),
      element(
        "div",
        { class: "candidate" },
        element("img", { src: found.originals, alt: "Originals" }),
        element("p", {}, `Originals, of ${set}`),
      ),
      element("div", { role: "radiogroup", "aria-label": "Candidates" }, ...rows),
      found.half === "encoder"
        ? ""
        : element("p", { class: "yardstick" }, ...glossed(sentence(yardstick), "squared-error")),
    );
    const hasSet = sets.some(({ shape }) => String(shape) === String(found.shape));
    const alone = `No set of pictures here is ${shapeText(found.shape)}: it can be kept, and no page shows it yet.`;
    const facts = `${found.about}, pictures of ${shapeText(found.shape)}, ${countText(found.parameters)} parameters`;
    this.about.replaceChildren(
      element("h3", {}, found.files.join(", ")),
      element("p", {}, ...glossed(facts, "ae", "vae", "code")),
      ...[...found.warnings, ...(hasSet ? [] : [alone])].map((words) =>
        element("p", { class: "warning" }, sentence(words)),
      ),
      element(
        "details",
        {},
        element("summary", {}, `What was guessed (${found.guesses.length})`),
        element("ul", {}, ...found.guesses.map((words) => element("li", {}, sentence(words)))),
        element("p", { class: "layers" }, found.layers),
      ),
    );
  }

  /** @param {Candidate} candidate @param {number} k */
  row({ words, loss, squared_error: error, picture }, k) {
    const choose = () => (this.chosen = k);
    const input = element("input", { type: "radio", name: "candidate", checked: k === 0, onchange: choose });
    const what = k === 0 ? "Best guess" : sentence(words);
    const [lost, wrong] = [loss, error].map(numberText);
    // Of an AE they are one number, and an encoder alone has none.
    const all = wrong && `squared error ${wrong}${lost === wrong ? "" : `, loss ${lost}`}`;
    return element(
      "label",
      { class: "candidate" },
      picture ? element("img", { src: picture, alt: `What candidate ${k + 1} makes of them` }) : "",
      element(
        "span",
        { class: "words" },
        input,
        element("span", {}, element("b", {}, what), element("small", {}, all)),
      ),
    );
  }
}

/** @param {number | null} value @returns {string} of a sigma that is none, a loss may have hundreds of digits */
const numberText = (value) =>
  value === null ? "" : value < MOST_SHOWN ? formatNumber(value) : `over ${countText(MOST_SHOWN)}`;

/** @param {string} words @returns {string} with a capital, and a full stop */
function sentence(words) {
  return `${capital(words)}${/[.!?]$/.test(words) ? "" : "."}`;
}
