/**
 * What the server computes of latent space: paths, geodesics, tangent planes, magnification, neighbour graphs; and
 * gradients in the parameters of q(z|x).
 *
 * Each throws a LoadError whose message is one sentence for the visitor, or the AbortError of a signal that gave it up.
 */

import { parse } from "../nn/safetensors.js";
import { digit } from "../state/digit.js";
import { formatZ } from "../state/live_link.js";
import { addressOf, checked, classesOf, get, LoadError, read } from "./load.js";

/** @typedef {{k: number, distance: "euclidean" | "cosine", mutual: boolean}} GraphChoice */
/** @typedef {"straight" | "slerp" | "pixels" | "graph"} PathKind */

/**
 * @typedef {object} AskedPath 64 points at even times; distances are between pictures in [0, 1]
 * @property {Float32Array | null} curve [64 * D]; null of a path that has no codes
 * @property {number} length
 * @property {number} energy
 * @property {number | null} jump largest step over mean step; null where nothing moves
 * @property {Float32Array} speed [63]
 * @property {Float32Array} nearest [64], distance to the nearest real digit
 * @property {Int32Array} nearestRow [64]
 * @property {Int32Array | null} rows the digits that a path through the graph passes; null of other paths
 */
/** @typedef {AskedPath & {converged: boolean, done: boolean, round: number}} AskedGeodesic */

/**
 * @typedef {object} PlaneGeodesic
 * @property {Float32Array} places [64 * 2], normalised as in map_plane.js
 * @property {number} length in pictures
 * @property {number} straightLength
 * @property {number} energy
 * @property {boolean} converged
 * @property {boolean} done
 */

/**
 * @typedef {object} AskedTangent rows are directions; r is the rank
 * @property {Float32Array} z [D]
 * @property {Float32Array} image [pixels]
 * @property {Float32Array} jacobian [D * pixels], a row a coordinate
 * @property {Float32Array} singular [r]
 * @property {Float32Array} left [r * pixels]
 * @property {Float32Array} right [r * D]
 * @property {number} effectiveRank
 * @property {Float32Array} within [8 * pixels]
 * @property {Float32Array} outside [8 * pixels]
 */

/** @typedef {"reparameterised" | "score" | "baseline"} Estimator */
/** @typedef {{mu: Float32Array, sigma: Float32Array}} Gradients [N * D] each, a row a draw */

/**
 * @param {{model: string, digits: string, stops: string, path: PathKind, graph?: GraphChoice}} asked
 * @param {AbortSignal} [signal]
 * @returns {Promise<AskedPath>}
 */
export async function askPath({ model, digits, stops, path, graph }, signal) {
  const query = { path, stops, ...digitQuery(model), ...(path === "graph" && graph ? graphQuery(graph) : {}) };
  const tensors = await askTensors("paths", model, digits, query, signal);
  const number = (/** @type {string} */ name) => tensors[name].data[0];
  return {
    curve: tensors.curve ? floats(tensors.curve) : null,
    rows: tensors.rows ? integers(tensors.rows) : null,
    length: number("length"),
    energy: number("energy"),
    jump: Number.isNaN(number("jump")) ? null : number("jump"),
    speed: floats(tensors.speed),
    nearest: floats(tensors.nearest),
    nearestRow: integers(tensors.nearest_row),
  };
}

/**
 * The straight line at once, then better and better curves; to stop, abort the signal or break off the loop.
 * @param {{model: string, digits: string, stops: string}} asked
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<AskedGeodesic>}
 */
export async function* askGeodesic({ model, digits, stops }, signal) {
  for await (const line of askLines("geodesics", model, digits, { stops, ...digitQuery(model) }, signal)) {
    yield {
      curve: decodeFloats(line.curve),
      rows: null,
      length: line.length,
      energy: line.energy,
      jump: line.jump,
      speed: Float32Array.from(line.speed),
      nearest: Float32Array.from(line.nearest),
      nearestRow: Int32Array.from(line.nearest_row),
      converged: line.converged,
      done: line.done,
      round: line.round,
    };
  }
}

/**
 * The geodesic of the map's own plane; as `askGeodesic`.
 * @param {{model: string, digits: string, from: ArrayLike<number>, to: ArrayLike<number>}} asked normalised places
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<PlaneGeodesic>}
 */
export async function* askPlaneGeodesic({ model, digits, from, to }, signal) {
  const query = { from: placeText(from), to: placeText(to), ...digitQuery(model) };
  for await (const line of askLines("geodesics", model, digits, query, signal)) {
    yield {
      places: decodeFloats(line.curve),
      length: line.length,
      straightLength: line.straight_length,
      energy: line.energy,
      converged: line.converged,
      done: line.done,
    };
  }
}

/**
 * @param {{model: string, digits: string, at?: string, z?: ArrayLike<number>}} asked the text of a stop, or a code
 * @param {AbortSignal} [signal]
 * @returns {Promise<AskedTangent>}
 */
