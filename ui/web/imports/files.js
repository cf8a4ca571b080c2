/** What a hand has dropped or chosen, as the files of one net, and what is wrong with them. */

import { sizeText } from "../kit/amounts.js";
import { freeName } from "../kit/names.js";

/** @typedef {{endings: string[], weights: string[], config: string, bytes: number}} Rules see ui/components/imports.py */
/** @typedef {{path: string, file: File}} Placed a file, and where it lay in what was dropped: "vae/model.pt" */

const ZIP = ".zip";
const LONGEST_START = 40;
// A word of a file's name, with what is before it.
const PART = /(^|[-_. ])(encoder|decoder)(?=[-_. ]|$)/i;
// Of a folder that is looked through: who drops a disk is told, and not kept waiting.
const MOST_FILES = 500;

/** @param {File} file @returns {boolean} whether it is a checkpoint as this app packs it */
export const isZip = ({ name }) => name.toLowerCase().endsWith(ZIP);

/**
 * @param {Placed[]} placed
 * @param {Rules} rules
 * @returns {{files: File[], name: string} | {problem: string}} the name is that of the file, of the folder, or what the
 *   names of encoder and decoder have in common
 */
export function netOf(placed, { endings, weights, config, bytes }) {
  const kinds = `files of nets end in ${endings.join(", ")}`;
  if (placed.length > MOST_FILES) return { problem: `More than ${MOST_FILES} files: one net at a time.` };
  const nets = placed.filter(({ path, file }) => path !== file.name && file.name === config).map(folderOf);
  if (nets.length > 1) return { problem: `There are ${nets.length} nets in it, ${nets.join(", ")}: one at a time.` };
  const isPart = (/** @type {File} */ { name }) => weights.includes(name) || name === config;
  const ends = (/** @type {File} */ { name }) =>
    [...endings, ZIP].some((ending) => name.toLowerCase().endsWith(ending));
  // What else lies in a folder is no part of the net.
  const taken = placed.filter((one) =>
    nets.length ? folderOf(one) === nets[0] && isPart(one.file) : !folderOf(one) || ends(one.file),
  );
  const files = taken.map(({ file }) => file);
  if (!files.length) return { problem: `There is no net in it: ${kinds}.` };
  const other = files.find((file) => !ends(file) && !isPart(file));
  if (other) return { problem: `${other.name} is no net: ${kinds}.` };
  const zip = files.find(isZip);
  if (zip && files.length > 1) return { problem: `${zip.name} is a whole checkpoint: drop it alone.` };
  const empty = files.find(({ size }) => !size);
  if (empty) return { problem: `${empty.name} is empty.` };
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > bytes) return { problem: `That is ${sizeText(size)}, and this server takes at most ${sizeText(bytes)}.` };
  const folder = files.length > 1 ? folderOf(taken[0]).split("/").at(-1) : "";
  return { files, name: folder || (files.length > 1 ? files[0].name.replace(PART, "") : files[0].name) };
}

/** @param {Placed} placed @returns {string} empty where it lay in none */
const folderOf = ({ path }) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/**
 * @param {string} file or folder @param {string[]} endings @param {string[]} taken
 * @returns {string} what the checkpoint may be called
 */
export function nameFor(file, endings, taken) {
  const name = file.toLowerCase();
  const [ending = ""] = endings.filter((one) => name.endsWith(one)).sort((a, b) => b.length - a.length);
  const start = name
    .slice(0, name.length - ending.length)
    .normalize("NFKD")
    .replace(/[^a-z0-9._-]+/g, "-")
    .slice(0, LONGEST_START)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");
  return freeName(start || "net", taken);
}

/** @param {DataTransfer} data of a drop, which has it only now @returns {Promise<Placed[]>} folders looked through */
export async function droppedFiles({ items }) {
  const files = Array.from(items).filter(({ kind }) => kind === "file");
  const entries = files.map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  /** @type {Placed[]} */
  const found = [];
  for (const entry of entries) await collect(entry, found);
  return found;
}

/** @param {FileSystemEntry | File | null} entry @param {Placed[]} found is added to */
async function collect(entry, found) {
  if (!entry || found.length > MOST_FILES) return;
  if (entry instanceof File) found.push({ path: entry.name, file: entry });
  else if (entry.isFile) found.push({ path: entry.fullPath.replace(/^\//, ""), file: await fileOf(entry) });
  else for (const child of await children(entry)) await collect(child, found);
}

/** @param {FileSystemEntry} entry @returns {Promise<File>} */
const fileOf = (entry) =>
  new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));

/** @param {FileSystemEntry} entry @returns {Promise<FileSystemEntry[]>} */
async function children(entry) {
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    // A browser gives a hundred at a time.
    const some = /** @type {FileSystemEntry[]} */ (await new Promise((done, fail) => reader.readEntries(done, fail)));
    if (!some.length) return all;
    all.push(...some);
  }
}
