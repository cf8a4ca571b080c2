/** The pictures of the open mode at the player's time: large, as strips, as a film to take away. */

import { paint } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { PIXELS } from "../nn/nn.js";
import { Player } from "../player/player.js";
import { get } from "../state/parameters.js";
import { rowsOfCodes } from "./between/rows.js";
import { FRAMES, Stage } from "./stage.js";

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
    this.picture = new Float32Array(PIXELS);
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
