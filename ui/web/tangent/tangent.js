/** Tangent planes as a Streamlit component. `ui/components/tangent.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { TangentView } from "./view.js";

const sheets = await loadSheets(
  "kit/base.css",
  "hand/tray.css",
  "hand/pad.css",
  "tangent/tangent.css",
  "tangent/tangent_plane.css",
);

export default component("tangent", sheets, (root) => new TangentView(root));
