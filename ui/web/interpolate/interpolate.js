/** The way between digits, on both models at once: one player, four modes, and what they have in common. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { ModelsBase } from "../kit/base.js";
import { shape } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { Slices } from "../kit/slices.js";
import along from "../player/along.css";
import player from "../player/player.css";
import { TakeAway } from "../player/take_away.js";
import { loadEncodings } from "../server/models.js";
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
import { modeChoice } from "./mode.js";
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
let isFirst = true;

/** @extends {ModelsBase<InterpolateData, Side[]>} */
export class InterpolateView extends ModelsBase {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** @type {Side[]} */
    this.sides = [];
    /** What the sides were asked for last. @type {string | undefined} */
    this.asked = undefined;
    /** @type {Promise<Side[]>} */
    this.loading = Promise.resolve([]);
    /** The one that was chosen last, open or opening. @type {Mode | null} */
    this.mode = null;
    /** The one that the player's time is of. @type {Mode | null} */
    this.begun = null;
    /** @type {Map<ModeName, Mode>} */
    this.modes = new Map();
    this.slices = new Slices();
    this.cinema = new Cinema(
      this.slices,
      () => this.schedule(),
      () => this.restSoon(),
    );
    this.tray = new Tray({
      label: "Digit in hand",
      onDigit: (chosen, change) => this.cinema.mode?.onDigit(chosen, change),
    });
    this.takeAway = new TakeAway({ source: () => this.cinema.film(root, this.sides) });
    this.chooser = modeChoice((mode) => this.chooseMode(mode));
    this.above = element("div", { class: "above" });
    this.below = element("div", { class: "below" });
    const inputs = element("div", { class: "inputs" }, this.tray.element);
    root.replaceChildren(
      this.chooser.element,
      this.wheel.element,
      this.alert.element,
      this.above,
      this.cinema.problem,
      element("div", { class: "theatre" }, this.cinema.element, inputs),
      this.heard,
      this.below,
      this.takeAway.element,
    );
    /** @type {import("./mode.js").Host} */
    this.modeHost = {
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

  get models() {
    return this.sides.map(({ model }) => model);
  }

  get namesShown() {
    return this.cinema.mode ? super.namesShown : [];
  }

  /** @param {InterpolateData} data */
  key(data) {
    return [...super.key(data), get("mode")];
  }

  /** @param {InterpolateData} data */
  refresh(data) {
    this.recolour(data);
    this.mode?.recolour?.();
  }

  /** @param {InterpolateData} data */
  recolour(data) {
    const colours = this.coloursOf(data);
    this.sides.forEach((side, i) => (side.colour = colours[i]));
    ["--left", "--right"].forEach((name, i) => this.root.style.setProperty(name, colours[i] ?? colours[0]));
    this.cinema.stage.recolour(colours);
  }

  /** @param {InterpolateData} data */
  announce(data) {
    this.chooser.value = get("mode");
    if (this.sides.length) return;
    this.cinema.stage.announce(data.models);
    this.recolour(data);
  }

  /** Another mode is no reason to load the models again. @param {InterpolateData} data */
  load(data) {
    const asked = JSON.stringify(super.key(data));
    if (asked !== this.asked) {
      this.asked = asked;
      this.loading = this.loadSides(data);
      this.loading.catch(() => (this.asked = undefined));
    }
    return this.loading;
  }

  /** @param {InterpolateData} data @returns {Promise<Side[]>} */
  async loadSides(data) {
    const { digits } = data;
    const [models, encodings] = await Promise.all([
      this.loadModels(data),
      Promise.all(data.models.map(({ name }) => this.encodingsOf(name, digits))),
      this.tray.open(data),
    ]);
    await openStops(digits, this.tray.set?.size ?? 0, shape.isDigit);
    return data.models.map(({ name, label }, i) => ({
      name,
      label,
      colour: "",
      model: models[i],
      encodings: encodings[i],
    }));
  }

  /** @param {string} name @param {string} digits */
  async encodingsOf(name, digits) {
    const known = digits === this.digits && this.sides.find((side) => side.name === name);
    return known ? known.encodings : loadEncodings(name, digits);
  }

  /** @param {InterpolateData | null} data */
  wait(data) {
    if (!data || !this.sides.length) this.cinema.stage.wait(data && "loading …");
  }

  /** @param {InterpolateData} data @param {Side[]} sides */
  async build(data, sides) {
    const { run, cinema, root } = this;
    this.leaveMode();
    cinema.hold();
    cinema.stage.announce(data.models);
    this.sides = sides;
    this.digits = data.digits;
    this.recolour(data);
    const mode = this.modeNamed(get("mode"));
    this.mode = mode;
    this.leaveMode = () => mode.close();
    await mode.open({ sides, digits: data.digits, seed: data.seed, arrives: this.arrives });
    if (run !== this.run) return;
    this.arrives = false;
    this.leaveMode = this.enter(mode);
    this.above.replaceChildren(mode.above);
    this.below.replaceChildren(mode.below);
    root.dataset.mode = mode.name;
    if (mode !== this.begun) cinema.begin(mode, get("t"));
    this.begun = mode;
    cinema.show(mode);
    this.endReservedPlace();
    announce();
    this.restSoon();
  }

  /** @param {ModeName} name @returns {Mode} */
  modeNamed(name) {
    const mode = this.modes.get(name) ?? new MODE_CLASSES[name](this.modeHost);
    this.modes.set(name, mode);
    return mode;
  }

  /** @param {ModeName} name */
  chooseMode(name) {
    put("mode", name);
    put("t", null);
    if (this.data) this.loadIfOther(this.data);
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

  /** @returns {import("../state/live_link.js").Query} */
  linkQuery() {
    if (!this.cinema.mode) return {};
    // Sooner than at rest: the link may be copied in the same breath.
    put("t", this.cinema.rests);
    return {};
  }

  redecode() {
    this.cinema.mode?.redecode();
  }

  paint() {
    this.cinema.paint();
  }

  get summary() {
    return this.cinema.mode?.caption() ?? "";
  }

  /** The hand has come to rest, or the player: the link is to say where, too. */
  rest() {
    const { mode, player } = this.cinema;
    if (!mode) return;
    if (mode.timeline.endless) put("when", player.playing ? 0 : player.time);
    super.rest();
    announce();
  }

  close() {
    this.leaveMode();
    this.cinema.hold();
    super.close();
  }
}

export default component(
  "interpolate",
  [tray, pad, player, along, interpolate, interpolateTable, interpolateCorners, interpolateModes],
  (root) => new InterpolateView(root),
);
