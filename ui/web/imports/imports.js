/** A trained net of one's own, from its file to a model on every page. */

import { takeOthers } from "../hand/incoming.js";
import { Base } from "../kit/base.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import form from "../kit/styles/form.css";
import { droppedFiles, netOf } from "./files.js";
import found from "./found.css";
import { FoundNet } from "./found.js";
import imports from "./imports.css";
import { Invitation } from "./invitation.js";
import { Kept } from "./kept.js";
import { Progress } from "./progress.js";
import { underWay } from "./under_way.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./files.js").Placed} Placed */

const ONE = "One net at a time: keep this one, or leave it, then drop the next.";

/** @extends {Base<Data, void>} */
class ImportView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    const end = () => {
      void underWay.end();
      // Focus was on what has gone.
      this.invitation.start.focus();
    };
    this.invitation = new Invitation((files) => this.bring(files.map((file) => ({ path: file.name, file }))));
    this.progress = new Progress(end);
    this.found = new FoundNet(underWay);
    this.kept = new Kept(end);
    this.off = element("p", { class: "off", hidden: true });
    root.replaceChildren(
      ...[this.alert, this.invitation, this.progress, this.found, this.kept].map((part) => part.element),
      this.off,
    );
    this.leave = [underWay.onChange(() => this.refresh()), () => this.refuseDrops?.()];
  }

  key() {
    return "";
  }

  async load() {}

  build() {
    this.refresh();
  }

  /** @param {Data} data */
  take(data) {
    this.off.textContent = data.why;
    this.invitation.take(data);
    const drop = (/** @type {DataTransfer} */ dropped) => void this.drop(dropped);
    this.refuseDrops?.();
    this.refuseDrops = data.why ? undefined : takeOthers({ words: "Drop the net", drop });
  }

  /** @param {DataTransfer} dropped */
  async drop(dropped) {
    this.bring(await droppedFiles(dropped));
  }

  /** @param {Placed[]} placed */
  bring(placed) {
    if (!underWay.isFree) return underWay.tell(ONE);
    const net = netOf(placed, /** @type {Data} */ (this.data));
    if ("problem" in net) underWay.tell(net.problem);
    else void underWay.begin(net);
    // It was dropped on the page, which may have scrolled.
    this.root.scrollIntoView({ block: "nearest" });
  }

  refresh() {
    const { data } = this;
    if (!data) return;
    const { step, checkpoint, problem, retry } = underWay;
    this.off.hidden = !data.why;
    this.invitation.element.hidden = data.why !== "" || step !== "none";
    this.progress.element.hidden = data.why !== "" || step === "none" || checkpoint !== "";
    this.kept.element.hidden = !checkpoint;
    this.invitation.alert.show(problem, retry);
    this.progress.show(underWay);
    this.found.show(data);
    if (checkpoint) this.kept.show(checkpoint, underWay.status?.found?.half ?? null, data);
    if (checkpoint && !underWay.isTold) {
      underWay.isTold = true;
      this.send?.("kept", checkpoint);
      // What was long has become short.
      this.root.scrollIntoView({ block: "nearest" });
    }
  }
}

export default component("imports", [form, imports, found], (root) => new ImportView(root));
