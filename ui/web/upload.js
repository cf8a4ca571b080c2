/** A picture from the visitor's own: by button, drag and drop, or paste; the server brings it into MNIST's format. */

import { unpack } from "./digit_text.js";
import { digitCanvas, paint } from "./digits.js";
import { element } from "./dom.js";
import { isTaken } from "./keys.js";
import { pixelsOf } from "./pad_ink.js";

const KINDS = ["image/png", "image/jpeg", "image/webp"];
const LARGEST = 10_000_000;
const FAILED = "The picture did not arrive at the server. Please try again.";

// One folder below the app's root, as load.js has it.
const ADDRESS = new URL("../uploads", import.meta.url);

/**
 * @param {Blob} file
 * @returns {Promise<{levels: Uint8Array, before: string} | {problem: string}>} `before` is an address of the picture
 */
async function send(file) {
  if (file.size > LARGEST) return { problem: "The file is larger than 10 MB." };
  let answer;
  try {
    const response = await fetch(ADDRESS, {
      method: "POST",
      body: file,
      headers: { "Content-Type": "application/octet-stream" },
    });
    answer = await response.json();
  } catch {
    return { problem: FAILED };
  }
  const levels = typeof answer.levels === "string" ? await unpack(answer.levels) : null;
  return levels ? { levels, before: String(answer.before) } : { problem: String(answer.problem ?? FAILED) };
}

export class Upload {
  /**
   * @param {object} listener
   * @param {(levels: Uint8Array) => void} listener.onLevels a digit has arrived, levels of 0 to 15
   * @param {() => void} listener.onUndo what was in hand before is wanted back
   */
  constructor(listener) {
    this.listener = listener;
    this.sent = 0;
    this.isReading = false;
    this.file = element("input", {
      type: "file",
      accept: KINDS.join(),
      hidden: true,
      "aria-label": "A picture of a digit",
      onchange: () => this.picked(),
    });
    this.button = element(
      "button",
      {
        type: "button",
        title: "A picture of a digit: PNG, JPEG or WebP; or drop it on the page, or paste it",
        onclick: () => this.file.click(),
      },
      "Upload",
    );
    this.before = element("img", { class: "before", alt: "The picture", draggable: false });
    this.after = digitCanvas({ role: "img", "aria-label": "In the format of MNIST" });
    this.words = element("p", { role: "status" });
    this.problem = element("p", { class: "problem", role: "alert" });
    this.change = element(
      "div",
      { class: "change", hidden: true },
      this.before,
      element("span", { "aria-hidden": "true" }, "→"),
      this.after,
    );
    this.undo = element("button", { type: "button", hidden: true, onclick: () => this.takeBack() }, "Undo");
    this.dismiss = element(
      "button",
      { type: "button", class: "close", title: "Close", "aria-label": "Close", onclick: () => this.clear() },
      "✕",
    );
    this.news = element(
      "div",
      { class: "news", hidden: true },
      this.file,
      this.change,
      this.words,
      this.problem,
      this.undo,
      this.dismiss,
    );
  }

  /**
   * Files may be dropped anywhere: beside a small target, the browser would leave the page and show the file.
   * @param {HTMLElement} place that says so
   * @returns {() => void} stops listening
   */
  listen(place) {
    const onDrag = (/** @type {DragEvent} */ event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      // Between two elements of the page it only changes from one to the other.
      const isGone = event.type === "drop" || (event.type === "dragleave" && event.relatedTarget === null);
      place.toggleAttribute("data-drop", !isGone);
    };
    const onDrop = (/** @type {DragEvent} */ event) => {
      onDrag(event);
      const file = event.dataTransfer?.files[0];
      if (file) void this.take(file);
    };
    const onPaste = (/** @type {ClipboardEvent} */ event) => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (!file || isTaken(event.composedPath()[0])) return;
      event.preventDefault();
      void this.take(file);
    };
    /** @type {[string, (event: any) => void][]} */
    const heard = [
      ["dragover", onDrag],
      ["dragleave", onDrag],
      ["drop", onDrop],
      ["paste", onPaste],
    ];
    for (const [type, listener] of heard) window.addEventListener(type, listener);
    return () => {
      this.sent += 1;
      for (const [type, listener] of heard) window.removeEventListener(type, listener);
    };
  }

  picked() {
    const file = this.file.files?.[0];
    // Else the same file again would be no change.
    this.file.value = "";
    if (file) void this.take(file);
  }

  /** @param {Blob} file */
  async take(file) {
    this.clear();
    const { sent } = this;
    this.isReading = true;
    this.news.hidden = false;
    this.words.classList.remove("heard");
    this.words.textContent = "Reading the picture …";
    const answer = await send(file);
    if (sent !== this.sent) return;
    this.isReading = false;
    this.words.textContent = "";
    if ("problem" in answer) {
      this.problem.textContent = answer.problem;
      return;
    }
    this.before.src = answer.before;
    paint(this.after, pixelsOf(answer.levels));
    this.change.hidden = this.undo.hidden = false;
    // What the eye sees.
    this.words.classList.add("heard");
    this.words.textContent = "Your digit";
    this.listener.onLevels(answer.levels);
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
    this.clear();
    this.listener.onUndo();
  }

  /** What is on its way is no longer wanted, either. */
  clear() {
    this.sent += 1;
    this.isReading = false;
    this.news.hidden = this.change.hidden = this.undo.hidden = true;
    this.words.textContent = this.problem.textContent = "";
  }
}
