/** How the loss falls: of one run its parts, of several one part each, over epochs or seconds. */

import { Choice } from "../../kit/controls.js";
import { element, formatNumber } from "../../kit/dom.js";
import { glossed } from "../../kit/glosses.js";
import { Plot } from "../../kit/plot.js";
import { get, put } from "../../state/parameters.js";
import { around } from "./history.js";

/** @typedef {import("./history.js").Part} Part */
/** @typedef {import("./history.js").History} History */
/** @typedef {{name: string, colour: string, isVae: boolean, digits: string, history: History}} Curved */
/** @typedef {{run: Curved, part: Part, kind: string, colour: string, words: string, value: Text}} Line */
/** @typedef {{plot: Plot, lines: Line[], place: (place: import("../../kit/plot.js").HandlePlace) => void, lead: Curved, top: number}} Panel axes that some lines share; `lead` is the run that has the most epochs */

/** @type {Part[]} */
const PARTS = ["loss", "reconstruction", "kl"];
/** @type {Record<Part, string>} */
const WORDS = { loss: "loss", reconstruction: "reconstruction", kl: "KL" };
const HEIGHT = 210;
const ROOM = 0.06;
// The first epochs would leave the others no room.
const FIRST = 0.12;
const UNKNOWN = "…";

export class Curves {
  /**
   * @param {object} hand
   * @param {(at: number) => void} hand.onScrub to a place, in epochs
   * @param {(by: number) => void} hand.onStep by whole epochs
   * @param {() => void} hand.onRest
   */
  constructor(hand) {
    this.hand = hand;
    /** @type {Curved[]} */
    this.runs = [];
    /** @type {Panel[]} */
    this.panels = [];
    this.at = 0;
    const renew = () => {
      this.build(this.runs);
      this.mark(this.at);
    };
    this.part = new Choice(
      "What is drawn",
      "curve",
      /** @type {const} */ ([
        ["all", "all"],
        ["loss", "loss"],
        ["reconstruction", "reconstruction"],
        ["kl", "KL"],
      ]),
      (value) => {
        put("curve", value);
        renew();
      },
      { value: get("curve") },
    );
    this.axis = new Choice(
      "Against what",
      "axis",
      /** @type {const} */ ([
        ["epochs", "epochs"],
        ["seconds", "seconds", "Of training alone: saving and drawing are not counted"],
      ]),
      (value) => {
        put("axis", value);
        renew();
      },
      { value: get("axis") },
    );
    this.legend = element("ul", { class: "lines" });
    this.plots = element("div", { class: "plots" });
    this.note = element("p", { class: "note", hidden: true });
    this.element = element(
      "section",
      { class: "curves", "aria-label": "Loss" },
      element("header", {}, this.part.element, this.axis.element),
      this.legend,
      this.plots,
      this.note,
    );
  }

  /** @param {Curved[]} runs anew: others, or with more epochs */
  build(runs) {
    this.runs = runs;
    const isOne = runs.length === 1;
    const hasKl = runs.some(({ isVae }) => isVae);
    this.part.element.hidden = !hasKl;
    this.part.options[0].element.hidden = !isOne;
    const part = hasKl ? get("curve") : "loss";
    this.part.value = !isOne && part === "all" ? "loss" : part;
    const shown = isOne && part === "all" ? PARTS : [part === "all" ? "loss" : part];
    const groups = isOne || part === "kl" ? [runs] : unitsOf(runs);
    this.note.hidden = groups.length < 2;
    this.note.textContent =
      "Losses of other digits or of another likelihood do not compare: they have axes of their own.";
    while (this.panels.length > groups.length) this.panels.pop()?.plot.close();
    while (this.panels.length < groups.length) this.panels.push(this.newPanel());
    groups.forEach((group, i) => this.fill(this.panels[i], group, shown));
    this.plots.replaceChildren(...this.panels.map(({ plot }) => plot.element));
    const lines = this.panels.flatMap((panel) => panel.lines);
    this.legend.replaceChildren(...lines.map((line) => entryOf(line, isOne)));
  }

