/** The ELBO of one picture, and ln p(x) from more and more draws above it. */

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

export default component("evidence", [plot, objective], (root) => new View(root));
