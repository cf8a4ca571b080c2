/** A picture from the visitor's own, by button, drag and drop, or paste: what came of it, beside what it was. */

import { Alert } from "../kit/controls.js";
import { digitCanvas, paint, shape } from "../kit/digits.js";
import { button, element } from "../kit/dom.js";
import { pixelsOf } from "../maths/ink.js";
import { DIGIT } from "../nn/shape.js";
import { abandon, take } from "./incoming.js";
import { Finder } from "./upload_finder.js";

const KINDS = ["image/png", "image/jpeg", "image/webp"];

export class Upload {
  /**
   * @param {object} listener
   * @param {(levels: Uint8Array) => void} listener.onLevels a digit has arrived, levels of 0 to 15
   * @param {(levels: Uint8Array, gesture: number, isNew: boolean) => void} listener.onAdjust another digit of the same
   *   picture, see `Finder`
   * @param {() => void} listener.onRest no hand is on the picture
   * @param {() => void} listener.onUndo what was in hand before is wanted back
   * @param {() => void} listener.onFile a file was picked: it is to come back here
   * @param {() => void} listener.onRefuse the pictures are no digits
   */
  constructor(listener) {
    this.listener = listener;
    this.isReading = false;
    this.file = element("input", {
      type: "file",
      accept: KINDS.join(),
      hidden: true,
      "aria-label": "A picture of a digit",
      onchange: () => this.picked(),
    });
    const title = "A picture of a digit: PNG, JPEG or WebP; or drop it on the page, or paste it";
    this.button = button("Upload", () => (shape.isDigit ? this.file.click() : listener.onRefuse()), { title });
    if (!shape.isDigit) this.button.setAttribute("aria-disabled", "true");
    this.finder = new Finder({
      onLevels: (levels, gesture, isNew) => {
        this.say("", []);
        paint(this.after, pixelsOf(levels));
        listener.onAdjust(levels, gesture, isNew);
      },
      onRest: listener.onRest,
      onBlank: () => this.say("", ["There is no ink in the box."]),
    });
    this.after = digitCanvas({ role: "img", "aria-label": "In the format of MNIST" }, DIGIT);
    this.words = element("p", { role: "status" });
    this.alert = new Alert();
    this.change = element(
      "div",
      { class: "change", hidden: true },
      this.finder.figure,
      element("span", { "aria-hidden": "true" }, "→"),
      element("div", { class: "taken" }, this.after, this.finder.slider),
    );
    this.undo = button("Undo", () => this.takeBack(), { hidden: true });
    this.dismiss = button("✕", () => this.clear(), { class: "close", name: "Close" });
    this.news = element(
      "div",
      { class: "news", hidden: true },
      this.file,
      this.change,
      this.words,
      this.alert.element,
      this.undo,
      this.dismiss,
    );
  }

  picked() {
    const files = [...(this.file.files ?? [])];
    // Else the same file again would be no change.
    this.file.value = "";
    if (!files.length) return;
    this.listener.onFile();
    void take(files);
  }

  /** A picture is on its way. */
  wait() {
    this.hide();
    this.isReading = true;
    this.news.hidden = false;
    this.words.classList.remove("heard");
    this.words.textContent = "Reading the picture …";
  }

  /** @param {import("./incoming.js").Answer} answer @param {string} note a sentence, or empty */
  show(answer, note) {
    this.hide();
    this.news.hidden = false;
    // What the eye sees.
    this.words.classList.toggle("heard", !note);
    if ("problem" in answer) {
      this.words.textContent = note;
      this.alert.show(answer.problem);
      // It was dropped on the page, which may have scrolled.
      this.news.scrollIntoView({ block: "nearest" });
      return;
    }
    void this.finder.open(answer.before, answer);
    paint(this.after, pixelsOf(answer.levels));
    this.change.hidden = this.undo.hidden = false;
    this.say([note, ...answer.notes].join(" "), answer.doubts);
    this.listener.onLevels(answer.levels);
  }

  /** @param {string} words @param {string[]} doubts */
  say(words, doubts) {
    // What the eye sees.
    this.words.classList.toggle("heard", !words);
    this.words.textContent = words || "Your digit";
    this.alert.show(doubts.join(" "));
  }

  /** Something was taken back, perhaps what was done to the box. */
  undone() {
    if (!this.undo.hidden && !this.finder.back()) this.clear();
  }

  /** There is more on the digit by now than the upload: to take that back is no way back to what was before. */
  settle() {
    this.undo.hidden = true;
  }

  /** Another digit was drawn or picked meanwhile: what is still on its way comes too late. */
  abandon() {
    if (this.isReading) this.clear();
  }

  takeBack() {
    const steps = this.finder.past.length + 1;
    this.clear();
    for (let step = 0; step < steps; step++) this.listener.onUndo();
  }

  /** What is on its way is no longer wanted, either. */
  clear() {
    abandon();
    this.hide();
  }

  hide() {
    this.isReading = false;
    this.news.hidden = this.change.hidden = this.undo.hidden = true;
    this.alert.hide();
    this.words.textContent = "";
  }
}
