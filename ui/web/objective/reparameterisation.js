/** The code of the picture in hand as each VAE has it: mu + sigma eps, eps drawn or dragged. */

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

export default component("reparameterisation", [plot, objective], (root) => new View(root));
