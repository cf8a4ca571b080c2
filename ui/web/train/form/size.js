/** How large a model is and how long its training takes, before it starts. */

/** @typedef {import("./plan.js").ModelConfig} ModelConfig */

const BYTES = 4;

/** @param {ModelConfig} model @returns {[inputs: number, outputs: number][]} its affine maps, those of the encoder first */
function layers({ kind, latent_dim: codes, encoder, decoder, shape }) {
  const pixels = shape.reduce((product, side) => product * side, 1);
  const chain = (/** @type {number[]} */ sizes) =>
    sizes.slice(1).map((size, i) => /** @type {[number, number]} */ ([sizes[i], size]));
  const heads = kind === "vae" ? 2 * codes : codes;
  return [...chain([pixels, ...encoder, heads]), ...chain([codes, ...decoder, pixels])];
}

/** @param {ModelConfig} model @returns {number} as `vae_core.models.parameter_count` */
export const parameterCount = (model) =>
  layers(model).reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);

/** @param {ModelConfig} model @returns {number} bytes of its weights on disk, but for their names */
export const fileBytes = (model) => BYTES * parameterCount(model);

/** @param {ModelConfig} model @returns {number} operations that a training makes for one picture, see ui/training/forecast.py */
export const flopsOf = (model) => 6 * parameterCount(model);
