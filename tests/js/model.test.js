/** Whatever is wrong with a checkpoint, the error names the field or the tensor. */

import assert from "node:assert/strict";
import test from "node:test";
import { openPage } from "./page.js";

test("a model that does not fit its config is refused", async () => {
  const { Model } = await openPage()("nn/nn.js");
  const config = { kind: "ae", latent_dim: 1, encoder: [], decoder: [], activation: "relu", output: "linear" };
  const matrix = (/** @type {number[]} */ ...shape) => ({ shape, data: new Float32Array(784) });
  const one = { shape: [1], data: new Float32Array(1) };
  const missing = {
    "encoder.code.weight": matrix(1, 784),
    "encoder.code.bias": one,
    "decoder.out.weight": matrix(784, 1),
  };
  const good = { ...missing, "decoder.out.bias": matrix(784) };
  const mu = { "encoder.mu.weight": matrix(1, 784), "encoder.mu.bias": one };
  const model = new Model("m", config, good);
  assert.throws(() => model.encode([]), /encoder of m is not here/);
  assert.equal(model.takeEncoder(good), model);
  assert.equal(model.latentDim, 1);
  assert.throws(() => model.posterior([]), /no posterior/);
  assert.throws(() => new Model("m", config, missing), /decoder\.out\.bias is missing/);
  assert.throws(() => new Model("m", { ...config, latent_dim: 2 }, good), /decoder\.out\.weight is \[784,1\]/);
  assert.throws(
    () => new Model("m", { ...config, encoder: [3] }, good).takeEncoder(good),
    /encoder\.hidden\.0\.weight/,
  );
  assert.throws(() => new Model("m", { ...config, activation: "gelu" }, good), /gelu/);
  assert.throws(() => new Model("m", { ...config, output: "toString" }, good), /toString/);
  assert.throws(() => new Model("m", { ...config, kind: "vae", scale: "width" }, { ...good, ...mu }), /width/);
});

test("a half does what it can, and says what it is asked in vain", async () => {
  const { Model } = await openPage()("nn/nn.js");
  const numbers = (/** @type {number[]} */ ...shape) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5),
  });
  const linear = { kind: "ae", latent_dim: 1, output: "linear" };
  const encoder = new Model("e", { ...linear, half: "encoder" }, {});
  encoder.takeEncoder({ "encoder.code.weight": numbers(1, 784), "encoder.code.bias": numbers(1) });
  assert.deepEqual([...encoder.encode(new Float32Array(784).fill(1))], [392.5]);
  assert.deepEqual([encoder.canEncode, encoder.canDecode], [true, false]);
  assert.throws(() => encoder.decode([1]), /e is an encoder alone/);

  const tensors = { "decoder.out.weight": numbers(784, 1), "decoder.out.bias": numbers(784) };
  const decoder = new Model("d", { ...linear, kind: "vae", scale: null, half: "decoder" }, tensors).takeEncoder({});
  assert.deepEqual([...decoder.decode([0.5])], Array(784).fill(0.75));
  assert.deepEqual([decoder.canEncode, decoder.canDecode], [false, true]);
  assert.throws(() => decoder.encode([]), /encoder of d is not here/);
});

test("what config.json leaves out is as usual", async () => {
  const { readConfig } = await openPage()("nn/config.js");
  const usual = {
    encoder: [],
    decoder: [],
    scale: null,
    likelihood: "gaussian",
    activation: "relu",
    output: "sigmoid",
    shape: [1, 28, 28],
    code: "identity",
    classes: 0,
    half: null,
  };
  const given = { kind: "ae", latent_dim: 2 };
  assert.deepEqual(readConfig(given), { ...given, ...usual });
  assert.deepEqual(readConfig({ ...given, format_version: 1 }), { ...given, ...usual });
});

/** @type {[damage: Record<string, unknown>, complaint: string][]} */
const DAMAGES = [
  [{ format_version: 3 }, "field format_version is 3; it must be a whole number from 1 to 2"],
  [{ kind: "gan" }, 'field kind is "gan"; it must be one of ae, vae'],
  [{ latent_dim: 0 }, "field latent_dim is 0; it must be a whole number from 1 to 784"],
  [{ latent_dim: undefined }, "field latent_dim is missing"],
  [{ scale: "sigma" }, "field scale is sigma, which no AE has"],
  [{ kind: "vae" }, "field scale is null, which no VAE has"],
  [{ kind: "vae", scale: "width" }, 'field scale is "width"; it must be one of logvar, sigma, softplus, null'],
  [{ shape: [1, 28] }, "field shape is [1,28]; it must be 3 whole numbers from 1 to 64"],
  [{ code: "cube" }, 'field code is "cube"'],
  [{ classes: -1 }, "field classes is -1"],
  [{ depth: 3 }, "field depth is unknown here"],
  [{ encoder: 250 }, "field encoder is 250; it must be a list of widths or of layers"],
  [{ decoder: [250, 0] }, "field decoder[1] is 0; it must be a whole number from 1 to 8192"],
  [{ decoder: ["dense"] }, 'field decoder[0] is "dense"'],
];

