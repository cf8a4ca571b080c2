/** What is to be trained, and how: each field with what it does, and before Start how large and how long. */

import { countText, sizeText, timeText } from "../../kit/amounts.js";
import { Alert } from "../../kit/controls.js";
import { element } from "../../kit/dom.js";
import { glossed } from "../../kit/glosses.js";
import { freeName } from "../../kit/names.js";
import terms from "../../kit/terms.json";
import { startRun } from "../server.js";
import { BESIDE, FIRST, MORE, selection, WORDS } from "./fields.js";
import { Own } from "./own.js";
import { imagesLeft, isUsed, planOf, problemsOf, widthsIn } from "./plan.js";
import { Row } from "./row.js";
import { fileBytes, flopsOf, parameterCount } from "./size.js";

/** @typedef {import("../data.js").Data} Data */
/** @typedef {import("../data.js").Recipe} Recipe */
/** @typedef {import("../server.js").Runs} Runs */
/** @typedef {import("./plan.js").Field} Field */

const OWN = "own";

export class Form {
  /** @param {(name: string) => void} onStart a run of that name has been asked for */
  constructor(onStart) {
    this.onStart = onStart;
    /** @type {Own | undefined} */
    this.own = undefined;
    /** @type {Runs | undefined} */
    this.runs = undefined;
    this.isStarting = false;
    const write = (/** @type {Field} */ field, /** @type {string} */ text) => this.write(field, text);
    const look = (/** @type {Field} */ field) => this.tell(field);
    const row = (/** @type {Field} */ field) =>
      new Row(/** @type {import("./row.js").RowField} */ (field), write, look);
    const beside = new Set(Object.values(BESIDE));
    this.first = FIRST.map(row);
    this.more = MORE.filter((field) => !beside.has(field)).map(row);
    const name = /** @type {Row} */ (this.first.pop());
    this.recipe = selection({ id: "recipe", "aria-label": "Recipe" }, [], (value) => write("recipe", value));
    this.recipe.addEventListener("focusin", () => look("recipe"));
    this.fold = element("details", {}, element("summary", {}, "More"), ...this.more.map((one) => one.element));
    this.hint = element("p", { class: "hint" });
    this.forecast = element("p", { class: "forecast", id: "forecast" });
    this.alert = new Alert();
    this.start = element("button", { class: "start", "aria-describedby": "forecast" }, "Start");
    const submit = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      void this.submit();
    };
    this.rows = [...this.first, name, ...this.more];
    this.element = element(
      "form",
      { class: "form", "aria-label": "A new training", novalidate: true, onsubmit: submit },
      element(
        "div",
        { class: "field" },
        element("label", { for: "recipe", title: "What the fields begin with" }, "Recipe"),
        this.recipe,
      ),
      ...this.first.map((one) => one.element),
      this.fold,
      name.element,
      this.hint,
      this.alert.element,
      element("div", { class: "go" }, this.start, this.forecast),
    );
  }

  /** @param {Data} data */
  take(data) {
    if (!this.own) {
      this.own = new Own(data);
      const hidden = new Set(MORE);
      this.fold.open = Object.keys(this.own.changed).some((field) => hidden.has(/** @type {Field} */ (field)));
      if (this.own.without) this.fold.open = true;
    }
    this.own.data = data;
    this.own.trim();
    this.offer(data);
    this.tell("recipe");
    this.refresh();
  }

  /** @param {Runs} runs as the server has them */
  takeRuns(runs) {
    this.runs = runs;
    this.refresh();
  }

  /** @param {Data} data recipes and sets to choose from */
  offer({ recipes, sets }) {
    const groups = [...groupsOf(recipes)].map(([label, names]) =>
      element("optgroup", { label }, ...names.map((name) => element("option", { value: name }, name))),
    );
    this.changedOption = element("option", { value: OWN, hidden: true });
    this.recipe.replaceChildren(this.changedOption, ...groups);
    const on = /** @type {HTMLSelectElement} */ (this.element.querySelector("#on"));
    on.replaceChildren(...sets.map(({ name, label }) => element("option", { value: name }, label)));
  }

  /** @param {Field} field @param {string} text by hand */
  write(field, text) {
    this.own?.write(field, text);
    this.alert.hide();
    if (field === "recipe") this.tell(field);
    this.refresh();
  }

  /** @param {Field} field what it does */
  tell(field) {
    const { own } = this;
    if (!own) return;
    const recipe = own.data.recipes.find(({ name }) => name === own.recipe);
    const words =
      field === "recipe" ? `${recipe?.name}: ${recipe?.summary}.` : WORDS[/** @type {keyof typeof WORDS} */ (field)][1];
    this.hint.replaceChildren(...glossedWhole(words));
  }

  /** The plan as it is written, what it comes to, and why it cannot start; null before there is any data. */
  get plan() {
    const { own, runs } = this;
    if (!own) return null;
    const taken = runs?.runs.map(({ name }) => name) ?? [];
    const { values, set } = own;
    const name = values.as || freeName(nameFor(own), taken);
    const plan = planOf({ ...values, as: name, recipe: own.isOwn ? "" : own.recipe }, set);
    const problems = problemsOf(plan);
    if (values.as && taken.includes(name)) problems.as ??= `There is a model ${name} already.`;
    const limits = runs?.limits;
    if (limits && plan.training.epochs > limits.epochs) {
      problems.epochs ??= `This server trains for at most ${countText(limits.epochs)} epochs.`;
    }
    const images = imagesLeft(set, plan.leave_out);
    if (!plan.training.reconstruction_weight && !plan.training.beta) {
      problems.reconstruction ??= "A loss that weighs nothing has nothing to learn from.";
    }
    if (!images) problems.without ??= "No picture is left to learn from.";
    const size = parameterCount(plan.model);
    const isKnown = !["latentdim", "encoder", "decoder"].some((field) => field in problems);
    const most = isKnown && limits && size > limits.parameters ? limits.parameters : 0;
    return { plan, problems, images, size: isKnown ? size : null, refusal: this.refusal(most) };
  }

  /** @param {number} most parameters, where it has more @returns {string} why nothing can start, whatever is in the fields */
  refusal(most) {
    const { runs } = this;
    if (!runs) return "";
    if (!runs.training) return runs.why;
    if (most) return `This server trains at most ${countText(most)} parameters: take narrower layers.`;
    const own = runs.runs.filter(({ ships }) => !ships);
    if (own.length >= runs.limits.kept) return `As many runs are kept here as may be, ${own.length}: delete one first.`;
    const bytes = own.reduce((sum, run) => sum + run.bytes, 0);
    return bytes >= runs.limits.megabytes * 1e6 ? "The room for runs is full: delete one first." : "";
  }

  refresh() {
    const { own, plan: all } = this;
    if (!own || !all) return;
    const { values } = own;
    const { plan, problems, refusal } = all;
    const usual = { as: plan.name, encoder: "none", decoder: mirrored(values.encoder) };
    for (const row of this.rows) row.show(values, usual, problems, isUsed(values.kind, row.fields[0]));
    const { changedOption } = this;
    if (changedOption) {
      changedOption.hidden = !own.isOwn;
      changedOption.textContent = `your own, from ${own.recipe}`;
    }
    this.recipe.value = own.isOwn ? OWN : own.recipe;
    const wrong = this.rows.flatMap(({ fields }) => fields).filter((field) => field in problems);
    const isWaiting = this.isStarting || !this.runs;
    this.start.setAttribute("aria-disabled", String(wrong.length > 0 || refusal !== "" || isWaiting));
    this.start.textContent = this.isStarting ? "Starting …" : "Start";
    this.forecast.classList.toggle("refused", refusal !== "" || wrong.length > 0);
    this.forecast.textContent =
      refusal || (wrong.length ? `${WORDS[wrong[0]][0]} comes first: see there.` : this.forecastOf(all));
  }

  /** @param {NonNullable<Form["plan"]>} plan @returns {string} parameters, file, pictures, time */
  forecastOf({ plan, images, size }) {
    const flops = this.runs?.flops;
    const seconds = flops ? (flopsOf(plan.model) * images * plan.training.epochs) / flops : 0;
    const about = seconds ? `, about ${timeText(seconds)}` : "";
    return `${countText(size ?? 0)} parameters, ${sizeText(fileBytes(plan.model))}; ${countText(images)} pictures${about}`;
  }

  async submit() {
    const all = this.plan;
    if (!all || this.start.getAttribute("aria-disabled") === "true") {
      const field = /** @type {HTMLElement | null} */ (this.element.querySelector("[aria-invalid=true]"));
      if (field) this.fold.open ||= this.fold.contains(field);
      field?.focus();
      return;
    }
    this.isStarting = true;
    this.alert.hide();
    this.refresh();
    try {
      const { name } = await startRun(all.plan);
      this.own?.write("as", "");
      this.onStart(name);
    } catch (error) {
      this.alert.show(/** @type {Error} */ (error).message, () => void this.submit());
    } finally {
      this.isStarting = false;
      this.refresh();
    }
  }
}

