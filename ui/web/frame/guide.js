/** Things to see on a page, one click each; the welcome of a first visit; and what the terms mean. */

import { listenForKeys } from "../gestures/keys.js";
import { button, element, svg } from "../kit/dom.js";
import { Glosses } from "../kit/glosses.js";
import { component } from "../kit/mount.js";
import { addressBelow } from "../server/load.js";
import guide from "./guide.css";

/**
 * @typedef {{key: string, title: string, look: string, address: string}} Scene
 * @typedef {{scenes: Scene[], desk: string}} GuideData see ui/components/guide.py
 */

/** Names the scene in the address; no other part of the app reads it. */
const PARAMETER = "see";

export class GuideView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.list = element("nav", { class: "scenes", "aria-label": "Things to see" });
    this.look = element("p", { class: "look", role: "status", hidden: true });
    this.welcome = new Welcome();
    const help = {
      name: "?",
      key: "?",
      title: "What an autoencoder is, and what to do first",
      run: () => this.welcome.open(),
    };
    const look = { class: "help", title: `${help.title} (?)`, "aria-label": "? Help" };
    root.replaceChildren(
      element("div", { class: "row" }, this.list, button("?", help.run, look)),
      this.look,
      this.welcome.element,
    );
    this.glosses = new Glosses(root);
    this.leave = listenForKeys([help]);
  }

  /** @param {GuideData} data */
  update({ scenes, desk }) {
    this.welcome.deskAddress = addressBelow(desk);
    const seen = new URL(window.location.href).searchParams.get(PARAMETER);
    const now = scenes.find(({ key }) => key === seen);
    this.list.replaceChildren(
      element("span", {}, "Things to see"),
      ...scenes.map((scene) => this.link(scene, scene === now)),
    );
    this.list.hidden = scenes.length === 0;
    this.look.hidden = !now;
    this.look.textContent = now?.look ?? "";
    this.root.dataset.ready = "true";
    this.welcome.openOnce();
  }

  /** @param {Scene} scene @param {boolean} isNow */
  link(scene, isNow) {
    const target = addressBelow(scene.address);
    target.searchParams.set(PARAMETER, scene.key);
    return element("a", { href: target.href, title: scene.look, "aria-current": isNow && "true" }, scene.title);
  }

  close() {
    this.leave();
    this.glosses.close();
    this.root.replaceChildren();
    delete this.root.dataset.ready;
  }
}

const KEY = "latent-spaces.welcomed";
const WORDS = [
  "An *autoencoder* (AE) is two networks trained together: the encoder turns a picture into a few numbers, and the " +
    "decoder draws the picture again from those numbers alone.",
  "The numbers are the picture's *code*, called z: a point in the *latent space*, where every other point can be " +
    "decoded, too.",
  "A *variational autoencoder* (VAE) also learns to keep all codes close together around 0, so that a point drawn at " +
    "random there decodes to something like a digit; an AE leaves holes.",
];
const FIRST =
  "*First:* on the latent desk, drag a slider and watch both pictures. " +
  "Then press R a few times: which of the two draws digits?";

/** The card of a first visit: what an autoencoder, a code and a VAE are, and what to do first. */
class Welcome {
  constructor() {
    this.desk = element("a", { class: "go" }, "Open the latent desk");
    this.start = button("", () => this.close(), { class: "go", autofocus: true });
    this.element = element(
      "dialog",
      { class: "welcome", "aria-labelledby": "welcome", onclose: remember },
      element("h2", { id: "welcome" }, "Pictures from a handful of numbers"),
      drawing(),
      ...WORDS.map((text) => element("p", {}, ...sentence(text))),
      element("p", { class: "first" }, ...sentence(FIRST)),
      element("div", { class: "doors" }, this.desk, this.start),
    );
    // A click beside the card closes it, as Escape does.
    this.element.addEventListener("click", (event) => event.target === this.element && this.close());
  }

  /** @param {URL} target */
  set deskAddress(target) {
    this.desk.href = target.href;
    const isHere = [target.pathname, new URL("./", target).pathname].includes(window.location.pathname);
    this.desk.hidden = isHere;
    this.start.textContent = isHere ? "Start" : "Stay here";
  }

  open() {
    if (!this.element.open) this.element.showModal();
  }

  openOnce() {
    if (!isRemembered()) this.open();
  }

  close() {
    this.element.close();
  }
}

/** @param {string} text with what is strong between asterisks @returns {(Node | string)[]} */
const sentence = (text) => text.split("*").map((part, i) => (i % 2 ? element("b", {}, part) : part));

/** @returns {boolean} where the browser keeps nothing, the card would come at every page: then it comes at none */
function isRemembered() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true;
  }
}

function remember() {
  try {
    localStorage.setItem(KEY, "1");
  } catch {
    // Nothing is kept here, and nothing is asked for again: see `isRemembered`.
  }
}

// A seven, 7 x 7 pixels, and what a decoder makes of it.
const SEVEN = ["0000000", "0599995", "0000390", "0001800", "0007300", "0029000", "0000000"];
const BLURRED = ["0111110", "1588884", "0112582", "0014710", "0037400", "0136200", "0011000"];
const CODE = [0.7, 0.3, 0.85];

/** @returns {SVGSVGElement} picture, encoder, code, decoder, picture */
function drawing() {
  const label = "A picture of a seven goes through the encoder to three numbers, and through the decoder to a picture.";
  return svg(
    "svg",
    { viewBox: "0 0 480 112", role: "img", "aria-label": label },
    ...pixels(SEVEN, 4, 8),
    svg("path", { class: "net", d: "M92 8 L164 34 V62 L92 88 Z" }),
    ...CODE.flatMap((share, i) => [
      svg("line", { class: "track", x1: 200, x2: 280, y1: 24 + 24 * i, y2: 24 + 24 * i }),
      svg("circle", { fill: "var(--st-blue-color, #2f66d0)", cx: 200 + 80 * share, cy: 24 + 24 * i, r: 7 }),
    ]),
    svg("path", { class: "net", d: "M388 8 L316 34 V62 L388 88 Z" }),
    ...pixels(BLURRED, 396, 8),
    ...[
      [44, "picture"],
      [128, "encoder"],
      [240, "code z"],
      [352, "decoder"],
      [436, "picture"],
    ].map(([x, text]) => svg("text", { x, y: 107 }, String(text))),
  );
}

/** @param {string[]} rows of levels 0 to 9 @param {number} x @param {number} y */
const pixels = (rows, x, y) => [
  svg("rect", { fill: "var(--canvas)", x, y, width: 80, height: 80 }),
  ...rows.flatMap((row, j) =>
    [...row].map((level, i) => {
      const place = { x: x + 5 + 10 * i, y: y + 5 + 10 * j, width: 10, height: 10 };
      return svg("rect", { fill: "#fff", ...place, opacity: Number(level) / 9 });
    }),
  ),
];

export default component("guide", [guide], (root) => new GuideView(root));
