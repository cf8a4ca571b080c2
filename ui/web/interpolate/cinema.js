/** The pictures of the open mode at the player's time: large, as strips, as a film to take away. */

import { digitCanvas, digitName, paint, shape } from "../kit/digits.js";
import { element, formatNumber, modelTag } from "../kit/dom.js";
import { FilmStrip } from "../player/along.js";
import { Player } from "../player/player.js";
import { get } from "../state/parameters.js";
import { rowsOfCodes } from "./between/rows.js";

/** @typedef {import("./mode.js").Mode} Mode */
/** @typedef {import("./mode.js").Side} Side */

const TASK = "strips";

export class Cinema {
  /**
   * @param {import("../kit/slices.js").Slices} slices
   * @param {() => void} schedule calls `paint` in the next frame
   * @param {() => void} onRest the hand is about to come to rest
   */
  constructor(slices, schedule, onRest) {
    this.slices = slices;
    this.schedule = schedule;
    this.onRest = onRest;
    /** Null while it opens: it cannot be asked for pictures then. @type {Mode | null} */
    this.mode = null;
    this.time = 0;
    this.hasChanged = false;
    // Of all strips, the picture that is developed next.
    this.next = 0;
    this.picture = new Float32Array(shape.pixels);
    this.stage = new Stage((t) => this.seek(t));
    this.player = new Player({ onTime: (t) => this.onTime(t), onPlay: onRest, onRest });
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.place = element("div", { class: "stage-place" }, this.stage.element);
    this.element = element("div", { class: "show" }, this.place, this.player.element);
  }

  /** @param {Mode} mode opened @param {number | null} t where it stands still; null where it moves */
  begin(mode, t) {
    const { timeline } = mode;
    const isPlace = timeline.endless ? get("when") > 0 : t !== null;
    this.player.open({ ...timeline, ...(t !== null && !timeline.endless ? { t } : {}), plays: !isPlace });
    this.time = this.player.time;
  }

  /** @param {Mode} mode opened, in place of any other */
  show(mode) {
    this.mode = mode;
    this.place.replaceChildren(mode.replacesStage ?? this.stage.element);
    this.stage.furnish(!mode.timeline.endless, Boolean(mode.nearestAt));
    this.hasChanged = true;
    this.paint();
  }

  /** What is on show stays, and follows nothing. */
  hold() {
    this.mode = null;
    this.slices.cancel(TASK);
  }

  /** @returns {number | null} where it stands still; null where it moves, or has no end */
  get rests() {
    const { mode, player } = this;
    return player.playing || !mode || mode.timeline.endless ? null : player.time;
  }

  /** @param {number} t */
  onTime(t) {
    this.time = t;
    this.paint();
    if (!this.player.playing) this.onRest();
  }

  /** @param {number} t */
  seek(t) {
    this.player.pause();
    this.player.seek(t);
  }

  /** The pictures are others. */
  changed() {
    this.hasChanged = true;
    this.schedule();
    this.onRest();
  }

  paint() {
    const { mode, stage, picture, time } = this;
    if (!mode) return;
    if (this.hasChanged) this.follow(mode);
    if (!mode.replacesStage) {
      stage.figures.forEach((figure, side) => {
        mode.pictureAt(side, time, picture);
        paint(figure.picture, picture);
        if (mode.nearestAt) figure.showNearest(mode.nearestAt(side, time));
        if (!mode.timeline.endless) figure.strip.mark(time);
      });
    }
    mode.onTime(time);
  }

  /** What takes longer than the large pictures. @param {Mode} mode */
  follow(mode) {
    this.hasChanged = false;
    this.player.duration_s = mode.timeline.duration_s ?? this.player.duration_s;
    const words = mode.problem?.() ?? "";
    this.problem.hidden = !words;
    if (this.problem.textContent !== words) this.problem.textContent = words;
    if (!mode.replacesStage && !mode.timeline.endless) {
      this.slices.start(TASK, this.develop(mode), () => {});
    }
  }

