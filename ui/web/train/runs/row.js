/** One run in the list: how far it is, and what can be done with it. */

import { sizeText, timeText } from "../../kit/amounts.js";
import { button, element } from "../../kit/dom.js";
import { addressBelow } from "../../server/load.js";
import { STEPS, stepsOf } from "../actions.js";
import { zipOf } from "../server.js";

/** @typedef {import("../server.js").Summary} Summary */
/** @typedef {import("../actions.js").Step | "rename" | "delete"} Action */

/** @type {Record<Action, {words: string, title: string}>} */
const WORDS = {
  ...STEPS,
  rename: { words: "Rename", title: "Another name" },
  delete: { words: "Delete", title: "It can be brought back" },
};

/** @param {Summary} run @returns {Action[]} */
function actionsOf(run) {
  if (run.ships) return [];
  const isOver = run.state === "done" || run.state === "stopped";
  const rest = /** @type {Action[]} */ (isOver ? ["rename", "delete"] : run.state === "running" ? [] : ["delete"]);
  return [...stepsOf(run), ...rest];
}

export class RunRow {
  /**
   * @param {string} name
   * @param {import("./chosen.js").Chosen} chosen
   * @param {(action: Action, to?: string) => Promise<boolean>} onAction
   */
  constructor(name, chosen, onAction) {
    this.name = name;
    this.chosen = chosen;
    this.onAction = onAction;
    const watch = () => chosen.watch(name);
    this.radio = element("input", { type: "radio", name: "run", "aria-label": `Watch ${name}`, onchange: watch });
    const compare = () => chosen.compare(name, this.box.checked);
    const title = "Compare with the one that is watched";
    this.box = element("input", { type: "checkbox", "aria-label": `Compare ${name}`, title, onchange: compare });
    this.title = element("b", { class: "name" }, name);
    this.label = element("label", { class: "tag" }, this.radio, element("i", { class: "dot" }), this.title);
    this.what = element("span", { class: "what-it-is" });
    this.bar = element("progress", { "aria-label": `Epochs of ${name}` });
    this.words = element("span", { class: "state" });
    this.deeds = element("div", { class: "deeds" });
    this.element = element(
      "li",
      { "data-run": name },
      this.label,
      this.what,
      element("div", { class: "standing" }, this.words, this.bar),
      this.deeds,
      this.box,
    );
    this.shown = "";
  }

  /** @param {Summary} run @param {string} colour of its kind @param {boolean} mayChange */
  show(run, colour, mayChange) {
    const { chosen, name } = this;
    this.element.style.setProperty("--colour", colour);
    this.radio.checked = chosen.run === name;
    this.element.toggleAttribute("data-current", chosen.run === name);
    this.box.checked = chosen.against.includes(name);
    // What is watched is compared with itself in no way.
    this.box.style.visibility = chosen.run === name ? "hidden" : "";
    const about = `${run.label} · ${run.digits}`;
    write(this.what, about);
    this.what.title = `${run.label}, trained on ${run.digits}; ${sizeText(run.bytes)} on disk`;
    write(this.words, wordsOf(run));
    this.words.title = run.state === "failed" ? run.words : "";
    this.element.dataset.state = run.state;
    this.bar.hidden = run.state !== "running" && run.state !== "paused";
    this.bar.max = run.epochs;
    this.bar.value = run.epoch;
    this.offer(run, mayChange);
  }

  /** Buttons stay, and with them the focus, until others are offered. @param {Summary} run @param {boolean} mayChange */
  offer(run, mayChange) {
    const { name, state, role, digits } = run;
    const isModel = state === "done" || state === "stopped";
    const actions = mayChange ? actionsOf(run) : [];
    const key = [isModel, ...actions].join();
    if (key === this.shown) return;
    this.shown = key;
    const hadFocus = this.deeds.contains(/** @type {ShadowRoot} */ (this.deeds.getRootNode()).activeElement);
    const links = isModel ? [openLink(name, role, digits), zipLink(name)] : [];
    const buttons = actions.map((action) =>
      button(WORDS[action].words, () => this.act(action), {
        title: WORDS[action].title,
        "aria-label": `${WORDS[action].words} ${name}`,
      }),
    );
    this.deeds.replaceChildren(...links, ...buttons);
    if (hadFocus) /** @type {HTMLElement | null} */ (this.deeds.firstElementChild)?.focus();
  }

  /** @param {Action} action */
  async act(action) {
    if (action === "rename") return this.rename();
    this.element.setAttribute("aria-busy", "true");
    await this.onAction(action);
    this.element.removeAttribute("aria-busy");
  }

  /** The name is written in its place: Enter keeps it, Escape does not. */
  rename() {
    const { name, title } = this;
    const input = element("input", {
      value: name,
      "aria-label": `New name of ${name}`,
      maxlength: 60,
      spellcheck: "false",
    });
    const end = () => {
      input.replaceWith(title);
      /** @type {HTMLElement | null} */ (this.deeds.querySelector("[aria-label^=Rename]"))?.focus();
    };
    input.addEventListener("keydown", async (event) => {
      event.stopPropagation();
      if (event.key === "Escape") end();
      const to = input.value.trim();
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (to === name || (await this.onAction("rename", to))) end();
    });
    input.addEventListener("blur", () => input.isConnected && input.value.trim() === name && input.replaceWith(title));
    title.replaceWith(input);
    input.focus();
    input.select();
  }
}

/** @param {HTMLElement} node @param {string} words left alone where it says so already */
const write = (node, words) => void (node.textContent !== words && (node.textContent = words));

/** @param {Summary} run @returns {string} */
function wordsOf({ state, epoch, epochs, position, seconds_left: left, words, ships }) {
  const so = `epoch ${epoch} of ${epochs}`;
  if (state === "waiting")
    return position === null || position <= 1 ? "waits, next in line" : `waits, ${position} in line`;
  if (state === "running")
    return epoch || left ? `${so}${left === null ? "" : `, ${timeText(left)} left`}` : "starting";
  if (state === "failed") return words;
  if (state === "done") return ships || !epochs ? "" : `${epochs} epochs`;
  return `${state} at ${so}`;
}

/** @param {string} name @param {string} role @param {string} digits @returns {HTMLAnchorElement} */
function openLink(name, role, digits) {
  const address = addressBelow("");
  address.searchParams.set(role === "vae" ? "right" : "left", name);
  address.searchParams.set("digits", digits);
  return element("a", { href: address.href, title: "On the latent desk", "aria-label": `Open ${name}` }, "Open");
}

/** @param {string} name @returns {HTMLAnchorElement} */
const zipLink = (name) =>
  element(
    "a",
    {
      href: addressBelow(zipOf(name)).href,
      download: `${name}.zip`,
      title: "The checkpoint as a zip",
      "aria-label": `Zip of ${name}`,
    },
    "Zip",
  );