/** @type {[layer: unknown, complaint: string][]} */
const DAMAGED_LAYERS = [
  [250, "decoder[1].type is missing"],
  [null, "decoder[1].type is missing"],
  [
    { type: "attention" },
    'decoder[1].type is "attention"; it must be one of dense, convolution, transposed_convolution',
  ],
  [{ type: "constructor" }, 'decoder[1].type is "constructor"'],
  [{ type: "dense" }, "decoder[1].units is missing"],
  [{ type: "dense", units: 9 }, "decoder[1], dense: it takes a row of numbers, not 4 x 14 x 14"],
  [{ type: "dense", units: 9, bias: false }, "decoder[1].bias is unknown here"],
  [{ type: "convolution", channels: 1, kernel: 3 }, "decoder[1].kernel is 3; it must be 2 whole numbers from 1 to 64"],
  [{ type: "convolution", channels: 1, kernel: [15, 1] }, "decoder[1], convolution: a window of 15 is larger"],
  [
    { type: "convolution", channels: 3, kernel: [1, 1], groups: 3 },
    "decoder[1], convolution: 3 groups do not divide 4",
  ],
  [{ type: "convolution", channels: 1, kernel: [1, 1], padding: [1, 1] }, "decoder[1].padding is [1,1]"],
  [
    { type: "transposed_convolution", channels: 1, kernel: [1, 1], padding: [7, 7, 0, 0] },
    "its padding leaves nothing",
  ],
  [{ type: "max_pooling", kernel: [2, 2], stride: [0, 1] }, "decoder[1].stride is [0,1]"],
  [{ type: "upsampling", factor: [2, 1.5] }, "decoder[1].factor is [2,1.5]"],
  [
    { type: "transposed_convolution", channels: 8, kernel: [64, 64], stride: [64, 64] },
    "decoder[1], transposed_convolution: 8 x 896 x 896 is more than fits",
  ],
  [{ type: "reshape", shape: [1, 28, 27] }, "decoder[1], reshape: 4 x 14 x 14 has not the numbers of 1 x 28 x 27"],
  [{ type: "activation", function: "swish" }, 'decoder[1].function is "swish"; it must be one of relu, leaky_relu'],
  [{ type: "activation", function: "elu", slope: "1" }, 'decoder[1].slope is "1"; it must be a number'],
  [{ type: "label", classes: 0 }, "decoder[1].classes is 0"],
  [
    { type: "flatten" },
    "config field decoder[2], transposed_convolution: it takes channels, height and width, not 784",
  ],
  [{ type: "upsampling", factor: [2, 2] }, "config field decoder gives 1 x 56 x 56; it must be 1 x 28 x 28"],
  [{ type: "affine" }, "tensor decoder.hidden.0.weight is missing"],
];

test("the field that is wrong is named", async () => {
  const { Model } = await openPage()("nn/nn.js");
  const open = (/** @type {object} */ config) => new Model("m", config, {});
  const throws = (/** @type {object} */ config, /** @type {string} */ complaint) =>
    assert.throws(
      () => open(JSON.parse(JSON.stringify(config))),
      (/** @type {Error} */ error) => error.name === "ModelError" && error.message.includes(complaint),
      complaint,
    );
  const good = { kind: "ae", latent_dim: 784 };
  for (const config of [null, [], "ae", 7]) throws(/** @type {any} */ (config), "it must be an object");
  for (const [damage, complaint] of DAMAGES) throws({ ...good, ...damage }, complaint);
  const doubled = { type: "transposed_convolution", channels: 1, kernel: [2, 2], stride: [2, 2] };
  for (const [layer, complaint] of DAMAGED_LAYERS) {
    const decoder = [{ type: "reshape", shape: [4, 14, 14] }, layer, doubled];
    throws({ ...good, decoder }, complaint);
  }
});

test("the encoder must end in a row, and every tensor have its layer's shape", async () => {
  const { Model } = await openPage()("nn/nn.js");
  const of = (/** @type {number[]} */ ...shape) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b)) });
  const decoder = { "decoder.out.weight": of(784, 2), "decoder.out.bias": of(784) };
  const encoder = [{ type: "convolution", channels: 4, kernel: [3, 3] }, { type: "flatten" }];
  const model = (/** @type {object[]} */ layers) =>
    new Model("m", { kind: "ae", latent_dim: 2, encoder: layers }, decoder);
  const weights = { "encoder.hidden.0.weight": of(4, 1, 3, 3), "encoder.hidden.0.bias": of(4) };
  const all = { ...weights, "encoder.code.weight": of(2, 2704), "encoder.code.bias": of(2) };
  assert.equal(model(encoder).takeEncoder(all).encode(new Float32Array(784)).length, 2);
  assert.throws(() => model(encoder.slice(0, 1)).takeEncoder(all), /encoder gives 4 x 26 x 26; it must be a row/);
  const other = { ...all, "encoder.hidden.0.weight": of(4, 3, 3) };
  assert.throws(() => model(encoder).takeEncoder(other), /hidden\.0\.weight is \[4,3,3\].* float32 \[4,1,3,3\]/);
});
