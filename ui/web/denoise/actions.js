/** What the buttons and keys of Denoise do. */

import { savePng } from "./png.js";
import { settings } from "./settings.js";

/**
 * @param {import("./denoise.js").DenoiseView} view
 * @returns {import("../kit/toolbar.js").Action[]}
 */
export function denoiseActions(view) {
  return [
    { name: "New noise", key: "n", title: "Other noise of the same kind", run: () => view.renew() },
    {
      name: "Rub",
      key: "b",
      title: "Rub noise into the corrupted digits",
      run: () => view.stage.rub(!view.stage.isRubbing),
    },
    {
      name: "Clear",
      key: "c",
      title: "Take away what was rubbed in",
      enabled: () => settings.hasRubbed,
      run: () => view.stage.change(() => settings.clearRubbed()),
    },
    { name: "Digit", key: "g", title: "A random digit", run: () => view.tray.pickRandom(view.draw()) },
    { name: "Save PNG", key: "s", title: "Save the pictures as a PNG", run: () => savePng(view) },
  ];
}
