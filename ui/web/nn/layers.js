/** The layers of a net as data, as `vae_core.nets.layers` has them. Sizes are [units], or [channels, height, width]. */

import { FUNCTIONS } from "./activations.js";
import { ModelError } from "./errors.js";
import { finite, oneOf, readFields, whole, wholes } from "./fields.js";

/** @typedef {import("./fields.js").Rule} Rule */
/** @typedef {Record<string, any> & {type: string}} LayerData all its fields, see `KINDS` */
/** @typedef {readonly number[]} Size */
/**
 * @typedef {object} Kind of layer
 * @property {Record<string, Rule>} rules of its fields
 * @property {(layer: LayerData, size: Size) => number[]} output what comes out of what goes in
 */

const MOST_NUMBERS = 2 ** 22;
const pair = (/** @type {number} */ low, /** @type {number[] | undefined} */ usual = undefined) =>
  wholes(2, low, 64, usual);
const windowRules = { kernel: pair(1), stride: pair(1, [1, 1]), padding: wholes(4, 0, 64, [0, 0, 0, 0]) };
const convolutionRules = {
  ...windowRules,
  channels: whole(1, 4096),
  dilation: pair(1, [1, 1]),
  groups: whole(1, 4096, 1),
};

/** @param {LayerData} layer @param {number} axis 0 down, 1 across @returns {number} */
const reach = ({ kernel, dilation = [1, 1] }, axis) => dilation[axis] * (kernel[axis] - 1) + 1;
/** @param {LayerData} layer @param {number} axis @returns {number} */
const padding = ({ padding }, axis) => padding[2 * axis] + padding[2 * axis + 1];

/** @param {LayerData} layer @param {Size} size @param {number} axis @returns {number} */
function windows(layer, size, axis) {
  const room = size[1 + axis] + padding(layer, axis) - reach(layer, axis);
  if (room < 0) throw new ModelError(`a window of ${reach(layer, axis)} is larger than ${text(size)} with its padding`);
  return Math.floor(room / layer.stride[axis]) + 1;
}

/** @param {LayerData} layer @param {Size} size @param {number} axis @returns {number} */
function spread(layer, size, axis) {
  const whole = (size[1 + axis] - 1) * layer.stride[axis] + reach(layer, axis) + layer.output_padding[axis];
  if (whole <= padding(layer, axis)) throw new ModelError(`its padding leaves nothing of ${text(size)}`);
  return whole - padding(layer, axis);
}

/** @param {LayerData} layer @param {Size} size @returns {number} channels that come out */
function convolved({ channels, groups }, [inputs]) {
  if (inputs % groups || channels % groups) {
    throw new ModelError(`${groups} groups do not divide ${inputs} and ${channels} channels`);
  }
  return channels;
}

/** @type {Kind["output"]} */
const pooled = (layer, size) => [picture(size), windows(layer, size, 0), windows(layer, size, 1)];

/** @type {Record<string, Kind>} */
const KINDS = {
  dense: {
    rules: { units: whole(1, 2 ** 16) },
    output({ units }, size) {
      if (size.length !== 1) throw new ModelError(`it takes a row of numbers, not ${text(size)}`);
      return [units];
    },
  },
  convolution: {
    rules: convolutionRules,
    output: (layer, size) => [convolved(layer, [picture(size)]), windows(layer, size, 0), windows(layer, size, 1)],
  },
  transposed_convolution: {
    rules: { ...convolutionRules, output_padding: pair(0, [0, 0]) },
    output: (layer, size) => [convolved(layer, [picture(size)]), spread(layer, size, 0), spread(layer, size, 1)],
  },
  max_pooling: { rules: windowRules, output: pooled },
  average_pooling: { rules: windowRules, output: pooled },
  upsampling: {
    rules: { factor: pair(1) },
    output: ({ factor }, size) => [picture(size), size[1] * factor[0], size[2] * factor[1]],
  },
  affine: { rules: {}, output: (_, size) => [...size] },
  flatten: { rules: {}, output: (_, size) => [count(size)] },
  reshape: {
    rules: { shape: wholes(3, 1, MOST_NUMBERS) },
    output({ shape }, size) {
      if (count(shape) !== count(size)) throw new ModelError(`${text(size)} has not the numbers of ${text(shape)}`);
      return shape;
    },
  },
  activation: { rules: { function: oneOf(FUNCTIONS), slope: finite(1) }, output: (_, size) => [...size] },
  label: {
    rules: { classes: whole(1, 100) },
    output: ({ classes }, [channels, ...sides]) => [channels + classes, ...sides],
  },
};
const TYPE = oneOf(Object.keys(KINDS));

/** @param {Size} size @returns {number} how many numbers it has */
export const count = (size) => size.reduce((product, side) => product * side, 1);

/** @param {Size} size @returns {string} "64 x 7 x 7" */
export const text = (size) => size.join(" x ");

/** @param {Size} size @returns {number} channels of a picture */
function picture(size) {
  if (size.length !== 3) throw new ModelError(`it takes channels, height and width, not ${text(size)}`);
  return size[0];
}

/**
 * @param {unknown} given as config.json has it @param {string} path of it, for complaints
 * @returns {LayerData}
 * @throws {ModelError} it is none, or a field of it is not what it must be
 */
export function readLayer(given, path) {
  const { type, ...fields } = /** @type {any} */ (given ?? {});
  readFields({ type }, { type: TYPE }, path);
  return { type, ...readFields(fields, KINDS[type].rules, path) };
}

/**
 * @param {LayerData[]} chain @param {Size} size of what goes in @param {string} path of the chain, for complaints
 * @returns {Size[]} before each layer, and after the last
 * @throws {ModelError} two layers do not fit each other
 */
export function sizes(chain, size, path) {
  const found = [size];
  chain.forEach((layer, i) => {
    try {
      const output = KINDS[layer.type].output(layer, found[i]);
      if (count(output) > MOST_NUMBERS) throw new ModelError(`${text(output)} is more than fits`);
      found.push(output);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      throw new ModelError(`config field ${path}[${i}], ${layer.type}: ${error.message}`);
    }
  });
  return found;
}
