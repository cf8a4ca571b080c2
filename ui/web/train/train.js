/** A form to start a training, what it tells while it goes on, and all runs. */

import { Base } from "../kit/base.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import fields from "../kit/styles/form.css";
import legend from "../kit/styles/legend.css";
import plot from "../kit/styles/plot.css";
import player from "../player/player.css";
import form from "./form/form.css";
import { Form } from "./form/form.js";
import runs from "./runs/runs.css";
import { RunList } from "./runs/runs.js";
import train from "./train.css";
import plots from "./watch/plots.css";
import watch from "./watch/watch.css";
import { Watch } from "./watch/watch.js";

/** @typedef {import("./data.js").Data} Data */

/** @extends {Base<Data, void>} */
class TrainView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    this.watch = new Watch(root);
    this.runs = new RunList(
      (names) => this.watch.show(names),
      (all) => {
        this.form.takeRuns(all);
        this.watch.know(all);
      },
    );
    this.form = new Form((name) => {
      this.runs.select(name);
      this.watch.element.scrollIntoView({ block: "nearest" });
    });
    root.replaceChildren(
      this.alert.element,
      element("div", { class: "stage" }, this.form.element, this.watch.element),
      this.runs.element,
    );
    this.leave = [() => this.watch.close(), () => this.runs.close()];
  }

  /** @param {Data} data */
  key({ digits }) {
    return [digits];
  }

  /** @param {Data} data */
  take(data) {
    this.form.take(data);
    this.watch.take(data);
    this.runs.take(data);
  }

  async load() {}

  build() {}
}

export default component(
  "train",
  [legend, plot, player, fields, train, form, runs, plots, watch],
  (root) => new TrainView(root),
);
