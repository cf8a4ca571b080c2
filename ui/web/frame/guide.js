/** Things to see on a page, one click each; the welcome of a first visit; and what the terms mean. */

import { listenForKeys } from "../gestures/keys.js";
import { element } from "../kit/dom.js";
import { Glosses } from "../kit/glosses.js";
import { component } from "../kit/mount.js";
import { addressBelow } from "../server/load.js";
import guide from "./guide.css";
import { Welcome } from "./welcome.js";

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
    const button = element(
      "button",
      { type: "button", class: "help", title: `${help.title} (?)`, "aria-label": "? Help", onclick: help.run },
      "?",
    );
    root.replaceChildren(element("div", { class: "row" }, this.list, button), this.look, this.welcome.element);
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

export default component("guide", [guide], (root) => new GuideView(root));