export async function askTangent({ model, digits, at, z }, signal) {
  /** @type {Record<string, string>} */
  const place = z ? { z: formatZ(z) } : { at: at ?? "" };
  const tensors = await askTensors("tangents", model, digits, { ...place, ...digitQuery(model) }, signal);
  return {
    z: floats(tensors.z),
    image: floats(tensors.image),
    jacobian: floats(tensors.jacobian),
    singular: floats(tensors.singular),
    left: floats(tensors.left),
    right: floats(tensors.right),
    effectiveRank: tensors.effective_rank.data[0],
    within: floats(tensors.within),
    outside: floats(tensors.outside),
  };
}

/**
 * @param {{model: string, digits: string, at: string, seed: number}} asked the text of a stop; the seed of the draws
 * @param {AbortSignal} [signal]
 * @returns {Promise<Record<Estimator, Gradients>>} of the loss of that picture, at the same draws
 */
export async function askGradients({ model, digits, at, seed }, signal) {
  const tensors = await askTensors(
    "gradients",
    model,
    digits,
    { at, seed: String(seed), ...digitQuery(model) },
    signal,
  );
  const of = (/** @type {Estimator} */ estimator) => ({
    mu: floats(tensors[`${estimator}_mu`]),
    sigma: floats(tensors[`${estimator}_sigma`]),
  });
  return { reparameterised: of("reparameterised"), score: of("score"), baseline: of("baseline") };
}

/**
 * @param {{model: string, digits: string}} asked
 * @param {AbortSignal} [signal]
 * @returns {Promise<{log10: Float32Array, side: number, extent: number, low: number, high: number}>} log10 of
 *   sqrt(det G) at the middles of side * side cells of the square [-extent, extent]^2 of normalised places, the top row
 *   first; low and high hold all but the outer 2 %
 */
export async function askMagnification({ model, digits }, signal) {
  const tensors = await askTensors("magnification", model, digits, digitQuery(model), signal);
  return {
    log10: floats(tensors.log10),
    side: tensors.log10.shape[0],
    extent: tensors.extent.data[0],
    low: tensors.low.data[0],
    high: tensors.high.data[0],
  };
}

/**
 * @param {{model: string, digits: string} & GraphChoice} asked
 * @param {AbortSignal} [signal]
 * @returns {Promise<{arcs: Int32Array, part: Int32Array, parts: number}>} the two rows of each arc; of each digit its
 *   connected part, 0 the largest; how many parts there are
 */
export async function askGraph({ model, digits, k, distance, mutual }, signal) {
  const tensors = await askTensors("graphs", model, digits, graphQuery({ k, distance, mutual }), signal);
  return { arcs: integers(tensors.arcs), part: integers(tensors.part), parts: tensors.parts.data[0] };
}

/**
 * @param {string} kind @param {string} model @param {string} digits @param {Record<string, string>} query
 * @param {AbortSignal | undefined} signal
 */
async function askTensors(kind, model, digits, query, signal) {
  const buffer = await read("The answer", signal, async () => {
    const response = await checked(await get(addressOf(kind, model, `${digits}.safetensors`, query), { signal }));
    return response.arrayBuffer();
  });
  return parse(buffer, kind);
}

/**
 * @param {string} kind @param {string} model @param {string} digits @param {Record<string, string>} query
 * @param {AbortSignal | undefined} signal
 * @returns {AsyncGenerator<any>} the JSON of each line, as it arrives
 */
async function* askLines(kind, model, digits, query, signal) {
  const response = await checked(await get(addressOf(kind, model, `${digits}.ndjson`, query), { signal }));
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let isDone = false;
  try {
    while (!isDone) {
      const chunk = await read("The geodesic", signal, () => reader.read());
      if (chunk.done) throw new LoadError("The geodesic broke off.");
      const lines = (rest + decoder.decode(chunk.value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) {
        const line = JSON.parse(text);
        isDone = line.done;
        yield line;
      }
    }
  } finally {
    // Closes the connection, which ends the work at the server. Where it has failed, it fails here again.
    reader.cancel().catch(() => {});
  }
}

/** What a class-conditional model decodes. @param {string} model @returns {{digit?: string}} empty for others */
function digitQuery(model) {
  const classes = classesOf(model);
  return classes ? { digit: String(Math.min(digit(), classes - 1)) } : {};
}

/** @param {GraphChoice} choice @returns {Record<string, string>} */
const graphQuery = ({ k, distance, mutual }) => ({ k: String(k), distance, mutual: mutual ? "1" : "0" });

/** @param {ArrayLike<number>} place */
const placeText = (place) => `${place[0].toFixed(3)}_${place[1].toFixed(3)}`;

/** @param {import("../nn/safetensors.js").Tensor} tensor */
const floats = (tensor) => /** @type {Float32Array} */ (tensor.data);

/** @param {import("../nn/safetensors.js").Tensor} tensor */
const integers = (tensor) => /** @type {Int32Array} */ (tensor.data);

/** @param {string} base64 @returns {Float32Array} little-endian, as all that runs a browser is */
function decodeFloats(base64) {
  const text = atob(base64);
  return new Float32Array(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
}
