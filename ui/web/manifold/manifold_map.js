/** The map of the Manifold page as a Streamlit component. `ui/components/manifold_map.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { ManifoldView } from "./view.js";

const sheets = await loadSheets("kit/base.css", "kit/legend.css", "map/map_frame.css", "manifold/manifold_map.css");

export default component("manifold_map", sheets, (root) => new ManifoldView(root));
