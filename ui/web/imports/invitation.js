/** Where a net is chosen or dropped: a slim line, for most visitors come for the models that are here. */

import { Alert } from "../kit/controls.js";
import { button, element } from "../kit/dom.js";

export class Invitation {
  /** @param {(files: File[]) => void} onFiles */
  constructor(onFiles) {
    this.alert = new Alert();
    // Without `accept`: a phone would grey out the endings that it does not know.
    this.file = element("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files of a net" });
    this.file.addEventListener("change", () => {
      const files = [...(this.file.files ?? [])];
      // Else the same file again would be no change.
      this.file.value = "";
      if (files.length) onFiles(files);
    });
    const title = "One file, or several that are parts of one net";
    this.start = button("Import a net", () => this.file.click(), { class: "start", title });
    this.taken = element("p", { class: "taken-files" });
    this.element = element(
      "section",
      { class: "invitation-to-import", "aria-label": "Import a net" },
      element(
        "div",
        { class: "line" },
        this.start,
        element(
          "div",
          {},
          element(
            "p",
            {},
            "A trained net of yours, as PyTorch, Keras or ONNX saved it, becomes a model on every page.",
          ),
          this.taken,
        ),
        this.file,
      ),
      this.alert.element,
    );
  }

  /** @param {import("./data.js").Data} data */
  take({ endings }) {
    this.taken.textContent = `Drop it here: ${endings.join(" ")}, a pythae folder, a zip from Train.`;
  }
}
