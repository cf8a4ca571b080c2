/**
 * A visitor's own picture, wherever it is dropped or pasted: the server makes a digit of it, and that is in hand. The
 * tray of the page shows it; where there is none, or not yet, a notice says so. Listens from its first import on, on
 * all pages: without that, the browser would leave the app and show the file.
 */

import { isTaken } from "../gestures/keys.js";
import { cover, tellOfPicture } from "../kit/notices.js";
import { unpack } from "../maths/digit_text.js";
import { pixelsOf } from "../maths/ink.js";
import { addressBelow } from "../server/load.js";
import { replaceOwn } from "../state/chosen.js";

/** As `ui.http.uploads.judge` gives it. */
/** @typedef {{before: string, notes: string[], doubts: string[]} & import("./upload_finder.js").Found} Seen */
/** @typedef {Seen & {levels: Uint8Array} | {problem: string}} Answer */
/**
 * @typedef {object} Taker
 * @property {() => void} wait a picture is on its way
 * @property {(answer: Answer, note: string) => void} show it has come; a note is a sentence, or empty
 */

/**
 * @typedef {object} Other has use for files that are no pictures
 * @property {string} words where they may be dropped
 * @property {(data: DataTransfer) => void} drop
 */

const SHOWN_MS = 12_000;
// While something is dragged over a page, browsers say so every 50 to 350 ms; that it has gone, not all of them do.
const GONE_MS = 1200;
const TAKEN = "Your digit is in hand: every page that works with a digit shows it, such as Reconstruct.";

/** Where no tray is. @type {Taker} */
const notice = {
  wait: () => tellOfPicture(["Reading the picture …"]),
  show: (answer, note) => {
    const isDigit = "levels" in answer;
    const words = [isDigit ? TAKEN : answer.problem, note].filter(Boolean);
    tellOfPicture(words, { milliseconds: SHOWN_MS, pixels: isDigit ? pixelsOf(answer.levels) : undefined });
  },
};

let gone = 0;

/** @param {boolean} isOver a file is dragged over the page @param {string} words what may be done with it */
function coverWhile(isOver, words) {
  clearTimeout(gone);
  if (isOver) gone = setTimeout(() => cover(""), GONE_MS);
  cover(isOver ? words : "");
}

const LARGEST = 10_000_000;
const FAILED = "The picture did not arrive at the server. Please try again.";
const NO_PICTURE = "The file is no picture; PNG, JPEG or WebP can be read.";
const FOLDER = "This is a folder; a picture in it can be dropped here.";

// One folder below the app's root, as load.js has it.
const ADDRESS = addressBelow("uploads");

/** The tray of the page. @type {Taker | null} */
let taker = null;
/** The page itself. @type {Other | null} */
let other = null;
let asked = 0;

/** @param {Taker} one that takes what comes from now on @returns {() => void} until this is called */
export function takePictures(one) {
  taker = one;
  return () => {
    if (taker === one) taker = null;
  };
}

/** @param {Other} one that takes what is no picture from now on @returns {() => void} until this is called */
export function takeOthers(one) {
  other = one;
  return () => {
    if (other === one) other = null;
  };
}

/** What is on its way is no longer wanted. */
export function abandon() {
  asked += 1;
}

/** Of several only one can be in hand: the first that may be a picture. @param {ArrayLike<File>} files at least one */
export async function take(files) {
  const all = Array.from(files);
  const file = all.find(isPicture) ?? all[0];
  const note = all.length > 1 ? `Of ${all.length} files, ${file.name} was taken.` : "";
  const mine = ++asked;
  (taker ?? notice).wait();
  const answer = isPicture(file) ? await send(file) : { problem: NO_PICTURE };
  if (mine !== asked) return;
  // The page may be another by now.
  if (taker) {
    tellOfPicture([]);
    taker.show(answer, note);
  } else {
    if ("levels" in answer) replaceOwn(answer.levels);
    notice.show(answer, note);
  }
}

/** As far as its name says: what has no name that the browser knows, the server looks at. @param {File} file */
const isPicture = ({ type }) => !type || type.startsWith("image/");

/** @param {Blob} file @returns {Promise<Answer>} */
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
  return levels ? { ...answer, levels } : { problem: String(answer.problem ?? FAILED) };
}

/** @param {DataTransfer} data @returns {boolean} */
const isFolder = ({ items }) => items[0]?.webkitGetAsEntry?.()?.isDirectory ?? false;

/** @param {DataTransfer} data @returns {boolean} whether not all of it is pictures, as far as the browser says */
const isOther = ({ items }) => Array.from(items).some(({ type }) => !type.startsWith("image/"));

// What is dragged out of the page itself is no file, though a browser may call it one.
let isOurs = false;

/** @param {DragEvent} event */
function onDrag(event) {
  const { dataTransfer: data, type } = event;
  // Somebody else has use for it.
  if (!data || event.defaultPrevented) return;
  const isFile = data.types.includes("Files") && !isOurs;
  if (!isFile && isTaken(event.composedPath()[0])) return;
  event.preventDefault();
  if (!isFile) {
    // A link would lead away.
    data.dropEffect = "none";
    return;
  }
  // Between two elements of the page it only changes from one to the other.
  const isGone = type === "drop" || (type === "dragleave" && event.relatedTarget === null);
  const wanting = isOther(data) ? other : null;
  coverWhile(!isGone, wanting?.words ?? "Drop the picture");
  if (type !== "drop") return;
  if (wanting) wanting.drop(data);
  else if (isFolder(data)) notice.show({ problem: FOLDER }, "");
  else if (data.files.length) void take(data.files);
}

/** @param {ClipboardEvent} event */
function onPaste(event) {
  const files = event.clipboardData?.files;
  if (!files?.length || event.defaultPrevented || isTaken(event.composedPath()[0])) return;
  event.preventDefault();
  void take(files);
}

for (const type of /** @type {const} */ (["dragenter", "dragover", "dragleave", "drop"])) {
  window.addEventListener(type, onDrag);
}
window.addEventListener("paste", onPaste);
window.addEventListener("dragstart", () => (isOurs = true));
for (const type of ["dragend", "pointerdown"]) window.addEventListener(type, () => (isOurs = false), true);
