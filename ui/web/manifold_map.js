/** The map of the Manifold page as a Streamlit component. `ui/components/manifold_map.py` documents the data. */

import { loadSheets } from "./load.js";
import { ManifoldView } from "./manifold_map_view.js";
import { component } from "./mount.js";

const sheets = await loadSheets("base.css", "legend.css", "map_frame.css", "manifold_map.css");

export default component("manifold_map", sheets, (root) => new ManifoldView(root));
