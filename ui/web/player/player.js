/**
 * A bar that plays, steps and scrubs through time, which is all it knows of; a page adopts `player.css` with it.
 *
 * Time runs from 0 to 1, or without an end from 0 on, in knots, as `RandomWalk` counts it.
 */

import { guardFinger } from "../gestures/finger.js";
import { button, element } from "../kit/dom.js";
import { STEPS } from "../maths/paths.js";
import { get, put } from "../state/parameters.js";
import { ICONS, icon, label, setIcon, stepButton } from "./icons.js";

/** @typedef {"alternate" | "repeat" | "once"} Looping as CSS names it */
/**
 * @typedef {object} Timeline
 * @property {number} [frames] that a step moves by one of
 * @property {boolean} [endless] there are `frames` steps a knot then, less one, as from 0 to 1 else
 * @property {number} [duration_s] from 0 to 1, or of a knot, at the speed 1 x
 * @property {number} [t] where it opens
 * @property {boolean} [plays] at once, unless the visitor wants no motion
 * @property {number[]} [marks] times to be seen on the bar, such as stops
 */

const SPEEDS = [0.25, 0.5, 1, 2];
const DURATION_S = 3.2;
// What of an endless time the bar shows.
const SHOWN_S = 60;
// Fewer frames a second would jerk: a film of few frames is a short one.
const FILM_RATE = 20;
// A page that comes back from behind others goes on where it was, more or less.
const LONGEST_MS = 1000;

/** @type {Record<Looping, {title: string, icon: string}>} */
const LOOPS = {
  alternate: { title: "There and back", icon: "M3 10h14M6.5 6.5L3 10l3.5 3.5M13.5 6.5L17 10l-3.5 3.5" },
  repeat: { title: "Again from the start", icon: "M16 10a6 6 0 1 1-1.76-4.24L16 7.5M16 3.5v4h-4" },
  once: { title: "Once", icon: "M3 10h11M10.5 6.5L14 10l-3.5 3.5M17 5v10" },
};
const ORDER = /** @type {Looping[]} */ (Object.keys(LOOPS));

// Where keys of the same name have a meaning of their own.
const PRESSED_BY_SPACE = "button, a, summary, input, [role=button], [role=switch], [role=tab], [role=option]";
const MOVED_BY_ARROWS =
  "input, [role=slider], [role=group], [role=radiogroup], [role=tablist], [role=toolbar], [role=grid], [role=tab]";

export class Player {
  /**
   * @param {object} listener
   * @param {(t: number) => void} listener.onTime at most once a frame
   * @param {(playing: boolean) => void} [listener.onPlay]
   * @param {() => void} [listener.onRest] the hand has let go: of the bar, or of a key
   */
  constructor({ onTime, onPlay = () => {}, onRest = () => {} }) {
    this.listener = { onTime, onPlay, onRest };
    this.playing = false;
    this.time = 0;
    /** @type {Looping} */
    this.looping = /** @type {Looping} */ (get("loop"));
    this.speed = Number(get("speed"));
    this.frames = STEPS;
    this.endless = false;
    this.duration_s = DURATION_S;
    // Of an alternating time; 1 there, -1 back.
    this.direction = 1;
    // Of the part of an endless time that the bar shows.
    this.low = 0;
    this.frame = 0;
    this.before = 0;
    this.shownFrame = -1;

    this.playIcon = icon(ICONS.play, "solid");
    this.playButton = button(this.playIcon, () => this.toggle(), { class: "play", "aria-keyshortcuts": "Space" });
    this.range = element("input", { type: "range", min: 0, max: 1, step: "any", value: 0, "aria-label": "Time" });
    guardFinger(this.range, (place) => {
      this.pause();
      this.seek(this.low + place * this.span);
    });
    this.range.addEventListener("change", () => this.listener.onRest());
    this.marks = element("span", { class: "marks", "aria-hidden": "true" });
    this.count = document.createTextNode("");
    this.loopIcon = icon(LOOPS.alternate.icon, "line");
    this.loopButton = button(this.loopIcon, () => this.nextLoop(), { "aria-keyshortcuts": "L" });
    this.speedButton = button("", () => this.nextSpeed(), { class: "speed" });
    this.element = element(
      "div",
      { class: "player", role: "group", "aria-label": "Player", onmousedown: keepFocus },
      this.playButton,
      element(
        "span",
        { class: "steps" },
        stepButton("One frame back", "ArrowLeft", ICONS.back, () => this.step(-1)),
        stepButton("One frame on", "ArrowRight", ICONS.on, () => this.step(1)),
      ),
      element("span", { class: "scrub" }, this.marks, this.range),
      element("span", { class: "count" }, this.count),
      this.loopButton,
      this.speedButton,
    );
    /** For `listenForKeys`. */
    this.actions = this.keys();
    this.refresh();
  }

  /** @returns {import("../kit/controls.js").Action[]} */
  keys() {
    // A radio button that is chosen cannot be chosen again.
    const spaceLeft = (/** @type {Element} */ target) =>
      target !== this.range && target.closest(PRESSED_BY_SPACE) !== null && !target.matches("[type=radio]:checked");
    const leaves = (/** @type {Element} */ target) =>
      !this.element.contains(target) && target.closest(MOVED_BY_ARROWS) !== null;
    const [step, jump] = [{ repeats: true, leaves }, { leaves }];
    return [
      { name: "Play", key: " ", title: "Play or pause", leaves: spaceLeft, run: () => this.toggle() },
      { name: "Back", key: "arrowleft", title: "One frame back", ...step, run: () => this.step(-1) },
      { name: "On", key: "arrowright", title: "One frame on", ...step, run: () => this.step(1) },
      { name: "Start", key: "home", title: "To the start", ...jump, run: () => this.jump(0) },
      { name: "End", key: "end", title: "To the end", ...jump, run: () => this.jump(this.high) },
      { name: "Loop", key: "l", title: "How it goes on at the end", run: () => this.nextLoop() },
    ];
  }

