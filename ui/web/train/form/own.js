/** What a hand has made of a recipe, field by field, and how the link says it. */

import { get, put, refuse } from "../../state/parameters.js";
import { filled, numberIn, widthsIn } from "./plan.js";

/** @typedef {import("../data.js").Data} Data */
/** @typedef {import("./plan.js").Values} Values */
/** @typedef {keyof ReturnType<typeof filled>} OwnField */

/** A first training: two codes, which can be seen move; some ten seconds. */
const FIRST_RECIPE = "vae-2";
const WIDTHS = ["encoder", "decoder"];
const NUMBERS = [
  ...["corruptby", "beta", "latentdim", "epochs", "reconstruction", "batchsize", "learningrate", "trainseed"],
];

export class Own {
  /** @param {Data} data */
  constructor(data) {
    this.data = data;
    this.recipe = get("recipe");
    if (this.recipe && !data.recipes.some(({ name }) => name === this.recipe)) {
      this.recipe = "";
      refuse("recipe", "the name of one that is here");
    }
    this.recipe ||= data.recipes.some(({ name }) => name === FIRST_RECIPE) ? FIRST_RECIPE : data.recipes[0].name;
    /** Empty: that of the page. */
    this.on = get("on");
    if (this.on && !data.sets.some(({ name }) => name === this.on)) {
      this.on = "";
      refuse("on", "the name of a set that is here");
    }
    this.without = get("without");
    this.name = get("as");
    /** @type {Partial<Record<OwnField, string>>} what is not as the recipe has it */
    this.changed = {};
    for (const field of this.fields) {
      const said = get(field);
      if (said !== null && said !== "") this.changed[field] = fromLink(field, said);
    }
    this.trim();
  }

  get set() {
    const { sets, digits } = this.data;
    return sets.find(({ name }) => name === (this.on || digits)) ?? sets[0];
  }

  /** As the recipe has it, on this set. */
  get usual() {
    const { recipes } = this.data;
    return filled(recipes.find(({ name }) => name === this.recipe) ?? recipes[0], this.set);
  }

  get fields() {
    return /** @type {OwnField[]} */ (Object.keys(this.usual));
  }

  get isOwn() {
    return Object.keys(this.changed).length > 0;
  }

  /** @returns {Values} as they are written */
  get values() {
    const { recipe, set, without, name } = this;
    return { recipe, on: set.name, ...this.usual, ...this.changed, without, as: name };
  }

  /** @param {import("./plan.js").Field} field @param {string} text by hand */
  write(field, text) {
    if (field === "recipe") {
      this.recipe = text;
      this.changed = {};
    } else if (field === "on") this.on = text;
    else if (field === "without") this.without = text;
    else if (field === "as") this.name = text.trim();
    else this.changed[field] = text.trim();
    this.trim();
    this.keep();
  }

  /** What is as the recipe has it is not one's own. */
  trim() {
    const { usual } = this;
    for (const field of this.fields) if (this.changed[field] === usual[field]) delete this.changed[field];
  }

  /** In the link. */
  keep() {
    put("recipe", this.recipe === FIRST_RECIPE ? "" : this.recipe);
    put("on", this.on);
    put("without", this.without);
    put("as", this.name);
    for (const field of this.fields) put(field, /** @type {any} */ (toLink(field, this.changed[field])));
  }
}

/** @param {OwnField} field @param {string | undefined} text @returns {string | number | null} */
function toLink(field, text) {
  if (text === undefined) return WIDTHS.includes(field) ? "" : null;
  if (NUMBERS.includes(field)) return numberIn(text);
  if (!WIDTHS.includes(field)) return text;
  const widths = widthsIn(text).join("_");
  return widths || (field === "decoder" && !text ? "mirror" : "none");
}

/** @param {OwnField} field @param {string | number} said @returns {string} */
function fromLink(field, said) {
  const text = String(said);
  if (text === "mirror" || (text === "none" && field === "encoder")) return "";
  return WIDTHS.includes(field) ? text.replaceAll("_", ", ") : text;
}
