/** Two Gaussians to be dragged, and the divergence of one from the other in three ways. */

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

export default component("divergence", [plot, objective], (root) => new View(root));
