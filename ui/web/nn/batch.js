/**
 * Several pictures through one model at once: each weight of a dense layer that is read serves four of them, which a row
 * of eight through four models needs to follow a slider.
 */

import { Activation } from "./activations.js";
import { run } from "./chain.js";
import { Linear } from "./linear.js";

/** @typedef {import("./nn.js").Model} Model */
/** @typedef {import("./chain.js").Layer} Layer */
/** @typedef {ArrayLike<number | null>} Labels [count], the class of each picture or code; null for the model's `label` */
/**
 * @typedef {object} Stage
 * @property {(x: Float32Array, count: number, labels: number[]) => Float32Array} forward [count, inputs] ->
 *   [count, outputs] and more, overwritten by the next call
 */

const LANES = 4;
const PAIR = 2;

/** y = W x + b for several x, in blocks of two outputs of four images: eight sums that stay in registers. */
class BatchLinear {
  /** @param {Linear} linear @param {number} size @param {Activation} [activation] what follows it */
  constructor({ weight, bias, inputs, outputs }, size, activation = undefined) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.pairs = Math.ceil(this.outputs / PAIR);
    const blocks = Math.ceil(size / LANES);
    /** [pairs, inputs, 2] */
    this.weight = new Float32Array(this.pairs * this.inputs * PAIR);
    for (let o = 0; o < this.outputs; o++) {
      const start = (o >> 1) * this.inputs * PAIR + (o & 1);
      for (let i = 0; i < this.inputs; i++) this.weight[start + i * PAIR] = weight[i * this.outputs + o];
    }
    this.bias = new Float32Array(this.pairs * PAIR);
    this.bias.set(bias);
    /** [blocks, inputs, 4]: of each block the inputs that are not zero in all its images, in double precision. */
    this.lanes = new Float64Array(blocks * this.inputs * LANES);
    /** [blocks, inputs]: where the weights of those inputs lie in a pair's */
    this.kept = new Int32Array(blocks * this.inputs);
    this.counts = new Int32Array(blocks);
    this.activation = activation;
    /** [images, outputs] */
    this.y = new Float32Array(blocks * LANES * this.outputs);
  }

  /**
   * @param {Float32Array} x [count, inputs]
   * @param {number} count
   * @returns {Float32Array} [count, outputs] and more, overwritten by the next call
   */
  forward(x, count) {
    const blocks = Math.ceil(count / LANES);
    for (let block = 0; block < blocks; block++) this.gather(x, count, block);
    for (let pair = 0; pair < this.pairs; pair++) {
      for (let block = 0; block < blocks; block++) this.sum(pair, block);
    }
    const y = this.y.subarray(0, count * this.outputs);
    this.activation?.apply(y, y, this.activation.slope);
    return this.y;
  }

  /** @param {Float32Array} x @param {number} count @param {number} block */
  gather(x, count, block) {
    const { inputs, lanes, kept } = this;
    // Where the block is not full its last image stands in for the missing ones.
    const start = (/** @type {number} */ lane) => Math.min(block * LANES + lane, count - 1) * inputs;
    const [s0, s1, s2, s3] = [start(0), start(1), start(2), start(3)];
    let place = block * inputs;
    for (let i = 0; i < inputs; i++) {
      const x0 = x[s0 + i];
      const x1 = x[s1 + i];
      const x2 = x[s2 + i];
      const x3 = x[s3 + i];
      if (x0 === 0 && x1 === 0 && x2 === 0 && x3 === 0) continue;
      const lane = place * LANES;
      lanes[lane] = x0;
      lanes[lane + 1] = x1;
      lanes[lane + 2] = x2;
      lanes[lane + 3] = x3;
      kept[place++] = i * PAIR;
    }
    this.counts[block] = place - block * inputs;
  }

  /** @param {number} pair of outputs @param {number} block of images */
  sum(pair, block) {
    const { weight, bias, lanes, kept, inputs, outputs, y } = this;
    const start = pair * inputs * PAIR;
    const first = block * inputs;
    const end = first + this.counts[block];
    const output = pair * PAIR;
    let a0 = bias[output];
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = bias[output + 1];
    let b1 = b0;
    let b2 = b0;
    let b3 = b0;
    for (let k = first, lane = first * LANES; k < end; k++, lane += LANES) {
      const w = start + kept[k];
      const u = weight[w];
      const v = weight[w + 1];
      const x0 = lanes[lane];
      const x1 = lanes[lane + 1];
      const x2 = lanes[lane + 2];
      const x3 = lanes[lane + 3];
      a0 += u * x0;
      a1 += u * x1;
      a2 += u * x2;
      a3 += u * x3;
      b0 += v * x0;
      b1 += v * x1;
      b2 += v * x2;
      b3 += v * x3;
    }
    const place = block * LANES * outputs + output;
    y[place] = a0;
    y[place + outputs] = a1;
    y[place + 2 * outputs] = a2;
    y[place + 3 * outputs] = a3;
    if (output + 1 === outputs) return;
    y[place + 1] = b0;
    y[place + outputs + 1] = b1;
    y[place + 2 * outputs + 1] = b2;
    y[place + 3 * outputs + 1] = b3;
  }
}

