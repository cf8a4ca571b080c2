/** Above the page, whatever page it is: where a picture may be dropped, and what has become of it. */

import { digitCanvas, paint } from "../kit/digits.js";
import { button, element } from "../kit/dom.js";
import { pixelsOf } from "../maths/ink.js";

const SHOWN_MS = 12_000;
// While something is dragged over a page, browsers say so every 50 to 350 ms; that it has gone, not all of them do.
const GONE_MS = 1200;
const TAKEN = "Your digit is in hand: every page that works with a digit shows it, such as Reconstruct.";

const STYLE = `
:host { all: initial; color-scheme: inherit; }
[hidden] { display: none !important; }
.drop, .toast { position: fixed; z-index: 1000001; color: var(--text); font: 14px/1.4 var(--font); }
.drop {
  inset: 10px; display: grid; place-content: center; font-size: 20px; border: 2px dashed currentColor;
  border-radius: 14px; background: color-mix(in srgb, var(--ground) 82%, transparent); pointer-events: none;
}
.toast {
  right: 16px; bottom: 16px; display: flex; align-items: center; gap: 12px; max-width: min(420px, calc(100vw - 32px));
  box-sizing: border-box; padding: 10px 12px; border-radius: 10px; background: var(--ground);
  border: 1px solid color-mix(in srgb, var(--text) 22%, transparent); box-shadow: 0 4px 18px #0004;
}
.toast:not(:has(> :is(p, canvas):not(:empty, [hidden]))) { display: none; }
p { margin: 0; }
p:empty { display: none; }
canvas { flex: none; width: 56px; height: 56px; border-radius: 6px; image-rendering: pixelated; }
button { flex: none; width: 28px; height: 28px; border: 0; border-radius: 50%; color: inherit; background: none; cursor: pointer; }
button:hover { background: color-mix(in srgb, currentColor 12%, transparent); }
button:focus-visible { outline: 2px solid currentColor; }
`;

/** @typedef {{levels: Uint8Array} | {problem: string}} Answer what has become of a picture: 784 levels of 0 to 15 */

export class Notice {
  constructor() {
    this.timer = this.gone = 0;
    this.drop = element("div", { class: "drop", hidden: true }, "Drop the picture");
    this.digit = digitCanvas({ role: "img", "aria-label": "Your digit", hidden: true });
    this.words = element("p", { role: "status" });
    this.problem = element("p", { role: "alert" });
    const toast = element(
      "div",
      { class: "toast" },
      this.digit,
      this.words,
      this.problem,
      button("✕", () => this.clear(), { name: "Close" }),
    );
    this.host = element("div", { "data-notice": "" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const shadow = this.host.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.drop, toast);
  }

  /** @param {boolean} isOver a file is dragged over the page */
  await(isOver) {
    clearTimeout(this.gone);
    if (isOver) this.gone = setTimeout(() => this.await(false), GONE_MS);
    if (isOver === !this.drop.hidden) return;
    this.dress();
    this.drop.hidden = !isOver;
  }

  /** A picture is on its way. */
  wait() {
    this.say("Reading the picture …");
  }

  /** @param {Answer} answer @param {string} note a sentence, or empty */
  show(answer, note) {
    if ("problem" in answer) {
      this.say("", [answer.problem, note].filter(Boolean).join(" "));
    } else {
      paint(this.digit, pixelsOf(answer.levels));
      this.say([TAKEN, note].filter(Boolean).join(" "));
      this.digit.hidden = false;
    }
    this.timer = setTimeout(() => this.clear(), SHOWN_MS);
  }

  /** @param {string} words @param {string} [problem] */
  say(words, problem = "") {
    clearTimeout(this.timer);
    this.dress();
    this.digit.hidden = true;
    this.words.textContent = words;
    this.problem.textContent = problem;
  }

  clear() {
    this.say("");
  }

  /** As the page is now: Streamlit's variables end at its components. */
  dress() {
    if (!this.host.isConnected) document.body.append(this.host);
    const { color, backgroundColor, fontFamily } = getComputedStyle(document.querySelector(".stApp") ?? document.body);
    for (const [name, value] of Object.entries({ text: color, ground: backgroundColor, font: fontFamily })) {
      this.host.style.setProperty(`--${name}`, value);
    }
  }
}
