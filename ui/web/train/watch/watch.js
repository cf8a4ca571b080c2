/** What a run tells while it goes on, or those that are compared: progress, curves, codes, film. */

import { listenForKeys } from "../../gestures/keys.js";
import { actionButton } from "../../kit/controls.js";
import { element, modelTag } from "../../kit/dom.js";
import { Legend } from "../../kit/legend.js";
import { isDark, theme } from "../../kit/theme.js";
import { Bars } from "./bars.js";
import { CheckUp } from "./check_up.js";
import { Codes } from "./codes.js";
import { Curves } from "./curves.js";
import { Film } from "./film.js";
import { Follower } from "./follow.js";
import { Head, wordsOf } from "./head.js";
import { Moment } from "./moment.js";
import { saveWatched } from "./png.js";

/** @typedef {import("../server.js").Runs} Runs */
/** @typedef {{run: Follower, film: Film, caption: HTMLElement, words: Text, figure: HTMLElement}} Watched */

const TWO_CODES = /\b2 codes\b/;

export class Watch {
  /** @param {HTMLElement} root of the component, for its theme */
  constructor(root) {
    this.root = root;
    /** @type {Watched[]} */
    this.watched = [];
    /** @type {Runs | null} */
    this.known = null;
    this.frame = 0;
    /** What is drawn of each. @type {import("./curves.js").Curved[]} */
    this.shown = [];
    const redraw = () => this.schedule();
    this.moment = new Moment(() => this.paint());
    this.checkUp = new CheckUp();
    this.head = new Head((words) => this.checkUp.complain(words));
    const png = { name: "Picture", key: "s", title: "What is watched as a PNG", run: () => void this.savePng() };
    this.png = actionButton(png);
    this.head.keep.append(this.png);
    this.checkUp.element.append(this.head.keep);
    this.films = element("div", { class: "films" });
    this.legend = new Legend({ colours: [], onChange: redraw });
    this.codes = new Codes(redraw);
    this.bars = new Bars(() => this.renew());
    this.curves = new Curves({
      onScrub: (at) => this.moment.scrub(at),
      onStep: (by) => this.moment.step(by),
      onRest: () => this.moment.rest(),
    });
    this.nothing = element(
      "p",
      { class: "nothing" },
      "What is trained is watched here: start a training, or choose a run below.",
    );
    this.stage = element(
      "div",
      { class: "watch-stage" },
      this.head.element,
      this.moment.live,
      this.films,
      this.codes.element,
      this.moment.element,
      this.legend.element,
      this.curves.element,
      this.bars.element,
      this.checkUp.element,
    );
    this.element = element("section", { class: "watch", "aria-label": "The training" }, this.nothing, this.stage);
    this.leave = listenForKeys([...this.moment.player.actions, png]);
    this.show([]);
  }

  /** @param {import("../data.js").Data} data */
  take(data) {
    this.data = data;
    this.legend.recolour(data.colours.dark);
    this.renew();
  }

  /** @param {string[]} names of runs: one to watch, several to compare */
  show(names) {
    if (names.join(" ") === this.watched.map(({ run }) => run.name).join(" ") && names.length) return;
    for (const { run, film } of this.watched) {
      run.close();
      film.close();
    }
    this.watched = names.map((name) => this.watch(name));
    this.films.replaceChildren(...this.watched.map(({ figure }) => figure));
    this.moment.open();
    this.checkUp.clear();
    this.renew();
  }

  /** @param {string} name @returns {Watched} */
  watch(name) {
    const run = new Follower(name, () => this.renew());
    const film = new Film(() => this.schedule());
    const words = document.createTextNode("");
    const caption = modelTag(name, { as: "figcaption" }, element("span", { class: "state" }, words));
    return { run, film, caption, words, figure: element("figure", {}, film.element, caption) };
  }

  /** @param {Runs} runs as the server has them now */
  know(runs) {
    this.known = runs;
    this.renew();
  }

  /** @param {Follower} run */
  about({ name }) {
    return this.known?.runs.find((one) => one.name === name);
  }

  /** @param {Follower} run */
  isVae(run) {
    return run.history.isVae || (this.about(run)?.role ?? "vae") === "vae";
  }

