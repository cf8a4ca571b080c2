/** The way between digits, on both models at once: one player, four modes, and what they have in common. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { Alert } from "../kit/alert.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { Slices } from "../kit/slices.js";
import { modelColours } from "../kit/theme.js";
import along from "../player/along.css";
import player from "../player/player.css";
import takeAway from "../player/take_away.css";
import { TakeAway } from "../player/take_away.js";
import { tellIfSlow } from "../server/load.js";
import { loadEncodings, loadModel } from "../server/models.js";
import { announce, contribute } from "../state/live_link.js";
import { get, put } from "../state/parameters.js";
import { openStops } from "../state/stops.js";
import { AttributeMode } from "./attribute.js";
import { BetweenMode } from "./between/between.js";
import interpolateTable from "./between/interpolate_table.css";
import { Cinema } from "./cinema.js";
import { CornersMode } from "./corners/corners.js";
import interpolateCorners from "./corners/interpolate_corners.css";
import interpolate from "./interpolate.css";
import interpolateModes from "./interpolate_modes.css";
import interpolateStops from "./interpolate_stops.css";
import { ModeChooser } from "./mode.js";
import { WalkMode } from "./walk.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/** @typedef {import("./mode.js").Mode} Mode */
/** @typedef {import("./mode.js").ModeName} ModeName */
/** @typedef {import("./mode.js").Side} Side */
/**
 * @typedef {object} InterpolateData see ui/components/interpolate.py
 * @property {ModelData[]} models
 * @property {string} digits
 * @property {number} seed
 */

/** @type {Record<ModeName, new (host: import("./mode.js").Host) => Mode>} */
const MODE_CLASSES = { between: BetweenMode, corners: CornersMode, attribute: AttributeMode, walk: WalkMode };
const REST_MS = 600;
let isFirst = true;

