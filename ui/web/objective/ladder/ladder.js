/** The same three maps: without the KL term, with it, with nothing else; the middle one walks the ladder of beta. */

import { listenForKeys } from "../../gestures/keys.js";
import { Base } from "../../kit/base.js";
import { Toolbar } from "../../kit/controls.js";
import { element } from "../../kit/dom.js";
import { Legend } from "../../kit/legend.js";
import { component } from "../../kit/mount.js";
import legend from "../../kit/styles/legend.css";
import plot from "../../kit/styles/plot.css";
import { theme } from "../../kit/theme.js";
import { drawNumber, mulberry32, normals } from "../../maths/seeded_noise.js";
import { fetchTensors } from "../../server/load.js";
import { loadDecoder } from "../../server/models.js";
import { get, put, refuse } from "../../state/parameters.js";
import objective from "../objective.css";
import { LadderCurve } from "./curve.js";
import ladder from "./ladder.css";
import { DRAWS, LadderMap } from "./map.js";
import { Between, readRungs } from "./rungs.js";
import { LadderSlider } from "./slider.js";

/** @typedef {import("../../map/viewport.js").Place} Place */
/** @typedef {import("./rungs.js").Rung} Rung */
/** @typedef {import("./rungs.js").RungData} RungData */
/** @typedef {{rungs: RungData[], lack: string, digits: string, seed: number, colours: {light: string[], dark: string[]}}} Data */
/** @typedef {{map: LadderMap, codes: Between, end: number | null, at: number, place: Place | null}} Shown
 *   a map, the rung it stays on, if any, and what is drawn: in rungs, -1 before, and the place of the cross */

// Among the codes of the first, and not where all those of the last lie.
const SPOT = "0.24_0.3";