  /** @returns {Panel} */
  newPanel() {
    const axis = { label: "", from: 0, to: 1 };
    const plot = new Plot("Loss of each epoch", axis, axis, { height: HEIGHT });
    const { onRest, onStep, onScrub } = this.hand;
    const place = plot.handle({
      label: "Epoch looked at",
      onDrag: (x) => onScrub(this.epochAt(panel, x)),
      onStep: (across, up) => onStep(across || up),
      onRest: () => {},
    });
    /** @type {Panel} */
    const panel = { plot, lines: [], place, lead: /** @type {never} */ (undefined), top: 1 };
    let isHeld = false;
    const follow = (/** @type {PointerEvent} */ event) => isHeld && onScrub(this.epochAt(panel, plot.at(event)[0]));
    plot.svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      isHeld = true;
      plot.svg.setPointerCapture(event.pointerId);
      follow(event);
    });
    plot.svg.addEventListener("pointermove", follow);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      plot.svg.addEventListener(end, () => {
        if (isHeld) onRest();
        isHeld = false;
      });
    }
    return panel;
  }

  /** @param {Panel} panel @param {Curved[]} runs @param {Part[]} parts */
  fill(panel, runs, parts) {
    const { plot } = panel;
    panel.lead = runs.reduce((a, b) => (b.history.done > a.history.done ? b : a));
    const isOne = this.runs.length === 1;
    panel.lines = runs.flatMap((run) =>
      parts
        .filter((part) => part !== "kl" || run.isVae)
        .map((part) => {
          const colour = part === "reconstruction" && isOne ? "var(--soft)" : run.colour;
          const look = isOne ? { kind: part, words: WORDS[part] } : { kind: "run", words: run.name };
          return { run, part, colour, ...look, value: document.createTextNode(UNKNOWN) };
        }),
    );
    const [low, high] = this.range(panel.lines, parts);
    panel.top = high;
    plot.axes(
      { label: get("axis") === "seconds" ? "seconds of training" : "epochs", from: 0, to: this.end(runs) },
      { label: "nats an image", from: low, to: high },
    );
    for (const key of [...plot.items.keys()]) if (key.startsWith("of ")) plot.remove(key);
    for (const { run, part, kind, colour } of panel.lines) {
      const { epochs, steps } = run.history;
      const stepsX = steps.map((one) => (get("axis") === "seconds" ? one.seconds : one.at));
      plot.line(
        `of steps ${run.name} ${part}`,
        stepsX,
        steps.map((one) => one[part]),
        `step ${kind}`,
      );
      plot.line(
        `of ${run.name} ${part}`,
        epochs.map((one) => this.x(one)),
        epochs.map((one) => one[part]),
        kind,
      );
      for (const key of ["of steps", "of"]) {
        plot.items.get(`${key} ${run.name} ${part}`)?.node.style.setProperty("--colour", colour);
      }
    }
    const mean = runs[0].history.meanImage;
    if (mean !== null && parts.includes("reconstruction") && mean > low && mean < high)
      plot.rule("of mean", { y: mean }, "always the mean image", "mean");
  }

  /** @param {import("./history.js").Epoch} one */
  x(one) {
    return get("axis") === "seconds" ? one.elapsed : one.epoch;
  }

  /** @param {Curved[]} runs @returns {number} where the axis ends: at the plan's, but for the first epoch */
  end(runs) {
    const ends = runs.map(({ history: { planned, done, last, steps } }) => {
      if (done < 2 && planned > 1 && get("axis") === "epochs") return 1;
      if (get("axis") === "epochs") return Math.max(planned, done);
      const each = last ? last.elapsed / done : 0;
      return last ? Math.max(last.elapsed, each * planned) : (steps.at(-1)?.seconds ?? 1);
    });
    return Math.max(...ends) || 1;
  }

  /** @param {Line[]} lines @param {Part[]} parts @returns {[number, number]} */
  range(lines, parts) {
    const values = lines.flatMap(({ run, part }) => {
      const { epochs, steps } = run.history;
      if (epochs.length < 2) return [...steps, ...epochs].map((one) => one[part]);
      return epochs.slice(Math.floor(FIRST * epochs.length)).map((one) => one[part]);
    });
    if (!values.length) return [0, 1];
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const room = ROOM * (most - least || Math.abs(most) || 1);
    return [parts.length > 1 ? Math.min(0, least) : least - room, most + room];
  }

  /** @param {Panel} panel @param {number} x along its axis @returns {number} in epochs, of the run that has the most */
  epochAt({ lead }, x) {
    if (get("axis") === "epochs") return x;
    const { epochs } = lead.history;
    const i = epochs.findIndex(({ elapsed }) => elapsed >= x);
    if (i < 0) return epochs.length;
    const [from, { epoch, elapsed }] = [epochs[i - 1] ?? { epoch: 0, elapsed: 0 }, epochs[i]];
    return from.epoch + ((x - from.elapsed) / (elapsed - from.elapsed)) * (epoch - from.epoch);
  }

  /** @param {number} at in epochs */
  mark(at) {
    this.at = at;
    for (const { plot, lines, lead, place, top } of this.panels) {
      const found = around(lead.history.epochs, at);
      plot.svg.toggleAttribute("data-lacks", !found);
      if (!found) continue;
      const x = mixed(found, (one) => this.x(one));
      plot.rule("now", { x });
      plot.dots(
        "now dots",
        lines.flatMap((line) => {
          const place = around(line.run.history.epochs, at);
          if (!place) return [];
          const value = formatNumber(near(place)[line.part]);
          if (line.value.data !== value) line.value.data = value;
          return [
            {
              x: mixed(place, (one) => this.x(one)),
              y: mixed(place, (one) => one[line.part]),
              kind: line.kind,
              r: 3.5,
            },
          ];
        }),
      );
      const dots = plot.items.get("now dots")?.node.children ?? [];
      lines.forEach((line, i) =>
        /** @type {SVGElement | undefined} */ (dots[i])?.style.setProperty("--colour", line.colour),
      );
      const one = near(found);
      place({ value: `epoch ${one.epoch}, loss ${formatNumber(one.loss)}`, x, y: top, now: one.epoch });
      this.element.dataset.epoch = String(one.epoch);
    }
  }

  /** What the lines are, in words. */
  get summary() {
    const isOne = this.runs.length === 1;
    const lines = this.panels.flatMap((panel) => panel.lines);
    const named = lines.map(({ words, value }) => `${words} ${value.data}`).join(", ");
    return isOne ? `${named} nats an image` : `${WORDS[lines[0]?.part ?? "loss"]} in nats an image: ${named}`;
  }

  close() {
    for (const { plot } of this.panels) plot.close();
  }
}

