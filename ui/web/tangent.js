/** Tangent planes as a Streamlit component. `ui/components/tangent.py` documents the data. */

import { loadSheets } from "./load.js";
import { component } from "./mount.js";
import { TangentView } from "./tangent_view.js";

const sheets = await loadSheets("base.css", "tray.css", "pad.css", "tangent.css", "tangent_plane.css");

export default component("tangent", sheets, (root) => new TangentView(root));
