/** The projections as a Streamlit component. `ui/components/projection.py` documents the data. */

import { loadSheets } from "./load.js";
import { component } from "./mount.js";
import { ProjectionView } from "./projection_view.js";

const sheets = await loadSheets("base.css", "legend.css", "tray.css", "pad.css", "panel.css", "projection.css");

export default component("projection", sheets, (root, parent) => {
  return new ProjectionView(root, (sheet) => {
    if (!parent.adoptedStyleSheets.includes(sheet)) parent.adoptedStyleSheets.push(sheet);
  });
});