  /** Goes on from where it is: a digit that keeps changing must reach the last picture, too. @param {Mode} mode */
  *develop(mode) {
    const { stage, picture } = this;
    const all = FRAMES * stage.figures.length;
    for (let due = all; due > 0; due--) {
      const side = this.next % stage.figures.length;
      const k = Math.floor(this.next / stage.figures.length) % FRAMES;
      mode.pictureAt(side, k / (FRAMES - 1), picture);
      stage.figures[side].strip.paint(k, picture);
      this.next = (this.next + 1) % all;
      yield;
    }
  }

  /**
   * @param {HTMLElement} root of the component @param {Side[]} sides
   * @returns {import("../player/take_away.js").Source | null} what is on show
   */
  film(root, sides) {
    const { mode, player } = this;
    if (!mode) return null;
    const name = ["interpolate", ...sides.map((side) => side.name), mode.fileName()].join("-");
    const { saveStill } = mode;
    return {
      root,
      name,
      panels: sides.map((side, i) => ({
        caption: side.name,
        colour: side.colour,
        pictureAt: (t, out) => mode.pictureAt(i, t, out),
      })),
      film: (frames) => player.film(frames),
      note: mode.caption(),
      rows: (times) => mode.rows?.() ?? rowsOfCodes(mode, sides, times),
      saveStill: saveStill?.bind(mode),
    };
  }

  close() {
    this.player.close();
  }
}

/** @typedef {import("../kit/mount.js").ModelData} ModelData */

const FRAMES = 11;
const NOTHING = "\u00a0";

/** The picture of each model, large, the real digit nearest to it, and eleven pictures of the way. */
class Stage {
  /** @param {(t: number) => void} onSeek */
  constructor(onSeek) {
    this.onSeek = onSeek;
    /** @type {Figure[]} */
    this.figures = [];
    this.element = element("div", { class: "figures" });
  }

  /** @param {ModelData[]} models shown at once, before they are there */
  announce(models) {
    const kept = new Map(this.figures.map((figure) => [figure.name, figure]));
    this.figures = models.map((model) => kept.get(model.name) ?? new Figure(model, this.onSeek));
    this.element.dataset.models = String(models.length);
    this.element.replaceChildren(...this.figures.map((figure) => figure.element));
  }

  /** @param {string[]} colours */
  recolour(colours) {
    this.figures.forEach((figure, i) => {
      figure.element.style.setProperty("--colour", colours[i]);
      figure.strip.recolour(colours[i]);
    });
  }

  /** @param {string | null} words in place of the nearest digit */
  wait(words) {
    for (const figure of this.figures) figure.say(words ?? NOTHING);
  }

  /** @param {boolean} hasStrip @param {boolean} hasNearest */
  furnish(hasStrip, hasNearest) {
    for (const figure of this.figures) {
      figure.strip.element.hidden = !hasStrip;
      figure.nearest.hidden = !hasNearest;
    }
  }
}

class Figure {
  /** @param {ModelData} model @param {(t: number) => void} onSeek */
  constructor({ name, label }, onSeek) {
    this.name = name;
    this.picture = digitCanvas({ class: "big", role: "img", "data-model": name, "aria-label": `Decoded by ${name}` });
    this.strip = new FilmStrip({ frames: FRAMES, label: `The way of ${name}`, onSeek });
    this.neighbour = digitCanvas({ "aria-hidden": "true" });
    this.words = element("span", { class: "words" }, NOTHING);
    this.nearest = element(
      "p",
      { class: "nearest", title: "The nearest real digit, and its Euclidean distance over all pixels" },
      this.neighbour,
      this.words,
    );
    this.row = -1;
    this.neighbour.style.visibility = "hidden";
    this.element = element(
      "figure",
      { class: "figure", title: label },
      modelTag(name),
      this.picture,
      this.nearest,
      this.strip.element,
    );
  }

  /** @param {import("./mode.js").Nearest | null} digit null where none is known */
  showNearest(digit) {
    const { neighbour } = this;
    this.say(digit ? `${digitName(digit.label, digit.row)}, ${formatNumber(digit.distance, 1)} away` : NOTHING);
    const row = digit?.pixels ? digit.row : -1;
    if (row === this.row) return;
    this.row = row;
    neighbour.style.visibility = row < 0 ? "hidden" : "";
    if (digit?.pixels) paint(neighbour, digit.pixels);
  }

  /** @param {string} words */
  say(words) {
    if (this.words.textContent !== words) this.words.textContent = words;
  }
}
