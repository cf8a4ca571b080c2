/** Layers one after the other, made of their data and their weights, as `vae_core.nets.modules` has them. */

import { Activation } from "./activations.js";
import { Convolution } from "./convolution.js";
import { ModelError } from "./errors.js";
import { count, sizes } from "./layers.js";
import { Linear } from "./linear.js";
import { Affine, Label, Pooling, Turned, Upsampling } from "./pictures.js";

/** @typedef {import("./safetensors.js").Tensor} Tensor */
/** @typedef {Record<string, Tensor>} Tensors */
/** @typedef {import("./layers.js").LayerData} LayerData */
/** @typedef {readonly number[]} Size */
/**
 * @typedef {object} Layer
 * @property {number} inputs
 * @property {number} outputs
 * @property {(x: ArrayLike<number>, label: number) => Float32Array} forward [inputs] -> [outputs], overwritten by the
 *   next call; what goes in stays as it is
 */

/**
 * @param {Layer[]} layers at least one @param {ArrayLike<number>} x what goes in @param {number} label
 * @returns {Float32Array} what comes out, overwritten by the next call
 */
export function run([first, ...others], x, label) {
  let found = first.forward(x, label);
  for (const layer of others) found = layer.forward(found, label);
  return found;
}

/**
 * @param {LayerData[]} chain @param {Size} size of what goes in
 * @param {Tensors} tensors @param {"encoder" | "decoder"} part whose tensors they are
 * @returns {Layer[]} at least one; outside channels lie one after the other
 * @throws {ModelError} layers do not fit each other, or tensors do not fit them
 */
export function build(chain, size, tensors, part) {
  const found = sizes(chain, size, part);
  const weighted = chain.filter(({ type }) => type in WEIGHTED);
  const making = new Making(size);
  chain.forEach((data, i) => {
    const rank = weighted.indexOf(data);
    const isOut = part === "decoder" && rank === weighted.length - 1;
    making.add(data, found[i], found[i + 1], tensors, `${part}.${isOut ? "out" : `hidden.${rank}`}`);
  });
  making.turn(false);
  const { layers } = making;
  return layers.length ? layers : [new Activation(count(size), "identity")];
}

class Making {
  /** @param {Size} size of what goes in */
  constructor(size) {
    /** @type {Layer[]} */
    this.layers = [];
    this.size = size;
    /** Whether the channels of a pixel lie next to each other. */
    this.isTogether = false;
  }

  /** @param {boolean} isTogether how pixels are to lie */
  turn(isTogether) {
    const [channels, ...sides] = this.size;
    const area = count(sides);
    const isMoved = this.isTogether !== isTogether && channels > 1 && area > 1;
    if (isMoved) this.layers.push(isTogether ? new Turned(channels, area) : new Turned(area, channels));
    this.isTogether = isTogether;
  }

  /** @param {LayerData} data @param {Size} input @param {Size} output @param {Tensors} tensors @param {string} name */
  add(data, input, output, tensors, name) {
    if (data.type === "flatten" || data.type === "reshape") this.turn(false);
    else {
      if (data.type !== "activation") this.turn(true);
      this.layers.push(layerOf(data, input, output, tensors, name));
    }
    this.size = output;
  }
}

/** The shape of a layer's weight; its bias has as many numbers as it has outputs. @type {Record<string, (data: LayerData, input: Size) => number[]>} */
const WEIGHTED = {
  dense: ({ units }, [inputs]) => [units, inputs],
  convolution: ({ channels, groups, kernel }, [inputs]) => [channels, inputs / groups, ...kernel],
  transposed_convolution: ({ channels, groups, kernel }, [inputs]) => [inputs, channels / groups, ...kernel],
  affine: (_, [channels]) => [channels],
};

/**
 * @param {LayerData} data one that computes @param {Size} input @param {Size} output
 * @param {Tensors} tensors @param {string} name of its weights
 * @returns {Layer}
 */
function layerOf(data, input, output, tensors, name) {
  if (data.type === "activation") return new Activation(count(input), data.function, data.slope);
  if (data.type === "upsampling") return new Upsampling(data, input);
  if (data.type === "label") return new Label(data, input);
  if (!(data.type in WEIGHTED)) return new Pooling(data, input, output);
  const [weight, bias] = weights(tensors, name, WEIGHTED[data.type](data, input), output[0]);
  if (data.type === "dense") return new Linear(weight, bias);
  if (data.type === "affine") return new Affine(count(input), weight, bias);
  return new Convolution(data, input, output, weight, bias);
}

/** @param {Tensors} tensors @param {string} name @param {number} inputs @param {number} outputs @returns {Linear} */
export const linear = (tensors, name, inputs, outputs) =>
  new Linear(...weights(tensors, name, [outputs, inputs], outputs));

/**
 * @param {Tensors} tensors @param {string} name @param {number[]} shape of the weight @param {number} outputs
 * @returns {[weight: Float32Array, bias: Float32Array]}
 */
const weights = (tensors, name, shape, outputs) => [
  take(tensors, `${name}.weight`, shape),
  take(tensors, `${name}.bias`, [outputs]),
];

/** @param {Tensors} tensors @param {string} name @param {number[]} shape @returns {Float32Array} */
function take(tensors, name, shape) {
  const tensor = tensors[name];
  if (!tensor) throw new ModelError(`tensor ${name} is missing`);
  if (!(tensor.data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
    throw new ModelError(`tensor ${name} is [${tensor.shape}]; its config asks for float32 [${shape}]`);
  }
  return tensor.data;
}
