/** How far an import has come, in words and as a bar, and the way out of it. */

import { sizeText, timeText } from "../kit/amounts.js";
import { Alert } from "../kit/controls.js";
import { button, element } from "../kit/dom.js";

/** @typedef {import("./under_way.js").UnderWay} UnderWay */

export class Progress {
  /** @param {() => void} onEnd */
  constructor(onEnd) {
    this.words = element("p", { class: "doing", role: "status" });
    this.amount = element("span", { class: "amount" });
    this.bar = element("progress", { "aria-label": "Import", max: 1 });
    this.alert = new Alert();
    this.cancel = button("Cancel", onEnd, { title: "Gives this import up" });
    this.element = element(
      "section",
      { class: "going", "aria-label": "Import" },
      element("div", { class: "toolbar" }, this.words, this.amount, this.cancel),
      this.bar,
      this.alert.element,
    );
  }

  /** @param {UnderWay} one */
  show(one) {
    const { words, amount, share } = standing(one);
    // Said once, and not at every percent.
    if (this.words.textContent !== words) this.words.textContent = words;
    this.amount.textContent = amount;
    this.bar.hidden = !one.isMoving;
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
    this.cancel.textContent = one.isMoving || !one.status ? "Cancel" : "Discard";
    if (one.status?.found) this.alert.hide();
    else this.alert.show(one.problem, one.retry);
  }
}

/** @param {UnderWay} one @returns {{words: string, amount: string, share: number | null}} share: null where nobody knows */
export function standing({ step, share, files, status }) {
  if (step === "sending") {
    if (share === 1) return { words: "The server takes it in …", amount: "", share: null };
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const names = files.map(({ name }) => name).join(", ");
    return { words: `Sending ${names}`, amount: `${Math.floor(100 * share)} % of ${sizeText(size)}`, share };
  }
  const { state, ahead, seconds, limit, doing } = status ?? { state: "", ahead: 0, seconds: 0, limit: 0, doing: "" };
  const time = seconds ? `${timeText(seconds)}${limit ? ` of at most ${timeText(limit)}` : ""}` : "";
  if (state === "waiting")
    return { words: ahead ? `Waits: ${ahead} before it` : "Waits: next in line", amount: "", share: null };
  if (state === "running") {
    return {
      words: doing || "Starting",
      amount: time,
      share: limit ? Math.min(1, seconds / limit) : null,
    };
  }
  if (state === "keeping") return { words: doing || "Keeping it, and measuring it", amount: time, share: null };
  if (state === "failed") return { words: "It cannot be taken so.", amount: "", share: null };
  return {
    words: state === "found" ? "Found: choose by eye, then keep it" : "Starting",
    amount: "",
    share: null,
  };
}
