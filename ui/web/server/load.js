/** Fetching from this app's own server, with errors that a visitor can read. */

import { metadataOf, parse } from "../nn/safetensors.js";

/** @typedef {import("../nn/safetensors.js").Tensor} Tensor */

export class LoadError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "LoadError";
  }
}

/** The server understood, and there is no such thing: to ask again changes nothing. */
export class NoAnswer extends LoadError {}

/** The server has nothing of that name, or has it no more. */
export class Unknown extends LoadError {}

// All pages lie at the app's root, wherever that is mounted.
const ROOT = new URL(".", document.baseURI);

/** @param {string} path below the app's root @returns {URL} */
export const addressBelow = (path) => new URL(path, ROOT);

/** Of each checkpoint, the version that Python has put on this page. @type {Map<string, string>} */
const versions = new Map();
/** And how many classes it is told, 0 where it is told none. @type {Map<string, number>} */
const classes = new Map();

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {string} name of a checkpoint @param {string} version @param {number} told its classes */
export function noteModel(name, version, told) {
  versions.set(name, version);
  classes.set(name, told);
}

/**
 * @param {() => void} listener called where the server has another checkpoint by now than this page shows
 * @returns {() => void} takes it back
 */
export function onReplaced(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {string} name of a checkpoint @returns {string | undefined} what was noted */
export const versionOf = (name) => versions.get(name);

/** @param {string} name of a checkpoint @returns {number} what was noted */
export const classesOf = (name) => classes.get(name) ?? 0;

/**
 * The address of what the server has of a checkpoint. `get` asks for the very one that this page shows.
 * @param {string} kind "checkpoints", "encodings", ..
 * @param {string} name of the checkpoint
 * @param {string} rest what follows the name
 * @param {Record<string, string>} [query]
 * @returns {string} for `get` and those below
 */
export function addressOf(kind, name, rest, query = {}) {
  const text = new URLSearchParams(query).toString();
  return `${kind}/${encodeURIComponent(name)}/${rest}${text ? `?${text}` : ""}`;
}

/**
 * @param {string} path below the app's root, its parts already URL-encoded
 * @param {RequestInit} [options] as of `fetch`
 * @param {string} [name] of what is fetched, for the visitor
 * @returns {Promise<Response>}
 * @throws {LoadError} in one sentence: no connection, or the server's own words
 * @throws {DOMException} AbortError, where the signal among the options gave it up
 */
export async function get(path, options, name = fileOf(path)) {
  let response;
  try {
    const version = versions.get(decodeURIComponent(path.split("/")[1]));
    const headers = { ...options?.headers, ...(version && { "Checkpoint-Version": version }) };
    response = await fetch(addressBelow(path), { ...options, headers });
  } catch {
    options?.signal?.throwIfAborted();
    throw new LoadError(`${name} did not arrive.`);
  }
  if (!response.ok) {
    const words = (await response.text().catch(() => "")).trim();
    const Kind = response.status === 404 ? Unknown : LoadError;
    throw new Kind(`${name}: the server answered ${response.status}${words ? `, ${words}` : ""}`);
  }
  if (response.headers.has("Checkpoint-Replaced")) {
    for (const listener of listeners) listener();
    throw new LoadError((await response.json()).problem);
  }
  return response;
}

/**
 * @template T
 * @param {string} path
 * @param {(response: Response) => Promise<T>} read
 * @returns {Promise<T>}
 */
async function body(path, read) {
  const response = await get(path);
  try {
    return await read(response);
  } catch {
    throw new LoadError(`${fileOf(path)} broke off, or cannot be read.`);
  }
}

/**
 * @template T
 * @param {string} what is read, for the visitor
 * @param {AbortSignal | undefined} signal
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {LoadError} in one sentence, or the AbortError of the signal
 */
export async function read(what, signal, work) {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof LoadError ? error : new LoadError(`${what} broke off, or cannot be read.`);
  }
}

/** @param {Response} response @returns {Promise<Response>} the same @throws {NoAnswer} where it says why there is none */
export async function checked(response) {
  if (response.headers.get("content-type")?.startsWith("application/json")) {
    throw new NoAnswer((await response.json()).problem);
  }
  return response;
}

/** @param {string} path @returns {string} without its query, which tells a visitor nothing */
const fileOf = (path) => path.split("?")[0];

/** @param {string} path @returns {Promise<any>} */
export const fetchJson = (path) => body(path, (response) => response.json());

/** @param {string} path @returns {Promise<Record<string, Tensor>>} */
export const fetchTensors = async (path) => (await fetchFile(path)).tensors;

/** @param {string} path @returns {Promise<{tensors: Record<string, Tensor>, metadata: Record<string, string>}>} */
export async function fetchFile(path) {
  const buffer = await body(path, (response) => response.arrayBuffer());
  return { tensors: parse(buffer, fileOf(path)), metadata: metadataOf(buffer) };
}

// What comes sooner needs no word.
const SLOW_MS = 150;

/**
 * @template T
 * @param {Promise<T>} work
 * @param {() => void} onSlow called once where it takes so long that a visitor should know
 * @returns {Promise<T>} the same
 */
export async function tellIfSlow(work, onSlow) {
  const timer = setTimeout(onSlow, SLOW_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
