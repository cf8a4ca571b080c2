/** The KL divergence in sigma and in ln sigma^2, with slope and curvature where the hand is. */

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

export default component("scale", [plot, objective], (root) => new View(root));
