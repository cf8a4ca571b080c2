/** The same three maps: without the KL term, with it, with nothing else; the middle one walks the ladder of beta. */

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

export default component("ladder", [plot, objective], (root) => new View(root));
