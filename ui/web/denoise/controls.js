/** What is above the pictures: which corruption, how much of it, how often a model is applied, and the buttons. */

import { guardFinger } from "../gestures/finger.js";
import { Choice, Toolbar } from "../kit/controls.js";
import { button, element, formatNumber } from "../kit/dom.js";
import { MOST_TIMES } from "../state/parameters.js";

/** @typedef {import("./settings.js").Kind} Kind */
/** @typedef {import("./settings.js").Settings} Settings */

const percent = (/** @type {Settings} */ { level }) => `${Math.round(100 * level)} %`;
/** @type {Record<Kind, {name: string, level: string, format: (settings: Settings) => string, title: string}>} */
export const KINDS = {
  gaussian: {
    name: "Gaussian",
    level: "σ",
    format: ({ level }) => formatNumber(level),
    title: "Each pixel plus σ ε, ε from N(0, 1)",
  },
  masking: { name: "Masking", level: "Pixels", format: percent, title: "A share of the pixels becomes black" },
  salt_and_pepper: {
    name: "Salt and pepper",
    level: "Pixels",
    format: percent,
    title: "A share of the pixels becomes black or white",
  },
  box: {
    name: "Box",
    level: "Side",
    format: ({ box, side }) => (box && box.w !== box.h ? `${box.w} × ${box.h}` : `${box?.w ?? side} px`),
    title: "A box is cut out: drag it, or a corner of it",
  },
};

export class Controls {
  /**
   * @param {object} listener
   * @param {(kind: Kind) => void} listener.onKind
   * @param {(level: number) => void} listener.onLevel
   * @param {(clip: boolean) => void} listener.onClip
   * @param {(times: number) => void} listener.onTimes
   * @param {() => void} listener.onPlay
   * @param {(single: boolean) => void} listener.onSingle
   * @param {import("../kit/controls.js").Action[]} actions
   * @param {HTMLButtonElement} draw the tray's, for where the tray is far below
   */
  constructor(listener, actions, draw) {
    const kinds = /** @type {Kind[]} */ (Object.keys(KINDS)).map(
      (kind) => /** @type {const} */ ([kind, KINDS[kind].name, KINDS[kind].title]),
    );
    this.kind = new Choice("Corruption", "corruption", kinds, listener.onKind);
    const counts = /** @type {const} */ ([
      ["eight", "8 digits", "A row of eight digits"],
      ["one", "1 digit", "The digit in hand, large"],
    ]);
    this.shown = new Choice("Shown", "shown", counts, (shown) => listener.onSingle(shown === "one"));
    this.level = range("level", { min: 0, max: 1, step: 0.01 }, (value) => listener.onLevel(value));
    this.times = range("times", { min: 1, max: MOST_TIMES, step: 1 }, (value) => listener.onTimes(value));
    this.times.name.data = "Passes";
    this.clip = element("input", { type: "checkbox", onchange: () => listener.onClip(this.clip.checked) });
    this.clipLabel = element(
      "label",
      { class: "check", title: "Models are given pixels cut off at black and white" },
      this.clip,
      "clipped",
    );
    this.play = button("", listener.onPlay, { class: "play" });
    this.toolbar = new Toolbar(actions, "Denoise");
    this.element = element(
      "header",
      {},
      element(
        "div",
        { class: "controls" },
        this.kind.element,
        this.level.element,
        this.clipLabel,
        element("div", { class: "what" }, this.shown.element, draw),
      ),
      element(
        "div",
        { class: "controls" },
        element("span", { class: "again" }, this.times.element, this.play),
        this.toolbar.element,
      ),
    );
    this.playing = false;
  }

  /** @param {boolean} playing */
  set playing(playing) {
    this.play.textContent = playing ? "Pause" : "Play";
    this.play.title = playing ? "Stop applying" : `Apply again and again, up to ${MOST_TIMES} times`;
  }

  /** Shows what is chosen, and what can be done. @param {Settings} settings */
  refresh(settings) {
    const { kind, level, clip, times, single } = settings;
    this.kind.value = kind;
    this.shown.value = single ? "one" : "eight";
    this.level.name.data = KINDS[kind].level;
    this.level.show(level, KINDS[kind].format(settings));
    this.times.show(times, `× ${times}`);
    this.clip.checked = clip;
    this.clipLabel.toggleAttribute("data-idle", kind !== "gaussian");
    this.clip.disabled = kind !== "gaussian";
    this.toolbar.refresh();
  }
}

/**
 * @param {string} kind a class name
 * @param {{min: number, max: number, step: number}} limits
 * @param {(value: number) => void} onInput
 */
function range(kind, limits, onInput) {
  const name = document.createTextNode("");
  const text = document.createTextNode("");
  const input = element("input", { type: "range", class: kind, ...limits });
  guardFinger(input, onInput);
  const label = element("label", { class: "range" }, element("span", {}, name), input, element("output", {}, text));
  const show = (/** @type {number} */ value, /** @type {string} */ words) => {
    if (input.valueAsNumber !== value) input.valueAsNumber = value;
    if (text.data === words) return;
    text.data = words;
    input.setAttribute("aria-valuetext", words);
  };
  return { element: label, input, name, show };
}