/** @extends {Base<Data, Rung[]>} */
class LadderView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** @type {Rung[]} */
    this.rungs = [];
    /** @type {Shown[]} */
    this.shown = [];
    /** @type {Place} */
    this.place = [0, 0];
    /** @type {Float32Array[]} */
    this.eps = [];
    this.usual = 0;
    this.font = "";
    this.waiting = element("p", { class: "lack", hidden: true }, "loading the ladder of beta …");
    this.lack = element("p", { class: "lack", hidden: true });
    this.slider = new LadderSlider(
      () => this.schedule(),
      (rung) => put("rung", rung === this.usual ? "" : this.rungs[rung].key),
    );
    const onPlace = (/** @type {Place} */ place) => this.look(place);
    const onStep = (/** @type {number} */ across, /** @type {number} */ up) =>
      this.look([this.place[0] + across, this.place[1] + up]);
    this.maps = ["first", "middle", "last"].map((kind) => new LadderMap(kind, onPlace, onStep));
    this.curve = new LadderCurve();
    const another = {
      name: "Another draw of N(0, I)",
      key: "n",
      title: "Other small pictures: the same draws in all three models",
      run: () => this.draw(get("samples") + 1),
    };
    this.legend = new Legend({ colours: [], onChange: () => this.redraw() });
    const controls = element("div", { class: "controls" }, this.legend.element, new Toolbar([another]).element);
    this.stage = element(
      "div",
      { class: "stage", hidden: true },
      this.slider.element,
      ...this.maps.map((map) => map.element),
      this.curve.plot.element,
      controls,
    );
    root.replaceChildren(this.alert.element, this.waiting, this.lack, this.stage);
    this.observer = new ResizeObserver(() => this.measure());
    for (const { canvas } of this.maps) this.observer.observe(canvas);
    this.leave = [listenForKeys([another]), () => this.observer.disconnect(), () => this.curve.plot.close()];
  }

  get namesShown() {
    return this.rungs.length ? ["the ladder of before"] : [];
  }

  /** @param {Data} data */
  key({ rungs, digits }) {
    return [rungs.map(({ name }) => name), digits];
  }

  /** @param {Data} data @param {Data | undefined} before */
  take({ colours, lack }, before) {
    this.lack.textContent = lack;
    this.lack.hidden = !lack;
    this.font = theme(this.root).font;
    this.legend.recolour(colours.dark);
    if (before) this.redraw();
  }

  /** @param {Data | null} data */
  wait(data) {
    this.waiting.hidden = !data;
  }

  /** @param {Data} data @param {Data | undefined} before */
  refresh({ seed }, before) {
    if (seed !== before?.seed) this.draw(get("samples"));
  }

  /** @param {Data} data */
  async load({ rungs, digits }) {
    if (!rungs.length) return [];
    const found = readRungs(rungs, await fetchTensors(`ladders/${digits}/rungs.safetensors`));
    const first = new Set([found[0], found[startOf(found)], found[found.length - 1]]);
    await Promise.all([...first].map(takeDecoder));
    return found;
  }

  /** @param {Data} data @param {Rung[]} rungs */
  build(data, rungs) {
    this.rungs = rungs;
    this.stage.hidden = !rungs.length;
    if (!rungs.length) return this.endReservedPlace();
    const start = startOf(rungs);
    if (get("rung") && get("rung") !== rungs[start].key) {
      refuse("rung", `one of ${rungs.map(({ key }) => key).join(", ")}`);
    }
    this.place = /** @type {Place} */ ((get("spot") || SPOT).split("_").map(Number));
    const last = rungs.length - 1;
    const ends = [rungs[0].beta === 0 ? 0 : -1, -1, rungs[last].beta === null ? last : -1];
    this.shown = this.maps.flatMap((map, i) => {
      const isMiddle = i === 1;
      map.element.hidden = !isMiddle && ends[i] < 0;
      return map.element.hidden
        ? []
        : [{ map, codes: new Between(rungs[0].plane), end: isMiddle ? null : ends[i], at: -1, place: null }];
    });
    this.usual = usualOf(rungs);
    this.curve.clear();
    this.slider.build(rungs, start);
    this.draw(get("samples"));
    this.measure();
    this.paint();
    void this.loadStandings(data.digits);
    void this.loadOthers();
  }

  /** How much is lost and how many nats it takes, which the server may have to measure first. @param {string} digits */
  async loadStandings(digits) {
    const { rungs } = this;
    try {
      const { rate, distortion, active } = await fetchTensors(`ladders/${digits}/standings.safetensors`);
      if (rungs !== this.rungs) return;
      rungs.forEach((rung, i) => {
        rung.standing = { rate: rate.data[i], distortion: distortion.data[i], active: active.data[i] };
      });
      this.curve.build(rungs);
      this.schedule();
    } catch (error) {
      const again = () => void this.loadStandings(digits);
      if (rungs === this.rungs) this.alert.show(/** @type {Error} */ (error).message, again);
    }
  }

  /** The decoders that are still missing, the nearest to the hand first. */
  async loadOthers() {
    const { rungs, slider } = this;
    slider.input.setAttribute("aria-busy", "true");
    try {
      for (;;) {
        const missing = rungs.map((_, i) => i).filter((i) => !rungs[i].model);
        if (!missing.length) break;
        const away = (/** @type {number} */ i) => Math.abs(i - slider.at);
        await takeDecoder(rungs[missing.reduce((a, b) => (away(b) < away(a) ? b : a))]);
        if (rungs !== this.rungs) return;
        this.schedule();
      }
      slider.input.removeAttribute("aria-busy");
    } catch (error) {
      if (rungs === this.rungs) this.alert.show(/** @type {Error} */ (error).message, () => void this.loadOthers());
    }
  }

  /** @param {number} number of the draw */
  draw(number) {
    put("samples", number);
    const seed = /** @type {Data} */ (this.data).seed;
    // The stream of the desk's samples.
    this.eps = drawNumber(get("samples"), DRAWS, 2, normals(mulberry32(seed + 1)));
    this.schedule();
  }

  /** @param {Place} place in the home square at its edge where it is beyond; as exact as a link has it */
  look(place) {
    const inside = (/** @type {number} */ value) => Number(Math.min(1, Math.max(-1, value)).toFixed(3)) + 0;
    this.place = [inside(place[0]), inside(place[1])];
    put("spot", this.place.join("_"));
    this.schedule();
  }

  measure() {
    if (this.maps.map((map) => map.measure()).some(Boolean)) this.redraw();
  }

  /** The codes are to be drawn anew, as where the legend or the size is another. */
  redraw() {
    for (const one of this.shown) one.at = -1;
    this.schedule();
  }

  paint() {
    const { data, rungs, slider, place, eps } = this;
    if (!data || !rungs.length) return;
    slider.advance();
    const look = { hidden: this.legend.hidden, colours: data.colours.dark, font: this.font };
    for (const one of this.shown) {
      const at = one.end ?? slider.at;
      const moved = at !== one.at;
      if (moved) {
        one.codes.take(rungs[Math.floor(at)].plane, rungs[Math.ceil(at)].plane, at - Math.floor(at));
        one.map.drawCodes(one.codes, look);
        one.at = at;
      }
      if (moved || place !== one.place) one.map.drawMap(one.codes, place, look);
      one.place = place;
      one.map.decode(rungs[Math.round(at)], place, eps);
    }
    this.curve.show(slider.at);
  }

  close() {
    this.rungs = [];
    super.close();
  }
}

/** @param {Rung} rung */
async function takeDecoder(rung) {
  rung.model = await loadDecoder(rung.name);
}

/** @param {Rung[]} rungs @returns {number} beta 1, or else the middle of what is here */
function usualOf(rungs) {
  const one = rungs.findIndex(({ beta }) => beta === 1);
  return one < 0 ? rungs.length >> 1 : one;
}

/** @param {Rung[]} rungs @returns {number} what the link says, if that is here */
function startOf(rungs) {
  const said = rungs.findIndex(({ key }) => key === get("rung"));
  return said < 0 ? usualOf(rungs) : said;
}

export default component("ladder", [legend, plot, objective, ladder], (root) => new LadderView(root));
