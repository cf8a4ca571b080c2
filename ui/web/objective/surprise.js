/** Two distributions over the ten digits to be dragged: surprise, entropy, cross-entropy, divergence. */

import { Base } from "../kit/base.js";
import { component } from "../kit/mount.js";
import plot from "../kit/styles/plot.css";
import objective from "./objective.css";

/** @extends {Base<object, void>} */
class View extends Base {
  key() {
    return [];
  }

  async load() {}
}

export default component("surprise", [plot, objective], (root) => new View(root));
