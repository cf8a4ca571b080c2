/**
 * Evaluates what Python asks, see tests/js/node.py: a line of JSON on standard input is a script, what it is called
 * with, and the address of the page; a line on standard output is what it returned, or its error. Scripts import with
 * `load("nn/nn.js")`, or open other pages by `openLink`. Arrays of NumPy arrive as rows of typed arrays, and typed
 * arrays leave as NumPy's.
 */

import { Buffer } from "node:buffer";
import process from "node:process";
import { createInterface } from "node:readline";
import { openLink, openPage } from "./page.js";

const TYPES = { Uint8Array, Uint8ClampedArray, Int32Array, Uint32Array, Float32Array, Float64Array };

/** @param {string} _ @param {any} value */
function decode(_, value) {
  if (typeof value?.$ !== "string") return value;
  if (value.$ === "number") return Number(value.text);
  const bytes = Uint8Array.from(Buffer.from(value.bytes, "base64"));
  return rows(new TYPES[/** @type {keyof TYPES} */ (value.$)](bytes.buffer), value.shape);
}

/** @param {any} data @param {number[]} shape @returns {any} */
function rows(data, [count, ...rest]) {
  if (!rest.length) return data;
  const size = rest.reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, (_, row) => rows(data.subarray(row * size, (row + 1) * size), rest));
}

/** @param {string} _ @param {any} value */
function encode(_, value) {
  if (typeof value === "number" && !Number.isFinite(value)) return { $: "number", text: String(value) };
  if (!ArrayBuffer.isView(value)) return value;
  return {
    $: value.constructor.name,
    bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"),
  };
}

// What a module says goes where it does not look like an answer.
console.log = console.error;
for await (const line of createInterface({ input: process.stdin })) {
  const { script, argument, address } = JSON.parse(line, decode);
  Object.assign(globalThis, { load: openPage(address), openLink });
  let answer;
  try {
    // biome-ignore lint/security/noGlobalEval: this is what it is for.
    answer = { value: await globalThis.eval(`(${script})`)(argument) };
  } catch (error) {
    answer = { error: error instanceof Error ? error.stack : String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer, encode)}\n`);
}