  /** @param {Follower} run @returns {string} what it has to show beside its film and its loss */
  kindOf(run) {
    const { labels, last, started } = run.history;
    const isVae = this.isVae(run);
    const { ships, label = "" } = this.about(run) ?? {};
    if (ships) return "film-alone";
    // Before it has started only its label says what will come.
    if (labels || (!started && TWO_CODES.test(label))) return isVae ? "codes-kl" : "codes";
    return isVae && (!last || last.klCodes.length) ? "kl" : "film";
  }

  /** Everything that follows from what is known. */
  renew() {
    const { watched, data } = this;
    this.nothing.hidden = watched.length > 0;
    this.stage.hidden = !watched.length;
    if (!watched.length || !data) return;
    const shade = isDark(this.root) ? "dark" : "light";
    const isOne = watched.length === 1;
    const runs = watched.map(({ run }, i) => {
      const role = this.about(run)?.role ?? "vae";
      const colour = isOne ? data.kinds[role][shade] : data.colours[shade][i % 10];
      return {
        name: run.name,
        colour,
        isVae: this.isVae(run),
        digits: this.about(run)?.digits ?? "",
        history: run.history,
      };
    });
    watched.forEach(({ figure, words, run }, i) => {
      figure.style.setProperty("--colour", runs[i].colour);
      const { done, planned } = run.history;
      const far = run.isGrowing && done ? `, epoch ${done} of ${planned}` : "";
      words.data = run.state ? wordsOf(run.state, this.about(run)) + far : "";
    });
    this.shown = runs;
    this.png.hidden = !runs.some(({ history }) => history.last);
    const [{ history, colour }] = runs;
    this.stage.style.setProperty("--colour", colour);
    this.stage.dataset.shows = isOne ? this.kindOf(watched[0].run) : "several";
    const training = this.known?.training ?? false;
    if (isOne) this.head.show(watched[0].run, this.about(watched[0].run), training);
    this.bars.build(history.epochs);
    this.curves.build(runs);
    this.checkUp.show(watched.map(({ run }) => run));
    this.moment.extend({
      last: Math.max(...runs.map((one) => one.history.done)),
      span: Math.max(...watched.map(({ run }) => spanOf(run))),
      isGrowing: watched.some(({ run }) => run.isGrowing),
    });
    this.schedule();
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  paint() {
    const { watched, data, moment } = this;
    if (!watched.length || !data) return;
    const { at } = moment;
    for (const { run, film } of watched)
      film.draw(run.history.epochs, at, { name: run.name, isVae: this.isVae(run), words: lackOf(run) });
    const [{ run }] = watched;
    this.curves.mark(at);
    if (watched.length > 1) return;
    const look = { hidden: this.legend.hidden, colours: data.colours.dark, font: theme(this.root).font };
    this.codes.draw(run.history, at, this.isVae(run), look);
    this.bars.draw(run.history.epochs, at);
  }

  savePng() {
    const { shown, watched, codes, bars, curves, stage, moment } = this;
    if (this.png.hidden) return;
    const runs = shown.map(({ name, colour, history, digits }, i) => ({
      name,
      colour,
      film: watched[i].film.canvas,
      isFilmed: !watched[i].film.element.hasAttribute("data-lacks"),
      note: `epoch ${Math.min(Math.round(moment.at), history.done)} of ${history.planned || history.done}, ${digits.toUpperCase()}`,
    }));
    const plots = [...curves.panels.map(({ plot }) => plot), bars.plot].filter(
      ({ svg }) => svg.getClientRects().length,
    );
    const hasCodes = String(stage.dataset.shows).startsWith("codes");
    return saveWatched(this.root, { runs, codes: hasCodes ? codes.canvas : null, plots, curves: curves.summary });
  }

  close() {
    this.show([]);
    cancelAnimationFrame(this.frame);
    for (const part of [this.moment, this.codes, this.bars, this.curves]) part.close();
    this.leave();
  }
}

/** @param {Follower} run @returns {number} epochs that its bar has room for */
const spanOf = ({ state, history }) =>
  state === "done" || state === "stopped" ? history.done : Math.max(history.planned, history.done);

/** @param {Follower} run @returns {string} why there is no film yet */
function lackOf({ state, history }) {
  const step = history.steps.at(-1);
  if (history.last) return "no film of this epoch";
  if (step) return `first epoch: step ${step.step} of ${history.stepsEach}`;
  return state === "waiting" ? "waits for its turn" : state === "running" ? "starts …" : "";
}
