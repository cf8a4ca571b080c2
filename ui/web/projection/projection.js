/** The projections as a Streamlit component. `ui/components/projection.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { ProjectionView } from "./view.js";

const sheets = await loadSheets(
  "kit/base.css",
  "kit/legend.css",
  "hand/tray.css",
  "hand/pad.css",
  "projection/panel.css",
  "projection/projection.css",
);

export default component("projection", sheets, (root, parent) => {
  return new ProjectionView(root, (sheet) => {
    if (!parent.adoptedStyleSheets.includes(sheet)) parent.adoptedStyleSheets.push(sheet);
  });
});
