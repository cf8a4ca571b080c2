/** The epoch that is looked at: played, scrubbed, or the newest for as long as nobody has gone back. */

import { button, element } from "../../kit/dom.js";
import { Player } from "../../player/player.js";
import { get, put } from "../../state/parameters.js";

const GLIDE_MS = 90;
const NEAR = 0.01;
// From one epoch to the next, as the film does it; and a film neither flits by nor lasts.
const EPOCH_S = 0.2;
const FILM_S = { least: 1.6, most: 24 };

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Moment {
  /** @param {(at: number) => void} onMove at most once a frame, with where it is: in epochs, between whole ones as well */
  constructor(onMove) {
    this.onMove = onMove;
    this.at = 0;
    /** The newest epoch, and how many the bar has room for. */
    this.last = 0;
    this.span = 0;
    this.isGrowing = false;
    /** Follows the newest. */
    this.isLive = true;
    /** Where it glides to. @type {number | null} */
    this.goal = null;
    /** What the player was last told: other times are the hand's, or played. */
    this.told = 0;
    this.before = 0;
    this.player = new Player({
      onTime: (t) => this.onTime(t),
      onPlay: (isPlaying) => (isPlaying ? this.begin() : this.rest()),
      onRest: () => this.rest(),
    });
    this.player.range.setAttribute("aria-label", "Epoch");
    this.live = button(element("span", {}, "Live"), () => this.follow(), {
      class: "live",
      title: "Follow the newest epoch",
    });
    this.element = element("div", { class: "moment" }, this.player.element);
    this.open();
  }

  /** For other runs. */
  open() {
    const wanted = get("epoch");
    Object.assign(this, { at: wanted ?? 0, last: 0, span: 0, isLive: wanted === null, goal: null });
    this.player.open({ frames: 2 });
    this.refresh();
  }

  /** @param {{last: number, span: number, isGrowing: boolean}} known the newest epoch, how many there are to be, and whether more come */
  extend({ last, span, isGrowing }) {
    const [isFirst, leap] = [!this.last && last > 0, last - this.at];
    Object.assign(this, { last, isGrowing });
    if (span !== this.span) {
      this.span = span;
      const duration_s = Math.min(FILM_S.most, Math.max(FILM_S.least, EPOCH_S * span));
      Object.assign(this.player, { frames: Math.max(2, span), duration_s, shownFrame: -1 });
    }
    this.refresh();
    if (!last) return;
    if (isFirst || this.at > last) {
      this.isLive ||= this.at >= last;
      this.go(this.isLive ? last : this.at);
    } else if (this.isLive && !this.player.playing) {
      if (leap > 2) this.at = last - 1;
      this.glide(last);
    } else {
      this.go(this.at);
    }
  }

  /** @param {number} at for a hand that holds it */
  scrub(at) {
    this.player.pause();
    this.isLive = at >= this.last;
    this.goal = null;
    this.go(at);
    this.say();
  }

  /** @param {number} by so many whole epochs */
  step(by) {
    this.player.pause();
    const to = this.inside(Math.round((this.goal ?? this.at) + by));
    this.isLive = to >= this.last;
    this.glide(to);
    this.say();
  }

  /** The newest, from now on. */
  follow() {
    this.player.pause();
    this.isLive = true;
    this.glide(this.last);
    this.say();
  }

  /** Plays, at the end from the first epoch on. */
  begin() {
    this.goal = null;
    this.player.direction = 1;
    if (this.at >= this.last) this.go(1);
  }

  /** Comes to rest on a whole epoch. */
  rest() {
    // What the hand has just set and no frame has shown yet.
    if (this.player.time !== this.told) this.hear(this.player.time);
    if (this.last && !this.isLive) this.glide(Math.round(this.at));
    this.say();
  }

  /** @param {number} at @returns {number} where there is something to see */
  inside(at) {
    return Math.min(this.last, Math.max(Math.min(1, this.last), at));
  }

  /** @param {number} at */
  go(at) {
    this.at = this.inside(at);
    this.told = this.span > 1 ? Math.max(0, this.at - 1) / (this.span - 1) : 0;
    this.player.seek(this.told);
  }

  /** @param {number} to an epoch */
  glide(to) {
    this.goal = to;
    this.before = performance.now();
    this.go(isStill() ? to : this.at);
  }

  /** @param {number} t of the player, once a frame */
  onTime(t) {
    if (t !== this.told) this.hear(t);
    else if (this.goal !== null) this.approach();
    this.refresh();
    this.onMove(isStill() ? Math.round(this.at) : this.at);
  }

  /** @param {number} t by the hand, or played */
  hear(t) {
    const at = 1 + t * (this.span - 1);
    this.goal = null;
    this.isLive = at >= this.last && !this.player.playing;
    if (at > this.last) this.turn();
    else [this.at, this.told] = [this.inside(at), t];
    if (!this.player.playing) this.say();
  }

  /** Beyond the newest epoch. */
  turn() {
    const { player, last } = this;
    const isPlayed = player.playing;
    if (isPlayed && this.isGrowing) return this.follow();
    if (isPlayed && player.looping === "once") player.pause();
    player.direction = -1;
    this.go(isPlayed && player.looping === "repeat" ? 1 : last);
  }

  approach() {
    const now = performance.now();
    const way = /** @type {number} */ (this.goal) - this.at;
    const isThere = Math.abs(way) < NEAR;
    const at = isThere
      ? /** @type {number} */ (this.goal)
      : this.at + way * (1 - Math.exp((this.before - now) / GLIDE_MS));
    if (isThere) this.goal = null;
    this.before = now;
    this.go(at);
  }

  /** What the link has: nothing where it is the newest. */
  say() {
    if (this.last) put("epoch", this.isLive ? null : Math.round(this.goal ?? this.at));
  }

  refresh() {
    this.element.toggleAttribute("data-lacks", this.last < 1 || this.span < 2);
    this.live.toggleAttribute("data-lacks", !this.isGrowing);
    this.live.setAttribute("aria-pressed", String(this.isLive));
    const share = this.span > 1 ? (this.last - 1) / (this.span - 1) : 1;
    this.player.element.style.setProperty("--known", share.toFixed(4));
  }

  close() {
    this.player.close();
  }
}