/** @typedef {NonNullable<ReturnType<typeof around>>} Between */

/** @param {Between} between @returns {import("./history.js").Epoch} */
const near = ({ before, after, share }) => (share > 0.5 ? after : before);

/** @param {Between} between @param {(one: import("./history.js").Epoch) => number} read */
const mixed = ({ before, after, share }, read) => read(before) + share * (read(after) - read(before));

/** @param {Line} line @param {boolean} isOne @returns {HTMLLIElement} */
function entryOf({ colour, part, kind, words, value }, isOne) {
  const swatch = element("i", { class: `swatch ${kind}`, style: `--colour: ${colour}` });
  const name = isOne && part === "kl" ? glossed(words, "kl") : [words];
  return element(
    "li",
    { title: isOne ? "nats an image" : `${WORDS[part]}, nats an image` },
    swatch,
    element("span", {}, ...name),
    element("b", {}, value),
  );
}

/** @param {Curved[]} runs @returns {Curved[][]} those whose losses compare, together */
function unitsOf(runs) {
  /** @type {Map<string, Curved[]>} */
  const groups = new Map();
  for (const run of runs) {
    const unit = `${run.digits} ${run.history.likelihood}`;
    groups.set(unit, [...(groups.get(unit) ?? []), run]);
  }
  return [...groups.values()];
}