/** @param {string} encoder as it is written @returns {string} */
const mirrored = (encoder) => {
  const widths = widthsIn(encoder).reverse();
  return widths.length && !widths.some(Number.isNaN) ? widths.join(", ") : "none";
};

/** @param {Own} own @returns {string} */
function nameFor({ isOwn, recipe, values, on }) {
  const { kind, corrupt, latentdim, on: set } = values;
  const what = { ae: "ae", linear: "ae-linear", dae: `dae-${corrupt}`, vae: "vae" }[kind];
  const start = isOwn ? `my-${what}-${latentdim}` : `my-${recipe}`;
  return `${start}${on ? `-${set}` : ""}`
    .toLowerCase()
    .replace(/[^a-z0-9._-]/g, "")
    .replace(/[^a-z0-9]+$/, "");
}

/** @param {Recipe[]} recipes @returns {Map<string, string[]>} names by what they are for */
function groupsOf(recipes) {
  const plain = recipes.find(({ name }) => name === "vae-2");
  const groups = new Map(
    ["Variational autoencoders", "Autoencoders", "Denoising autoencoders", "The weight of the KL term"].map((label) => [
      label,
      /** @type {string[]} */ ([]),
    ]),
  );
  for (const { name, model, training } of recipes) {
    const isRung = plain !== undefined && name !== plain.name && same(model, plain.model);
    const [vae, ae, dae, ladder] = [...groups.values()];
    (isRung ? ladder : model.kind === "vae" ? vae : training.corruption ? dae : ae).push(name);
  }
  return new Map([...groups].filter(([, names]) => names.length));
}

/** @param {object} a @param {object} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** @param {string} text @returns {(Node | string)[]} all its terms explain themselves */
function glossedWhole(text) {
  const found = Object.entries(terms).map(([key, { pattern }]) => ({ key, at: text.search(new RegExp(pattern)) }));
  const keys = found
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ key }) => key);
  return glossed(text, ...keys);
}