/** Layers that have nothing to share, picture by picture. */
class OneByOne {
  /** @param {Layer[]} layers @param {number} size */
  constructor(layers, size) {
    this.layers = layers;
    this.inputs = layers[0].inputs;
    this.outputs = layers[layers.length - 1].outputs;
    /** [size, outputs] */
    this.y = new Float32Array(size * this.outputs);
  }

  /**
   * @param {Float32Array} x [count, inputs] @param {number} count @param {number[]} labels
   * @returns {Float32Array} [count, outputs] and more, overwritten by the next call
   */
  forward(x, count, labels) {
    const { layers, inputs, outputs, y } = this;
    for (let k = 0; k < count; k++) {
      y.set(run(layers, x.subarray(k * inputs, (k + 1) * inputs), labels[k]), k * outputs);
    }
    return y;
  }
}

/** @param {Layer[]} layers @param {number} size @returns {Stage[]} */
function stagesOf(layers, size) {
  /** @type {Layer[][]} Linear and what is done to its outputs in place, or any others */
  const groups = [];
  for (const layer of layers) {
    const last = groups.at(-1);
    const isInPlace = last?.length === 1 && layer instanceof Activation;
    if (!last || layer instanceof Linear || (last[0] instanceof Linear && !isInPlace)) groups.push([layer]);
    else last.push(layer);
  }
  return groups.map((group) => {
    const [first, activation] = group;
    if (!(first instanceof Linear)) return new OneByOne(group, size);
    return new BatchLinear(first, size, /** @type {Activation | undefined} */ (activation));
  });
}

/** A model made ready for `size` pictures at once; `Model` stays the faster one for a single picture. */
export class Batch {
  /** @param {Model} model @param {number} [size] the most pictures, or codes, of one call */
  constructor(model, size = 8) {
    this.model = model;
    this.size = size;
    this.encoder = stagesOf(model.encoder, size);
    this.decoder = stagesOf(model.decoder, size);
    /** [size * latentDim], of the latest `run` or `encode` */
    this.codes = new Float32Array(size * model.latentDim);
  }

  /**
   * @param {Float32Array} inputs [count * shape.pixels], any numbers
   * @param {number} [count] at most `size`
   * @param {Labels} [labels] of the pictures @param {Labels} [drawn] of what is decoded, where they are others
   * @returns {Float32Array} [count * shape.pixels] E[x|z] in [0, 1] at the code, or a VAE's mu; overwritten by the next call
   */
  run(inputs, count = this.size, labels = undefined, drawn = labels) {
    return this.decode(this.encode(inputs, count, labels), count, drawn);
  }

  /**
   * @param {Float32Array} inputs [count * shape.pixels]
   * @param {number} [count]
   * @param {Labels} [labels] of the pictures; else all have the model's
   * @returns {Float32Array} [size * latentDim]: `codes`, of which the first `count` are new
   */
  encode(inputs, count = this.size, labels = undefined) {
    const codes = this.pass(this.encoder, inputs, count, labels);
    this.codes.set(codes.subarray(0, count * this.model.latentDim));
    return this.codes;
  }

  /**
   * @param {Float32Array} codes [count * latentDim]
   * @param {number} [count]
   * @param {Labels} [labels] of the codes; else all have the model's
   * @returns {Float32Array} [count * shape.pixels] in [0, 1]; overwritten by the next call
   */
  decode(codes, count = this.size, labels = undefined) {
    const pixels = this.logits(codes, count, labels);
    this.model.output(pixels);
    return pixels;
  }

  /**
   * @param {Float32Array} codes [count * latentDim]
   * @param {number} [count]
   * @param {Labels} [labels]
   * @returns {Float32Array} [count * shape.pixels] as `Model.logits`; overwritten by the next call
   */
  logits(codes, count = this.size, labels = undefined) {
    return this.pass(this.decoder, codes, count, labels).subarray(0, count * this.model.shape.pixels);
  }

  /** @param {Stage[]} stages @param {Float32Array} x @param {number} count @param {Labels} [labels] */
  pass(stages, x, count, labels = []) {
    const { label } = this.model;
    const given = Array.from({ length: count }, (_, k) => labels[k] ?? label);
    return stages.reduce((found, stage) => stage.forward(found, count, given), x);
  }
}
