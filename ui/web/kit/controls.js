/** What a hand presses: buttons for what keys do, too; radio groups; one tab stop for many; what failed, to try again. */

import { button, element } from "./dom.js";

/**
 * @typedef {object} Action
 * @property {string} name
 * @property {string} key as `KeyboardEvent.key`, lower case
 * @property {boolean} [control] with the control or the command key
 * @property {boolean} [shift] looked at only with `control`
 * @property {boolean} [repeats] as long as the key is held
 * @property {(focused: Element) => boolean} [leaves] whether the key means something else there
 * @property {string} title
 * @property {() => boolean} [enabled] always, where it is left out
 * @property {() => boolean} [pressed] of what is switched on and off
 * @property {() => void} run
 */

export class Toolbar {
  /**
   * @param {Action[]} actions
   * @param {string} [label] for who does not see it
   */
  constructor(actions, label) {
    this.actions = actions;
    this.buttons = actions.map(actionButton);
    const named = label && { role: "toolbar", "aria-label": label };
    this.element = element("div", { class: "toolbar", ...named }, ...this.buttons);
    this.refresh();
  }

  /** Shows what can be done now. Focus stays on a button that has just done its last: it is not `disabled`. */
  refresh() {
    this.actions.forEach(({ enabled, pressed }, i) => {
      if (enabled) this.buttons[i].setAttribute("aria-disabled", String(!enabled()));
      if (pressed) this.buttons[i].setAttribute("aria-pressed", String(pressed()));
    });
  }
}

/** @param {Action} action @returns {HTMLButtonElement} */
export function actionButton({ name, key, control, shift, title, run }) {
  const keys = [...(control ? ["Ctrl"] : []), ...(shift ? ["Shift"] : []), key.toUpperCase()];
  const shortcut = keys.join("+").replace("Ctrl", "Control");
  const words = { title: `${title} (${keys.join("-")})`, "aria-keyshortcuts": shortcut };
  return button(name, run, words, element("kbd", { "aria-hidden": "true" }, keys.join(" ")));
}

/** Of several things one, as radio buttons side by side. */

/**
 * Its value; its words; what it means; and in place of the words, what is said to who does not see.
 * @template {string} Value
 * @typedef {readonly [value: Value, words: string | Node, title?: string, label?: string]} Option
 */

/** @template {string} Value */
export class Choice {
  /**
   * @param {string} label of the whole, for who does not see
   * @param {string} name of the radio buttons
   * @param {readonly Option<Value>[]} options
   * @param {(value: Value) => void} onChange by hand
   * @param {{value?: Value, kind?: string}} [look] chosen at first; a class name
   */
  constructor(label, name, options, onChange, { value: first, kind = "" } = {}) {
    this.options = options.map(([value, words, title, spoken]) => {
      const onchange = () => onChange(value);
      const input = element("input", { type: "radio", name, value, "aria-label": spoken, onchange });
      return { value, input, element: element("label", { title }, input, element("span", {}, words)) };
    });
    this.element = element(
      "div",
      { class: `units ${kind}`.trim(), role: "radiogroup", "aria-label": label },
      ...this.options.map((option) => option.element),
    );
    if (first !== undefined) this.value = first;
  }

  /** @param {Value} chosen */
  set value(chosen) {
    for (const { value, input } of this.options) input.checked = value === chosen;
  }

  /** @param {Value} value @param {boolean} isOffered whether it can be chosen @param {string} title says why, or what it is */
  offer(value, isOffered, title) {
    for (const option of this.options) {
      if (option.value !== value) continue;
      option.input.disabled = !isOffered;
      option.element.title = title;
    }
  }
}

/** What went wrong, in one sentence, and where that may help a button to try it again. */

export class Alert {
  constructor() {
    this.element = element("div", { class: "alert", role: "alert", hidden: true });
  }

  /** @param {string} words an empty string for none @param {() => void} [again] what the button does */
  show(words, again) {
    const retry = () => {
      this.hide();
      again?.();
    };
    this.element.replaceChildren(element("p", {}, words), ...(again ? [button("Try again", retry)] : []));
    this.element.hidden = !words;
  }

  /** What it says; empty where nothing went wrong. */
  get problem() {
    return this.element.hidden ? "" : (this.element.firstChild?.textContent ?? "");
  }

  hide() {
    this.element.hidden = true;
  }
}

/** What arrow keys, Home and End mean where they move something. With other keys held they are the browser's. */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** @type {Record<string, number>} */
const ENDS = { Home: -Infinity, End: Infinity };

/** @param {KeyboardEvent} event @returns {boolean} whether no key is held with it, Shift aside */
export const isPlain = ({ ctrlKey, metaKey, altKey }) => !ctrlKey && !metaKey && !altKey;

/** @param {KeyboardEvent} event @returns {[number, number] | undefined} by how much across and down the plane */
export const stepInPlane = (event) => (isPlain(event) ? ARROWS[event.key] : undefined);

/** @param {KeyboardEvent} event @returns {number} steps along a line, infinite to its ends; 0 for other keys */
export function stepOnLine(event) {
  const [across, down] = stepInPlane(event) ?? [0, 0];
  return across - down || (isPlain(event) ? (ENDS[event.key] ?? 0) : 0);
}

/**
 * One tab stop for many buttons: arrow keys, Home and End move it among those that are shown.
 * @param {HTMLElement} place that holds them
 * @param {HTMLElement[]} buttons the hidden ones last
 * @param {{columns?: () => number, onMove?: (index: number) => void}} [options] in one line where there are no columns
 * @returns {(index: number) => void} puts the tab stop there
 */
export function oneTabStop(place, buttons, { columns, onMove = () => {} } = {}) {
  const stopAt = (/** @type {number} */ index) => buttons.forEach((one, i) => (one.tabIndex = i === index ? 0 : -1));
  place.addEventListener("keydown", (event) => {
    const from = buttons.indexOf(/** @type {HTMLElement} */ (event.target));
    const [across, down] = stepInPlane(event) ?? [0, 0];
    const isEnd = event.key in ENDS && isPlain(event);
    if (from < 0 || !(across || (down && columns) || isEnd)) return;
    event.preventDefault();
    event.stopPropagation();
    const last = buttons.filter((one) => !one.closest("[hidden]")).length - 1;
    const to = isEnd ? (event.key === "Home" ? 0 : last) : from + across + down * (columns?.() ?? 0);
    if (to < 0 || to > last) return;
    stopAt(to);
    onMove(to);
    buttons[to].focus();
  });
  stopAt(0);
  return stopAt;
}
