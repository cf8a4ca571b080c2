/** What is above the pictures: which corruption, how much of it, how often a model is applied, and the buttons. */

import { guardFinger } from "../gestures/finger.js";
import { element, formatNumber } from "../kit/dom.js";
import { actionButton } from "../kit/toolbar.js";
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
   * @param {import("../kit/toolbar.js").Action[]} actions
   * @param {HTMLButtonElement} draw the tray's, for where the tray is far below
   */
  constructor(listener, actions, draw) {
    this.kinds = Object.entries(KINDS).map(([kind, { name, title }]) =>
      choice("corruption", kind, name, title, () => listener.onKind(/** @type {Kind} */ (kind))),
    );
    this.shown = [
      choice("shown", "eight", "8 digits", "A row of eight digits", () => listener.onSingle(false)),
      choice("shown", "one", "1 digit", "The digit in hand, large", () => listener.onSingle(true)),
    ];
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
    this.play = element("button", { type: "button", class: "play", onclick: () => listener.onPlay() });
    this.actions = actions.map((action) => ({ action, button: actionButton(action) }));
    this.element = element(
      "header",
      {},
      element(
        "div",
        { class: "controls" },
        group("Corruption", this.kinds),
        this.level.element,
        this.clipLabel,
        element("div", { class: "what" }, group("Shown", this.shown), draw),
      ),
      element(
        "div",
        { class: "controls" },
        element("span", { class: "again" }, this.times.element, this.play),
        element(
          "div",
          { class: "toolbar", role: "toolbar", "aria-label": "Denoise" },
          ...this.actions.map(({ button }) => button),
        ),
      ),
    );
    this.playing = false;
  }

  /** @param {boolean} playing */
  set playing(playing) {
    this.play.textContent = playing ? "Pause" : "Play";
    this.play.title = playing ? "Stop applying" : `Apply again and again, up to ${MOST_TIMES} times`;
  }

  /** Shows what is chosen, and what can be done. @param {Settings} settings @param {boolean} rubbing */
  refresh(settings, rubbing) {
    const { kind, level, clip, times, single } = settings;
    check(this.kinds, kind);
    check(this.shown, single ? "one" : "eight");
    this.level.name.data = KINDS[kind].level;
    this.level.show(level, KINDS[kind].format(settings));
    this.times.show(times, `× ${times}`);
    this.clip.checked = clip;
    this.clipLabel.toggleAttribute("data-idle", kind !== "gaussian");
    this.clip.disabled = kind !== "gaussian";
    for (const { action, button } of this.actions) {
      if (action.enabled) button.setAttribute("aria-disabled", String(!action.enabled()));
      if (action.key === "b") button.setAttribute("aria-pressed", String(rubbing));
    }
  }
}

/**
 * @param {string} name @param {string} value @param {string} label @param {string} title @param {() => void} onchange
 * @returns {HTMLLabelElement}
 */
const choice = (name, value, label, title, onchange) =>
  element("label", { title }, element("input", { type: "radio", name, value, onchange }), element("span", {}, label));

/** @param {string} label @param {HTMLLabelElement[]} choices */
const group = (label, choices) =>
  element("div", { class: "units", role: "radiogroup", "aria-label": label }, ...choices);

/** @param {HTMLLabelElement[]} choices @param {string} value */
function check(choices, value) {
  for (const { firstElementChild } of choices) {
    const input = /** @type {HTMLInputElement} */ (firstElementChild);
    input.checked = input.value === value;
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