  /** Begins anew. @param {Timeline} [timeline] */
  open({ frames = STEPS, endless = false, duration_s = DURATION_S, t = 0, plays = false, marks = [] } = {}) {
    this.pause();
    Object.assign(this, { frames, endless, duration_s, direction: 1, low: 0, shownFrame: -1 });
    this.mark(marks);
    this.loopButton.hidden = endless;
    this.seek(t);
    if (plays && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.play();
  }

  /** @param {number[]} times to be seen on the bar */
  mark(times) {
    this.marks.replaceChildren(...times.map((t) => element("i", { style: `--mark: ${t}` })));
  }

  /** How much time the bar shows. */
  get span() {
    return this.endless ? SHOWN_S / this.duration_s : 1;
  }

  /** Where the bar ends. */
  get high() {
    return this.low + this.span;
  }

  /** @param {number} t brought into the timeline */
  seek(t) {
    this.time = Math.max(0, this.endless ? t : Math.min(1, t));
    this.request();
  }

  play() {
    if (this.playing) return;
    if (!this.endless && this.looping !== "alternate" && this.time === 1) this.time = 0;
    this.playing = true;
    this.before = 0;
    this.request();
    this.refresh();
    this.listener.onPlay(true);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.refresh();
    this.listener.onPlay(false);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** To the next whole frame that way. @param {1 | -1} way */
  step(way) {
    const place = this.time * (this.frames - 1);
    // What lies on a frame but for rounding is on it.
    const next = way > 0 ? Math.floor(place + 1e-6) + 1 : Math.ceil(place - 1e-6) - 1;
    this.jump(next / (this.frames - 1));
  }

  /** @param {number} t */
  jump(t) {
    this.pause();
    this.seek(t);
    this.listener.onRest();
  }

  nextLoop() {
    this.looping = ORDER[(ORDER.indexOf(this.looping) + 1) % ORDER.length];
    this.direction = 1;
    put("loop", this.looping);
    this.refresh();
  }

  nextSpeed() {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length];
    put("speed", String(this.speed));
    this.refresh();
  }

  /**
   * What it plays, as a film: there and back in so many frames where it goes there and back, from now on where time
   * has no end.
   * @param {number} frames at least 2
   * @returns {{times: number[], fps: number, loop: boolean}} faster and slower as it is here
   */
  film(frames) {
    const { endless, looping, time, duration_s, speed } = this;
    const timeAt = (/** @type {number} */ k) => {
      if (endless) return time + (k * speed) / duration_s / FILM_RATE;
      return looping === "alternate" ? 1 - Math.abs(1 - (2 * k) / frames) : k / (frames - 1);
    };
    return {
      times: Array.from({ length: frames }, (_, k) => timeAt(k)),
      fps: endless ? FILM_RATE : Math.round(FILM_RATE * speed),
      loop: endless || looping !== "once",
    };
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.playing = false;
  }

  request() {
    this.frame ||= requestAnimationFrame(this.tick);
  }

  tick = (/** @type {number} */ now) => {
    this.frame = 0;
    if (this.playing) {
      // By the clock: a frame that came late is skipped, not made up for.
      if (this.before) this.advance((Math.min(now - this.before, LONGEST_MS) / 1000) * (this.speed / this.duration_s));
      this.before = now;
    }
    this.draw();
    this.listener.onTime(this.time);
    if (this.playing) this.request();
  };

  /** @param {number} by of time, above 0 */
  advance(by) {
    if (this.endless) {
      this.time += by;
    } else if (this.looping === "alternate") {
      const phase = ((this.direction > 0 ? this.time : 2 - this.time) + by) % 2;
      this.direction = phase < 1 ? 1 : -1;
      this.time = phase < 1 ? phase : 2 - phase;
    } else if (this.looping === "repeat") {
      this.time = (this.time + by) % 1;
    } else {
      this.time = Math.min(1, this.time + by);
      if (this.time === 1) this.pause();
    }
  }

  draw() {
    const { range, time, span, endless, frames } = this;
    if (endless) this.low = Math.min(time, Math.max(this.low, time - span));
    const place = (time - this.low) / span;
    range.valueAsNumber = place;
    range.style.setProperty("--at", place.toFixed(4));
    const shown = endless ? Math.floor(time * this.duration_s) : Math.round(time * (frames - 1));
    if (shown === this.shownFrame) return;
    this.shownFrame = shown;
    this.count.data = endless ? clock(shown) : `${shown + 1} / ${frames}`;
    range.setAttribute("aria-valuetext", endless ? clock(shown) : `frame ${shown + 1} of ${frames}`);
  }

  /** What the buttons show and say. */
  refresh() {
    const { playing, looping, speed } = this;
    setIcon(this.playIcon, playing ? ICONS.pause : ICONS.play);
    label(this.playButton, playing ? "Pause" : "Play", "Space");
    setIcon(this.loopIcon, LOOPS[looping].icon);
    this.loopButton.dataset.loop = looping;
    label(this.loopButton, LOOPS[looping].title, "L");
    this.speedButton.textContent = `${speed}×`;
    this.speedButton.title = "Speed";
    this.speedButton.setAttribute("aria-label", `Speed ${speed}×`);
    this.element.toggleAttribute("data-playing", playing);
  }
}

/** A button that a mouse presses gets no focus, or the next Space would press it again. @param {Event} event */
function keepFocus(event) {
  if (event.target instanceof Element && event.target.closest("button")) event.preventDefault();
}

/** @param {number} seconds @returns {string} such as 1:07 */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