export class InterpolateView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Side[]} */
    this.sides = [];
    /** The one that was chosen last, open or opening. @type {Mode | null} */
    this.mode = null;
    /** The one that the player's time is of. @type {Mode | null} */
    this.begun = null;
    /** @type {string | undefined} what is shown, or on its way */
    this.wanted = undefined;
    this.isLoading = false;
    /** @type {Map<ModeName, Mode>} */
    this.modes = new Map();
    this.restTimer = 0;
    this.opened = 0;
    this.slices = new Slices();
    this.cinema = new Cinema(this.slices, () => this.restSoon());
    this.tray = new Tray({
      label: "Digit in hand",
      onDigit: (chosen, deed) => this.cinema.mode?.onDigit(chosen, deed),
    });
    this.takeAway = new TakeAway({ source: () => this.cinema.film(root, this.sides) });
    this.chooser = new ModeChooser((mode) => this.chooseMode(mode));
    this.alert = new Alert();
    this.heard = element("p", { class: "heard", role: "status" });
    this.above = element("div", { class: "above" });
    this.below = element("div", { class: "below" });
    const inputs = element("div", { class: "inputs" }, this.tray.element);
    root.replaceChildren(
      this.chooser.element,
      this.alert.element,
      this.above,
      this.cinema.problem,
      element("div", { class: "theatre" }, this.cinema.element, inputs),
      this.heard,
      this.below,
      this.takeAway.element,
    );
    /** @type {import("./mode.js").Host} */
    this.host = {
      tray: this.tray,
      slices: this.slices,
      changed: () => this.cinema.changed(),
      seek: (t) => this.cinema.seek(t),
      time: () => this.cinema.player.time,
      rest: () => this.restSoon(),
    };
    this.leave = [
      listenForKeys([...this.cinema.player.actions, ...this.takeAway.actions]),
      leaveListsChosenFrom(),
      contribute(() => this.linkQuery()),
      () => this.slices.stop(),
      () => this.takeAway.close(),
      () => this.cinema.close(),
      () => this.tray.close(),
    ];
    this.leaveMode = () => {};
    // Not from a link.
    this.arrives = !isFirst;
    isFirst = false;
  }

  /**
   * Takes what Python or the theme changed, and leaves the rest as it is.
   * @param {InterpolateData} data
   */
  update(data) {
    this.data = data;
    const names = data.models.map(({ name }) => name);
    const wanted = JSON.stringify([names, data.digits, data.seed]);
    if (wanted !== this.wanted) {
      this.wanted = wanted;
      void this.load(data);
    } else if (this.root.dataset.ready === "true") {
      this.recolour(data);
      this.mode?.recolour();
    }
  }

  /** @param {InterpolateData} data */
  recolour(data) {
    const colours = modelColours(
      this.root,
      data.models.map(({ colour }) => colour),
    );
    this.sides.forEach((side, i) => (side.colour = colours[i]));
    ["--left", "--right"].forEach((name, i) => this.root.style.setProperty(name, colours[i] ?? colours[0]));
    this.cinema.stage.recolour(colours);
  }

  /** @param {InterpolateData} data */
  async load(data) {
    const { wanted } = this;
    const { stage } = this.cinema;
    this.isLoading = true;
    this.root.dataset.ready = "false";
    this.root.setAttribute("aria-busy", "true");
    this.alert.hide();
    if (!this.sides.length) {
      stage.announce(data.models);
      this.recolour(data);
    }
    this.chooser.current = get("mode");
    const { digits, seed } = data;
    try {
      const all = Promise.all([
        Promise.all(data.models.map((model) => this.sideOf(model, digits))),
        this.tray.open({ digits, seed }),
      ]);
      const slow = () => wanted === this.wanted && !this.sides.length && stage.wait("loading …");
      const [sides] = await tellIfSlow(all, slow);
      await openStops(digits, this.tray.set?.size ?? 0);
      if (wanted !== this.wanted) return;
      this.isLoading = false;
      this.cinema.hold();
      stage.wait(null);
      stage.announce(data.models);
      this.sides = sides;
      this.digits = digits;
      this.recolour(this.data ?? data);
      await this.open(this.modeNamed(get("mode")));
    } catch (error) {
      if (wanted === this.wanted) this.complain(/** @type {Error} */ (error));
    }
  }

  /** @param {ModelData} model @param {string} digits @returns {Promise<Side>} */
  async sideOf({ name, label }, digits) {
    const known = this.sides.find((side) => side.name === name);
    const [model, encodings] = await Promise.all([
      known?.model ?? loadModel(name),
      known && digits === this.digits ? known.encodings : loadEncodings(name, digits),
    ]);
    return { name, label, colour: "", model, encodings };
  }

  /** @param {ModeName} name @returns {Mode} */
  modeNamed(name) {
    const mode = this.modes.get(name) ?? new MODE_CLASSES[name](this.host);
    this.modes.set(name, mode);
    return mode;
  }

  /** @param {ModeName} name */
  async chooseMode(name) {
    const { wanted } = this;
    put("mode", name);
    put("t", null);
    // What is on its way opens this one.
    if (this.isLoading || this.digits === undefined) return;
    this.alert.hide();
    try {
      await this.open(this.modeNamed(name));
    } catch (error) {
      if (wanted === this.wanted && get("mode") === name) this.complain(/** @type {Error} */ (error));
    }
  }

  /** @param {Mode} mode in place of the one that is open @throws {Error} in one sentence */
  async open(mode) {
    const { data, digits, wanted, cinema, root, sides } = this;
    if (!data || digits === undefined) return;
    const opening = ++this.opened;
    this.leaveMode();
    cinema.hold();
    this.mode = mode;
    this.leaveMode = () => mode.close();
    const opened = mode.open({ sides, digits, seed: data.seed, arrives: this.arrives });
    if (opened) await tellIfSlow(opened, () => root.setAttribute("aria-busy", "true"));
    // The same mode may have been opened again meanwhile.
    if (wanted !== this.wanted || opening !== this.opened) return;
    this.arrives = false;
    this.leaveMode = this.enter(mode);
    this.above.replaceChildren(mode.above);
    this.below.replaceChildren(mode.below);
    root.dataset.mode = mode.name;
    if (mode !== this.begun) cinema.begin(mode, get("t"));
    this.begun = mode;
    cinema.show(mode);
    root.dataset.ready = "true";
    root.removeAttribute("aria-busy");
    this.keepPlace(false);
    announce();
    this.restSoon();
  }

  /** @param {Mode} mode @returns {() => void} leaves it */
  enter(mode) {
    const stopKeys = listenForKeys(mode.actions);
    return () => {
      stopKeys();
      mode.close();
      this.leaveMode = () => {};
    };
  }

  /** Of a height that is none of its own. @param {boolean} isKept as long as nothing is there */
  keepPlace(isKept) {
    const { host } = /** @type {ShadowRoot} */ (this.root.getRootNode());
    /** @type {HTMLElement} */ (host).style.minHeight = isKept ? "" : "0";
  }

  /** @param {Error} error */
  complain(error) {
    this.isLoading = false;
    this.root.removeAttribute("aria-busy");
    this.cinema.stage.wait(null);
    const shown = this.sides.map(({ name }) => name).join(", ");
    const still = this.cinema.mode ? ` The page still shows ${shown}.` : "";
    this.alert.show(error.message + still, () => this.data && this.load(this.data));
  }

  /** @returns {import("../state/live_link.js").Query} */
  linkQuery() {
    if (!this.cinema.mode) return {};
    // Sooner than at rest: the link may be copied in the same breath.
    put("t", this.cinema.rests);
    return {};
  }

  restSoon() {
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.rest(), REST_MS);
  }

  /** The hand has come to rest, or the player: who does not see it is told, and the link. */
  rest() {
    const { cinema, heard } = this;
    if (!cinema.mode) return;
    const { endless } = cinema.mode.timeline;
    if (endless) put("when", cinema.player.playing ? 0 : cinema.player.time);
    const words = cinema.mode.caption();
    if (heard.textContent !== words) heard.textContent = words;
    announce();
  }

  close() {
    this.wanted = undefined;
    clearTimeout(this.restTimer);
    this.leaveMode();
    this.cinema.hold();
    for (const leave of this.leave) leave();
    this.keepPlace(true);
    this.root.replaceChildren();
    delete this.root.dataset.ready;
  }
}

export default component(
  "interpolate",
  [
    tray,
    pad,
    player,
    along,
    takeAway,
    interpolate,
    interpolateStops,
    interpolateTable,
    interpolateCorners,
    interpolateModes,
  ],
  (root) => new InterpolateView(root),
);
