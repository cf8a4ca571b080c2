/** The fields of the form: what each is called, what it does, and the control it is written with. */

import { Choice, oneTabStop } from "../../kit/controls.js";
import { button, element } from "../../kit/dom.js";
import { CLASSES } from "./plan.js";

/** @typedef {import("./plan.js").Field} Field */
/**
 * @typedef {object} Control
 * @property {HTMLElement} element
 * @property {(text: string, usual: string) => void} show `usual` stands in an empty field
 */
/** @typedef {(field: Field, text: string) => void} Write by hand */

/** @type {Record<Exclude<Field, "recipe">, [label: string, hint: string]>} */
export const WORDS = {
  on: ["Digits", "The pictures that it learns from. Some of them are held out, for the numbers in the end."],
  kind: ["Kind", "What is trained, and so what its codes are good for."],
  corrupt: ["Corruption", "What is done to each picture before the model sees it; it has to return the clean one."],
  corruptby: [
    "Level",
    "How strong the corruption is, above 0 and at most 1: sigma, a share of pixels, a side of the box.",
  ],
  beta: ["beta", "The weight of the KL term. 0: pictures alone count; large: all codes become alike."],
  latentdim: ["Codes", "How many numbers stand for a picture. 2 can be drawn on a map; more keep more."],
  epochs: ["Epochs", "How often all pictures are gone through. The longer, the sharper, and the less it gains."],
  encoder: ["Layers", "Widths of the hidden layers from the picture to the code, such as 512, 256. Empty: none."],
  decoder: ["Decoder", "Widths from the code to the picture. Empty: those of the encoder, mirrored; none: no layer."],
  likelihood: ["Error", "How far a picture is from its reconstruction: squared error, or cross-entropy of each pixel."],
  activation: ["Activation", "What each hidden layer does with its sums; without it all layers were one."],
  head: [
    "Spread",
    "What the encoder gives for the spread of a code: ln sigma², which is never wrong, or sigma itself.",
  ],
  reconstruction: ["Picture term", "The weight of the reconstruction. 0: nothing but the KL term is learned."],
  batchsize: ["Batch", "Pictures a step. Few: many noisy steps; many: few steady ones."],
  learningrate: ["Learning rate", "The longest step of the training; it begins and ends with shorter ones."],
  without: ["Leave out", "Classes that it never sees, to test later what it makes of them."],
  trainseed: ["Seed", "Of the first weights, the order of the pictures and the noise: the same seed, the same model."],
  as: ["Name", "Of the run, and of the model on every page."],
};
/** @type {Field[]} */
export const FIRST = ["on", "kind", "beta", "corrupt", "latentdim", "epochs", "as"];
/** @type {Field[]} */
export const MORE = [
  .../** @type {Field[]} */ (["encoder", "decoder", "likelihood", "activation", "head", "reconstruction"]),
  .../** @type {Field[]} */ (["batchsize", "learningrate", "without", "trainseed"]),
];
/** In one row with another. @type {Partial<Record<Field, Field>>} */
export const BESIDE = { corrupt: "corruptby", batchsize: "learningrate" };

const KINDS = /** @type {const} */ ([
  ["ae", "AE", "Autoencoder: a picture to a code, and back"],
  ["linear", "linear", "Autoencoder without hidden layers: it finds what PCA finds"],
  ["dae", "DAE", "Denoising autoencoder: gets a corrupted picture, returns the clean one"],
  ["vae", "VAE", "Variational autoencoder: a cloud of codes for each picture, all of them near 0"],
]);
/** @type {Partial<Record<Field, readonly (readonly [string, string, string?])[]>>} */
const OPTIONS = {
  corrupt: [
    ["gaussian", "Gaussian noise"],
    ["masking", "Masking"],
    ["salt_and_pepper", "Salt and pepper"],
    ["box", "Box"],
  ],
  activation: ["relu", "tanh", "elu", "softplus"].map((name) => [name, name]),
};
/** @type {Partial<Record<Field, readonly (readonly [string, string, string?])[]>>} */
const CHOICES = {
  kind: KINDS,
  likelihood: [
    ["gaussian", "squared", "Squared error, summed over pixels: p(x|z) is Gaussian"],
    ["bernoulli", "cross-entropy", "Each grey counts as the chance of white: p(x|z) is Bernoulli"],
  ],
  head: [
    ["logvar", "ln σ²", "The encoder gives ln sigma²"],
    ["sigma", "σ", "The encoder gives sigma"],
  ],
};
const TEXTS = new Set(["encoder", "decoder", "as"]);

/** @param {Field} field @param {Write} write @returns {Control} */
export function control(field, write) {
  const [label, hint] = WORDS[/** @type {Exclude<Field, "recipe">} */ (field)];
  const choices = CHOICES[field];
  if (choices) {
    const choice = new Choice(label, `train ${field}`, choices, (value) => write(field, value));
    return { element: choice.element, show: (text) => (choice.value = text) };
  }
  if (field === "without") return toggles(label, hint, (text) => write(field, text));
  const look = { id: field, "aria-label": label, "aria-description": hint };
  const options = OPTIONS[field];
  if (options || field === "on") {
    const select = selection(look, options ?? [], (value) => write(field, value));
    return { element: select, show: (text) => (select.value = text) };
  }
  const input = element("input", {
    ...look,
    type: "text",
    inputmode: TEXTS.has(field) ? "text" : "decimal",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    oninput: () => write(field, input.value),
  });
  const show = (/** @type {string} */ text, /** @type {string} */ usual) => {
    // What a hand is writing stays as it is.
    if (input.value.trim() !== text) input.value = text;
    input.placeholder = usual;
  };
  return { element: input, show };
}

/**
 * @param {Record<string, unknown>} look @param {readonly (readonly [string, string, string?])[]} options
 * @param {(value: string) => void} onChange
 */
export function selection(look, options, onChange) {
  const select = element("select", { ...look, onchange: () => onChange(select.value) });
  select.append(...options.map(([value, words]) => element("option", { value }, words)));
  return select;
}

/** @param {string} label @param {string} hint @param {(text: string) => void} write @returns {Control} the ten classes */
function toggles(label, hint, write) {
  let text = "";
  const flip = (/** @type {string} */ one) => {
    const kept = [...text].filter((other) => other !== one);
    write((kept.length < text.length ? kept : [...text, one]).sort().join(""));
  };
  const buttons = Array.from({ length: CLASSES }, (_, k) =>
    button(String(k), () => flip(String(k)), { "aria-label": `Leave ${k} out`, "aria-pressed": "false" }),
  );
  const place = element("div", { class: "classes", role: "group", "aria-label": label, "aria-description": hint });
  place.append(...buttons);
  oneTabStop(place, buttons);
  const show = (/** @type {string} */ now) => {
    text = now;
    buttons.forEach((one, k) => one.setAttribute("aria-pressed", String(now.includes(String(k)))));
  };
  return { element: place, show };
}
