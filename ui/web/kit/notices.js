/**
 * What is told above the page, whatever page it is: sentences that go by themselves, and what becomes of a picture that
 * was dropped.
 */

import { DIGIT } from "../nn/shape.js";
import { digitCanvas, paint } from "./digits.js";
import { button, element } from "./dom.js";

// Long enough to be read in a class.
const TOLD_MS = 20_000;

const STYLE = `
:host { all: initial; color-scheme: inherit; }
[hidden] { display: none !important; }
.drop, .notices { position: fixed; z-index: 1000001; color: var(--text); font: 14px/1.4 var(--font); }
.drop {
  inset: 10px; display: grid; place-content: center; font-size: 20px; border: 2px dashed currentColor;
  border-radius: 14px; background: color-mix(in srgb, var(--ground) 82%, transparent); pointer-events: none;
}
.notices { right: 16px; bottom: 16px; display: grid; justify-items: end; gap: 8px; max-width: min(420px, calc(100vw - 32px)); }
.toast {
  display: flex; align-items: center; gap: 12px; box-sizing: border-box; padding: 10px 12px; border-radius: 10px;
  background: var(--ground); border: 1px solid color-mix(in srgb, var(--text) 22%, transparent);
  box-shadow: 0 4px 18px #0004; overflow-wrap: anywhere;
}
p { margin: 0; }
p + p:not(:empty) { margin-top: 6px; }
canvas { flex: none; width: 56px; height: 56px; border-radius: 6px; image-rendering: pixelated; }
button { flex: none; width: 28px; height: 28px; border: 0; border-radius: 50%; color: inherit; background: none; cursor: pointer; }
button:hover { background: color-mix(in srgb, currentColor 12%, transparent); }
button:focus-visible { outline: 2px solid currentColor; }
`;

/** Something that is told, for a while or until it is closed. */
class Toast {
  /** @param {...Node} before the words */
  constructor(...before) {
    this.timer = 0;
    this.milliseconds = 0;
    this.words = element("div", { role: "status" });
    const close = button("✕", () => this.clear(), { name: "Close" });
    this.root = element("div", { class: "toast", hidden: true }, ...before, this.words, close);
  }

  /** @param {string[]} sentences @param {number} [milliseconds] until they go; 0: they stay */
  say(sentences, milliseconds = 0) {
    this.milliseconds = milliseconds;
    this.words.replaceChildren(...sentences.map((sentence) => element("p", {}, sentence)));
    this.root.hidden = !sentences.length;
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    const end = () => (this.isRead || this.isCovered ? this.wait() : this.clear());
    if (this.milliseconds) this.timer = setTimeout(end, this.milliseconds);
  }

  /** Under the pointer, or where keys are. */
  get isRead() {
    return this.root.matches(":hover, :focus-within");
  }

  /** As by the welcome, which opens over a first visitor's page and takes its time. */
  get isCovered() {
    const { left, top, width, height } = this.root.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2) !== host;
  }

  clear() {
    this.say([]);
  }
}

const drop = element("div", { class: "drop", hidden: true });
const digit = digitCanvas({ role: "img", "aria-label": "Your digit", hidden: true }, DIGIT);
const picture = new Toast(digit);
const told = new Toast();
const host = element("div", { "data-notice": "" });
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);
const shadow = host.attachShadow({ mode: "open" });
shadow.adoptedStyleSheets = [sheet];
shadow.append(drop, element("div", { class: "notices" }, told.root, picture.root));

/** As the page is now: Streamlit's variables end at its components. */
function dress() {
  if (!host.isConnected) document.body.append(host);
  const { color, backgroundColor, fontFamily } = getComputedStyle(document.querySelector(".stApp") ?? document.body);
  for (const [name, value] of Object.entries({ text: color, ground: backgroundColor, font: fontFamily })) {
    host.style.setProperty(`--${name}`, value);
  }
}

/** @type {string[]} on screen, the oldest first */
let sentences = [];

/** Under those that are still to be read. @param {string} sentence */
export function tell(sentence) {
  if (told.root.hidden) sentences = [];
  if (!sentences.includes(sentence)) sentences.push(sentence);
  dress();
  told.say(sentences, TOLD_MS);
}

/** Over the whole page. @param {string} words where a file is dragged over it; empty takes them away */
export function cover(words) {
  drop.textContent = words;
  if (drop.hidden === !words) return;
  dress();
  drop.hidden = !words;
}

/**
 * @param {string[]} words of the picture that is on its way or has come; none take away what was told of it
 * @param {{milliseconds?: number, pixels?: Float32Array}} [more] until they go, and the digit that came of it
 */
export function tellOfPicture(words, { milliseconds, pixels } = {}) {
  dress();
  // No digit came of it.
  picture.words.setAttribute("role", milliseconds && !pixels ? "alert" : "status");
  if (pixels) paint(digit, pixels);
  digit.hidden = !pixels;
  picture.say(words, milliseconds);
}

/** @type {Set<string>} */
const heard = new Set();

/**
 * For ui/components/notices.py: tells what Python has to say, once.
 * @param {{data: {notices: [id: string, sentence: string][]}}} component @returns {() => void}
 */
export default function mount({ data }) {
  for (const [id, sentence] of data.notices) {
    if (!heard.has(id)) tell(sentence);
    heard.add(id);
  }
  return () => {};
}
